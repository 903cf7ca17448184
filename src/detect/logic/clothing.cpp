#include "detect/logic/clothing.h"

#include <algorithm>
#include <cmath>

namespace regard::detect {
namespace {

// Upper and lower clothes as parts of the box's height: below the head, above the feet (Vitruvian proportions). In
// width only the middle, because the corners of a box show the background.
struct Band {
  int top;
  int bottom;
};
constexpr std::array<Band, 2> bands{Band{7, 23}, Band{25, 42}};
constexpr int left = 4;
constexpr int right = 12;

using Channels = std::array<float, 3>;

/// Luma and colour differences of ITU-R BT.601, each 0..1; the differences are doubled, clothes being pale.
Channels components(const std::uint8_t* bgr) {
  const float b = static_cast<float>(bgr[0]) / 255;
  const float g = static_cast<float>(bgr[1]) / 255;
  const float r = static_cast<float>(bgr[2]) / 255;
  const float luma = 0.299F * r + 0.587F * g + 0.114F * b;
  const float blue = 0.5F + 2 * 0.564F * (b - luma);
  const float red = 0.5F + 2 * 0.713F * (r - luma);
  return {luma, std::clamp(blue, 0.0F, 1.0F), std::clamp(red, 0.0F, 1.0F)};
}

}  // namespace

Clothing clothing_of(const BgrView& body) {
  CHECK(body.size == clothing_sample);
  Clothing clothing;
  std::size_t channel = 0;
  for (const Band& band : bands) {
    const float weight = 1 / static_cast<float>((band.bottom - band.top) * (right - left));
    for (int y = band.top; y < band.bottom; ++y) {
      for (int x = left; x < right; ++x) {
        const Channels values = components(body.row(y) + std::ptrdiff_t{3} * x);
        for (std::size_t c = 0; c < values.size(); ++c) {
          // Shared between the two nearest bins, so that a small change of light changes little.
          const float at = values[c] * (Clothing::bins - 1);
          const auto bin = std::min(static_cast<std::size_t>(at), Clothing::bins - 2);
          const float part = at - static_cast<float>(bin);
          clothing.histograms[channel + c][bin] += weight * (1 - part);
          clothing.histograms[channel + c][bin + 1] += weight * part;
        }
      }
    }
    channel += 3;
  }
  return clothing;
}

float difference(const Clothing& a, const Clothing& b) {
  float alike = 0;
  for (std::size_t h = 0; h < a.histograms.size(); ++h) {
    for (std::size_t i = 0; i < Clothing::bins; ++i) alike += std::sqrt(a.histograms[h][i] * b.histograms[h][i]);
  }
  return std::sqrt(std::max(0.0F, 1 - alike / static_cast<float>(a.histograms.size())));
}

}  // namespace regard::detect
