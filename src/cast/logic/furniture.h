// Pieces that rooms are furnished with.
#pragma once

#include "cast/logic/random.h"
#include "cast/logic/room.h"

namespace regard::cast {

void add_box(Room& room, Vec3 low, Vec3 high, Finish finish, Vec3 colour, float rounding = 0, float gloss = 0.04F);
/// A pot with leaves, standing at `place`.
void add_plant(Room& room, Vec3 place, float height, std::uint64_t seed);
/// A seat for two; `turn` as heading.
void add_sofa(Room& room, Vec3 place, float turn, Vec3 colour);
/// A framed picture on a wall that faces `turn`.
void add_picture(Room& room, Vec3 centre, float turn, float width, float height, Vec3 colour);
/// A shining panel under the ceiling and the light it gives.
void add_ceiling_lamp(Room& room, Vec3 place, Vec3 light);

}  // namespace regard::cast
