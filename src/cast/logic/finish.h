// What the surfaces of a room are made of, computed for each place.
#pragma once

#include "cast/logic/room.h"

namespace regard::cast {

/// The colour of a block at a place on it, before light; `n` is the surface's direction there.
[[nodiscard]] Vec3 finish_at(const Block& block, Vec3 p, Vec3 n);

}  // namespace regard::cast
