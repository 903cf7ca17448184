// Smooth noise in space for skin, cloth, wood and hair.
#pragma once

#include "cast/logic/vector.h"

namespace regard::cast {

/// Value noise on the integer grid, 0..1, with smooth derivatives.
[[nodiscard]] float noise(Vec3 p);
/// Four octaves of noise, 0..1.
[[nodiscard]] float cloudy(Vec3 p);
/// A number in [0, 1) that depends on three whole numbers only.
[[nodiscard]] float speckle(int x, int y, int z);

}  // namespace regard::cast
