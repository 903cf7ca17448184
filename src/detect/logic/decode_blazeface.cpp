#include "detect/logic/decode_blazeface.h"

#include <algorithm>
#include <cmath>

#include "detect/logic/decode.h"

namespace regard::detect {
namespace {

Detection face_at(PixelPoint anchor, const float* values, float score) {
  const auto point = [&](std::size_t i) { return PixelPoint{anchor.x + values[2 * i], anchor.y + values[2 * i + 1]}; };
  const PixelPoint centre = point(0);
  const float width = values[2];
  const float height = values[3];
  Detection face;
  face.kind = Kind::face;
  face.score = {score};
  const float above = height * forehead;
  face.box = {centre.x - width / 2, centre.y - height / 2 - above, width, height + above};
  face.points = with_mouth_corners(point(2), point(3), point(4), point(5));
  return face;
}

}  // namespace

FacePoints with_mouth_corners(PixelPoint right_eye, PixelPoint left_eye, PixelPoint nose, PixelPoint mouth) {
  const float across = (left_eye.x - right_eye.x) * mouth_half_width;
  const float down = (left_eye.y - right_eye.y) * mouth_half_width;
  return {right_eye, left_eye, nose, {mouth.x - across, mouth.y - down}, {mouth.x + across, mouth.y + down}};
}

std::vector<Detection> decode_blazeface(std::span<const BlazefaceLevel> levels, float threshold) {
  std::vector<Detection> faces;
  for (const BlazefaceLevel& level : levels) {
    const auto side = static_cast<std::size_t>(level.side);
    const auto per_cell = static_cast<std::size_t>(level.per_cell);
    const std::size_t anchors = side * side * per_cell;
    CHECK(level.scores.size() == anchors && level.values.size() == anchors * blazeface_values);
    const auto middle = [&](std::size_t cell) {
      return (static_cast<float>(cell) + 0.5F) * static_cast<float>(level.stride);
    };
    for (std::size_t i = 0; i < anchors; ++i) {
      const float score = 1 / (1 + std::exp(-level.scores[i]));
      if (!(score >= threshold)) continue;  // also refuses what is not a number
      const std::size_t cell = i / per_cell;
      const Detection face =
          face_at({middle(cell % side), middle(cell / side)}, level.values.data() + i * blazeface_values, score);
      if (is_usable(face.box)) faces.push_back(face);
    }
  }
  return faces;
}

}  // namespace regard::detect
