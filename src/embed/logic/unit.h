// Vectors of length one. Pure.
#pragma once

#include <span>

namespace regard::embed {

/// Cosine of two unit vectors of the same size.
[[nodiscard]] float cosine(std::span<const float> a, std::span<const float> b);

}  // namespace regard::embed
