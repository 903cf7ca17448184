#include "core/geometry.h"

#include <algorithm>

#include "core/check.h"

namespace regard {

PixelBox intersect(const PixelBox& a, const PixelBox& b) {
  const float left = std::max(a.x, b.x);
  const float top = std::max(a.y, b.y);
  const float right = std::min(a.right(), b.right());
  const float bottom = std::min(a.bottom(), b.bottom());
  if (right <= left || bottom <= top) return {};
  return {left, top, right - left, bottom - top};
}

float overlap(const PixelBox& a, const PixelBox& b) {
  const float common = intersect(a, b).area();
  const float together = a.area() + b.area() - common;
  return together > 0 ? common / together : 0.0F;
}

PixelBox clip(const PixelBox& box, Size size) {
  return intersect(box, {0, 0, static_cast<float>(size.width), static_cast<float>(size.height)});
}

NormalizedBox normalize(const PixelBox& box, Size size) {
  CHECK(size.width > 0 && size.height > 0);
  const PixelBox inside = clip(box, size);
  const auto width = static_cast<float>(size.width);
  const auto height = static_cast<float>(size.height);
  return {inside.x / width, inside.y / height, inside.width / width, inside.height / height};
}

PixelBox to_pixels(const NormalizedBox& box, Size size) {
  const auto width = static_cast<float>(size.width);
  const auto height = static_cast<float>(size.height);
  return {box.x * width, box.y * height, box.width * width, box.height * height};
}

PixelBox rescale(const PixelBox& box, Size from, Size to) {
  CHECK(from.width > 0 && from.height > 0);
  const float across = static_cast<float>(to.width) / static_cast<float>(from.width);
  const float down = static_cast<float>(to.height) / static_cast<float>(from.height);
  return {box.x * across, box.y * down, box.width * across, box.height * down};
}

}  // namespace regard
