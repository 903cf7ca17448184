#include "cast/logic/room.h"

namespace regard::cast {
namespace {

/// One pass of a running mean of 2 * radius + 1 over `count` pixels that lie `stride` bytes apart.
void running_mean(const std::uint8_t* from, std::uint8_t* to, int count, std::ptrdiff_t stride, int radius) {
  const int width = 2 * radius + 1;
  for (int channel = 0; channel < 3; ++channel) {
    const auto value = [&](int i) { return static_cast<int>(from[std::clamp(i, 0, count - 1) * stride + channel]); };
    int sum = 0;
    for (int i = -radius; i <= radius; ++i) sum += value(i);
    for (int i = 0; i < count; ++i) {
      to[i * stride + channel] = static_cast<std::uint8_t>((sum + radius) / width);
      sum += value(i + radius + 1) - value(i - radius);
    }
  }
}

}  // namespace

void soften(Backdrop& backdrop, float radius) {
  const int whole = static_cast<int>(std::lround(radius));
  if (whole < 1) return;
  BgrImage& picture = backdrop.picture;
  BgrImage other{picture.size()};
  // Three means in a row come close to a Gaussian.
  for (int pass = 0; pass < 3; ++pass) {
    for (int y = 0; y < picture.height(); ++y) running_mean(picture.row(y), other.row(y), picture.width(), 3, whole);
    for (int x = 0; x < picture.width(); ++x)
      running_mean(other.at(x, 0), picture.at(x, 0), picture.height(), picture.stride(), whole);
  }
}

}  // namespace regard::cast
