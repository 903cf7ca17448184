#include "detect/logic/layout.h"

#include <algorithm>
#include <cmath>

namespace regard::detect {
namespace {

// Neighbouring tiles share this part of their side. It must hold a face that is just too small to be found in the
// whole frame: at 640 pixels a side, a fifth is 128 pixels, twelve times the smallest face YuNet finds.
constexpr float tile_overlap = 0.2F;

}  // namespace

Size fit_to(Size size, int side) {
  CHECK(size.width > 0 && size.height > 0 && side > 0);
  const double scale = static_cast<double>(side) / std::max(size.width, size.height);
  return {std::max(1, static_cast<int>(std::lround(size.width * scale))),
          std::max(1, static_cast<int>(std::lround(size.height * scale)))};
}

Size shrink_to(Size size, int longest_side) {
  CHECK(size.width > 0 && size.height > 0 && longest_side > 0);
  return std::max(size.width, size.height) <= longest_side ? size : fit_to(size, longest_side);
}

Size pad_to_multiple(Size size, int step) {
  CHECK(step > 0);
  return {(size.width + step - 1) / step * step, (size.height + step - 1) / step * step};
}

std::vector<PixelBox> plan_regions(Size frame, int tiles) {
  std::vector<PixelBox> regions{{0, 0, static_cast<float>(frame.width), static_cast<float>(frame.height)}};
  if (tiles <= 1) return regions;
  const float parts = static_cast<float>(tiles) - static_cast<float>(tiles - 1) * tile_overlap;
  const float width = std::ceil(static_cast<float>(frame.width) / parts);
  const float height = std::ceil(static_cast<float>(frame.height) / parts);
  for (int row = 0; row < tiles; ++row) {
    for (int column = 0; column < tiles; ++column) {
      const float along = static_cast<float>(column) / static_cast<float>(tiles - 1);
      const float down = static_cast<float>(row) / static_cast<float>(tiles - 1);
      regions.push_back({std::floor((static_cast<float>(frame.width) - width) * along),
                         std::floor((static_cast<float>(frame.height) - height) * down), width, height});
    }
  }
  return regions;
}

Detection to_frame(const Detection& detection, const View& view) {
  const float across = view.region.width / static_cast<float>(view.content.width);
  const float down = view.region.height / static_cast<float>(view.content.height);
  const auto move = [&](PixelPoint point) {
    return PixelPoint{view.region.x + point.x * across, view.region.y + point.y * down};
  };
  Detection result = detection;
  const PixelPoint corner = move({detection.box.x, detection.box.y});
  result.box = {corner.x, corner.y, detection.box.width * across, detection.box.height * down};
  if (detection.points) {
    const FacePoints& p = *detection.points;
    result.points =
        FacePoints{move(p.right_eye), move(p.left_eye), move(p.nose), move(p.right_mouth), move(p.left_mouth)};
  }
  return result;
}

bool is_cut(const PixelBox& box, const PixelBox& region, Size frame) {
  // Networks rarely draw a box exactly to the border of what they see.
  const float near_x = 0.02F * region.width;
  const float near_y = 0.02F * region.height;
  return (region.x > 0 && box.x < region.x + near_x) || (region.y > 0 && box.y < region.y + near_y) ||
         (region.right() < static_cast<float>(frame.width) && box.right() > region.right() - near_x) ||
         (region.bottom() < static_cast<float>(frame.height) && box.bottom() > region.bottom() - near_y);
}

}  // namespace regard::detect
