// Numbers that look random and are a function of a seed alone.
#pragma once

#include <cstdint>
#include <string_view>

namespace regard::cast {

/// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): spreads every bit of `value` over the result.
constexpr std::uint64_t scramble(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31U);
}

constexpr std::uint64_t combine(std::uint64_t a, std::uint64_t b) {
  return scramble(scramble(a) ^ (b * 0xD6E8FEB86659FD93ULL));
}

/// A stream of numbers; copies continue independently.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_{scramble(seed)} {}

  std::uint64_t next() { return scramble(state_++); }
  /// In [0, 1).
  float unit() { return static_cast<float>(next() >> 40U) * 0x1p-24F; }
  float between(float low, float high) { return low + (high - low) * unit(); }
  /// In -1..1, mostly near 0.
  float centred() { return (unit() + unit() + unit()) * (2.0F / 3.0F) - 1.0F; }
  /// Like `between`, thinner towards the ends.
  float around(float low, float high) { return low + (high - low) * 0.5F * (1.0F + centred()); }
  bool chance(float probability) { return unit() < probability; }
  int below(int count) { return static_cast<int>(next() % static_cast<std::uint64_t>(count)); }

 private:
  std::uint64_t state_;
};

}  // namespace regard::cast
