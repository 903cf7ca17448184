#include "liveness/logic/moire.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace regard::liveness {
namespace {

constexpr int side = moire_side;
// In cycles per patch.
constexpr int lowest = 14;     // below: the face itself
constexpr int axis = 3;        // nearer to an axis than this: edges and codec blocks
constexpr int neighbours = 4;  // a peak is compared with this many frequencies around it
constexpr int peak_width = 1;  // which the peak itself is not part of

std::size_t place(int u, int v) {
  return static_cast<std::size_t>((v + side) % side) * side + static_cast<std::size_t>((u + side) % side);
}

/// Power of every frequency of the patch without its mean, under a Hann window.
std::vector<float> spectrum(const GreyImage& patch) {
  std::vector<std::complex<float>> field(static_cast<std::size_t>(side) * side);
  double mean = 0;
  for (const std::uint8_t value : patch.bytes()) mean += value;
  mean /= static_cast<double>(field.size());
  std::vector<float> window(side);
  for (int i = 0; i < side; ++i) {
    window[static_cast<std::size_t>(i)] =
        0.5F - 0.5F * std::cos(2 * std::numbers::pi_v<float> * (static_cast<float>(i) + 0.5F) / side);
  }
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      field[place(x, y)] = (static_cast<float>(*patch.at(x, y)) - static_cast<float>(mean)) *
                           window[static_cast<std::size_t>(x)] * window[static_cast<std::size_t>(y)];
    }
  }
  std::vector<std::complex<float>> column(side);
  for (int y = 0; y < side; ++y) transform({field.data() + static_cast<std::size_t>(y) * side, side});
  for (int x = 0; x < side; ++x) {
    for (int y = 0; y < side; ++y) column[static_cast<std::size_t>(y)] = field[place(x, y)];
    transform(column);
    for (int y = 0; y < side; ++y) field[place(x, y)] = column[static_cast<std::size_t>(y)];
  }
  std::vector<float> power(field.size());
  std::transform(field.begin(), field.end(), power.begin(), [](std::complex<float> f) { return std::norm(f); });
  return power;
}

}  // namespace

void transform(std::span<std::complex<float>> values) {
  const std::size_t count = values.size();
  CHECK(std::has_single_bit(count));
  for (std::size_t i = 1, j = 0; i < count; ++i) {
    std::size_t bit = count >> 1U;
    for (; (j & bit) != 0; bit >>= 1U) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(values[i], values[j]);
  }
  for (std::size_t length = 2; length <= count; length *= 2) {
    const float angle = -2 * std::numbers::pi_v<float> / static_cast<float>(length);
    for (std::size_t k = 0; k < length / 2; ++k) {
      const std::complex<float> turn = std::polar(1.0F, angle * static_cast<float>(k));
      for (std::size_t start = k; start < count; start += length) {
        const std::complex<float> odd = values[start + length / 2] * turn;
        values[start + length / 2] = values[start] - odd;
        values[start] += odd;
      }
    }
  }
}

float strongest_peak(const GreyImage& patch) {
  CHECK(patch.width() == side && patch.height() == side);
  const std::vector<float> power = spectrum(patch);
  double strongest = 0;
  constexpr int end = side / 2 - neighbours;
  for (int v = 0; v < end; ++v) {
    for (int u = -end; u < end; ++u) {
      if (std::abs(u) < axis || v < axis || u * u + v * v < lowest * lowest) continue;
      const float here = power[place(u, v)];
      double around = 0;
      int count = 0;
      for (int b = -neighbours; b <= neighbours; ++b) {
        for (int a = -neighbours; a <= neighbours; ++a) {
          if (std::max(std::abs(a), std::abs(b)) <= peak_width) continue;
          around += power[place(u + a, v + b)];
          ++count;
        }
      }
      // One grey level of white noise, so that a flat patch has no peaks.
      constexpr double floor = 0.14 * side * side * 0.1;
      strongest = std::max(strongest, here / (around / count + floor));
    }
  }
  return static_cast<float>(std::log10(1 + strongest));
}

}  // namespace regard::liveness
