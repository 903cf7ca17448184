// Whether a straight frame surrounds a face: the edge of a sheet or a tablet that shows it. Pure.
#pragma once

#include <array>

#include "core/core.h"

namespace regard::liveness {

/// What is looked at: the face box widened about its centre by this factor, shrunk to `border_side` pixels a side. A
/// sheet that shows head and shoulders reaches one face width beyond the face on each side.
inline constexpr float border_reach = 5.0F;
inline constexpr int border_side = 160;

/// How much of each side of the face is followed by one straight edge, 0..1: left, right, top, bottom. `seen` is the
/// part of `around` that the picture covers: its own ends are no edges, and what it does not reach has none.
[[nodiscard]] std::array<float, 4> straight_sides(const GreyImage& around, const PixelBox& seen);

/// One number for the four: the third best, since hands, hair or the picture's end may hide one side, but two straight
/// edges are in many rooms.
[[nodiscard]] float border_of(const std::array<float, 4>& sides);

}  // namespace regard::liveness
