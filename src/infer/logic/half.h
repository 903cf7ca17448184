// IEEE 754 binary16 numbers, as weights are often stored.
#pragma once

#include <cstdint>

namespace regard::infer {

/// The value of the binary16 number with these bits (IEEE 754-2008, 3.6); exact, since float holds all of them.
[[nodiscard]] float from_half(std::uint16_t bits);

}  // namespace regard::infer
