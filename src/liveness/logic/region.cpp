#include "liveness/logic/region.h"

#include <algorithm>

namespace regard::liveness {

PixelBox widened_inside(const PixelBox& face, float factor, Size picture) {
  const auto right = static_cast<float>(picture.width - 1);
  const auto bottom = static_cast<float>(picture.height - 1);
  const float scale = std::min({factor, right / face.width, bottom / face.height});
  const float width = face.width * scale;
  const float height = face.height * scale;
  const float x = face.x + face.width / 2 - width / 2;
  const float y = face.y + face.height / 2 - height / 2;
  return {std::clamp(x, 0.0F, std::max(0.0F, right - width)), std::clamp(y, 0.0F, std::max(0.0F, bottom - height)),
          width, height};
}

PixelBox square_about(const PixelBox& face, float factor) {
  const float side = factor * std::max(face.width, face.height);
  return {face.x + face.width / 2 - side / 2, face.y + face.height / 2 - side / 2, side, side};
}

}  // namespace regard::liveness
