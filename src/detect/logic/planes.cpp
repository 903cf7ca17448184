#include "detect/planes.h"

#include <algorithm>

namespace regard::detect {
namespace {

// Pixels are taken apart in blocks that stay in the first-level cache: bytes into three short rows first, because
// compilers turn neither half into vector code when both are done at once.
constexpr int block = 256;

void split(const std::uint8_t* pixels, int count, std::uint8_t* blue, std::uint8_t* green, std::uint8_t* red) {
  for (int i = 0; i < count; ++i) {
    blue[i] = pixels[3 * i];
    green[i] = pixels[3 * i + 1];
    red[i] = pixels[3 * i + 2];
  }
}

void to_floats(const std::uint8_t* values, int count, float scale, float offset, float* target) {
  for (int i = 0; i < count; ++i) target[i] = static_cast<float>(values[i]) * scale + offset;
}

}  // namespace

void fill_planes(const BgrView& picture, Size size, const PlaneOptions& options, std::span<float> planes) {
  const auto area = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
  CHECK(picture.size.width <= size.width && picture.size.height <= size.height && planes.size() == 3 * area);
  const bool rgb = options.order == ColourOrder::rgb;
  std::array<std::array<std::uint8_t, block>, 3> parts;
  for (int y = 0; y < size.height; ++y) {
    const int filled = y < picture.size.height ? picture.size.width : 0;
    float* const row = planes.data() + static_cast<std::ptrdiff_t>(y) * size.width;
    for (int x = 0; x < filled; x += block) {
      const int count = std::min(block, filled - x);
      split(picture.row(y) + std::ptrdiff_t{3} * x, count, parts[rgb ? 2 : 0].data(), parts[1].data(),
            parts[rgb ? 0 : 2].data());
      for (std::size_t c = 0; c < 3; ++c) {
        to_floats(parts[c].data(), count, options.scale[c], options.offset[c], row + c * area + x);
      }
    }
    for (std::size_t c = 0; c < 3; ++c) std::fill(row + c * area + filled, row + c * area + size.width, 0.0F);
  }
}

}  // namespace regard::detect
