#include "cast/logic/noise.h"

#include <cstdint>

namespace regard::cast {

float speckle(int x, int y, int z) {
  std::uint32_t h = static_cast<std::uint32_t>(x) * 0x8DA6B343U ^ static_cast<std::uint32_t>(y) * 0xD8163841U ^
                    static_cast<std::uint32_t>(z) * 0xCB1AB31FU;
  h ^= h >> 15U;
  h *= 0x2C1B3C6DU;
  h ^= h >> 12U;
  h *= 0x297A2D39U;
  h ^= h >> 15U;
  return static_cast<float>(h >> 8U) * 0x1p-24F;
}

float noise(Vec3 p) {
  const Vec3 base{std::floor(p.x), std::floor(p.y), std::floor(p.z)};
  const auto ease = [](float t) { return t * t * (3.0F - 2.0F * t); };
  const float tx = ease(p.x - base.x);
  const float ty = ease(p.y - base.y);
  const float tz = ease(p.z - base.z);
  const int x = static_cast<int>(base.x);
  const int y = static_cast<int>(base.y);
  const int z = static_cast<int>(base.z);
  const auto along_x = [&](int j, int k) { return mix(speckle(x, y + j, z + k), speckle(x + 1, y + j, z + k), tx); };
  return mix(mix(along_x(0, 0), along_x(1, 0), ty), mix(along_x(0, 1), along_x(1, 1), ty), tz);
}

float cloudy(Vec3 p) {
  float sum = 0;
  float weight = 0.5F;
  for (int octave = 0; octave < 4; ++octave) {
    sum += weight * noise(p);
    p = p * 2.03F + Vec3{17.1F, 9.2F, 5.7F};
    weight *= 0.5F;
  }
  return sum / 0.9375F;
}

}  // namespace regard::cast
