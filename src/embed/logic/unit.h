// Vectors of length one. Pure.
#pragma once

#include <span>

namespace regard::embed {

/// Scales `vector` to length 1; false, and zeros, when it has no length or is not finite.
[[nodiscard]] bool normalise(std::span<float> vector);

/// Cosine of two unit vectors of the same size.
[[nodiscard]] float cosine(std::span<const float> a, std::span<const float> b);

}  // namespace regard::embed
