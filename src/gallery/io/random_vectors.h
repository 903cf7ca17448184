// Vectors that belong to nobody, each made from its number alone: any of a million can be made again at will.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "gallery/logic/rotation.h"

namespace regard::gallery {

/// SplitMix64. Steele, Lea, Flood, OOPSLA 2014.
class VectorStream {
 public:
  VectorStream(std::uint64_t seed, std::uint64_t number)
      : state_{seed * 0x9E3779B97F4A7C15U ^ (number + 1) * 0xD1B54A32D192ED03U} {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30U) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27U) * 0x94D049BB133111EBU;
    return z ^ z >> 31U;
  }

  /// Sum of four even numbers, nearly normal: the direction of a vector of them is nearly uniform.
  float normal() {
    const std::uint64_t bits = next();
    const std::uint64_t sum = (bits & 0xFFFFU) + (bits >> 16U & 0xFFFFU) + (bits >> 32U & 0xFFFFU) + (bits >> 48U);
    return static_cast<float>(static_cast<double>(sum) / 65535 - 2);
  }

 private:
  std::uint64_t state_;
};

inline void fill_unit(std::uint64_t seed, std::uint64_t number, std::span<float> values) {
  VectorStream stream{seed, number};
  for (float& value : values) value = stream.normal();
  if (!make_unit(values)) values[0] = 1;
}

/// Probe `number` of a set: like template `number * 7919 % size` by .5 to .7 when even, like nobody when odd.
inline std::vector<float> probe_of(std::uint64_t seed, std::uint64_t number, std::uint64_t size, std::size_t values) {
  std::vector<float> probe(values);
  fill_unit(seed + 1, number, probe);
  if (number % 2 != 0) return probe;
  std::vector<float> somebody(values);
  fill_unit(seed, number * 7919 % size, somebody);
  const float likeness = .5F + .2F * static_cast<float>(number % 20) / 19;
  for (std::size_t i = 0; i < values; ++i)
    probe[i] = likeness * somebody[i] + std::sqrt(1 - likeness * likeness) * probe[i];
  (void)make_unit(probe);
  return probe;
}

}  // namespace regard::gallery
