// The colours of one head: skin with all that is drawn on it, hair, eyes.
#pragma once

#include <cstdint>

#include "cast/logic/head_shape.h"
#include "cast/logic/mesh.h"
#include "cast/logic/texture.h"

namespace regard::cast {

struct HeadColours {
  Vec3 skin, lips, hair, brow, iris;
  float blush = 0, freckles = 0, stubble = 0, wrinkles = 0, shadows = 0;
  float brow_thick = 0, brow_arch = 0, brow_tilt = 0, brow_long = 0, brow_dense = 1, brow_gap = 0;
  float lash = 0;
  int moles = 0;
  std::uint64_t seed = 0;
};

[[nodiscard]] HeadColours head_colours(Random random);

/// Where a place on the head is found in its textures: round the head, denser in front; v downwards.
[[nodiscard]] Vec2 head_texture_place(Vec3 p);

/// Sets the texture places of a head or hair mesh and cuts the seam at the back.
void lay_head_texture(Mesh& mesh);

[[nodiscard]] Texture paint_skin(const HeadShape& shape, const HeadColours& colours, const Mesh& skin, int side);
[[nodiscard]] Texture paint_hair(const HeadShape& shape, const HeadColours& colours, int side);
/// An eyeball seen from the front: texture place (.5, .5) is the pupil, the radius .5 the eyeball's.
[[nodiscard]] Texture paint_eye(const HeadColours& colours, int side);

}  // namespace regard::cast
