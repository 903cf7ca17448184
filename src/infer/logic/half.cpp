#include "infer/logic/half.h"

#include <bit>
#include <cmath>

namespace regard::infer {

float from_half(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
  const std::uint32_t exponent = (bits >> 10) & 31U;
  const std::uint32_t fraction = bits & 0x3ffU;
  if (exponent == 0) {  // zero and subnormal numbers: fraction times 2^-24
    const float size = std::ldexp(static_cast<float>(fraction), -24);
    return sign != 0 ? -size : size;
  }
  const std::uint32_t wide = exponent == 31 ? 255U : exponent + 112U;  // bias 127 instead of 15
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

}  // namespace regard::infer
