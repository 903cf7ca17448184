// The bones and soft parts of one head, and the distance fields they form. The unit is ten centimetres; the origin lies
// between the ears, y is up and the face looks along z.
#pragma once

#include <array>

#include "cast/logic/random.h"
#include "cast/logic/vector.h"

namespace regard::cast {

/// How the hair is cut. Lengths are heights on the head: -1 is the chin, 1 the crown.
struct HairShape {
  bool bald = false;
  float top = 0.12F;    ///< thickness above the crown
  float side = 0.08F;   ///< thickness beside the ears
  float end = 0;        ///< lowest place at the sides and the back
  float line = 0.5F;    ///< height of the hairline above the eyes
  float recession = 0;  ///< how far the hairline is back at the temples
  float parting = 0;    ///< where the hair parts, to the left or right
  float fringe = 0;     ///< how far hair hangs into the forehead
  float curl = 0;       ///< height of the curls
  float curl_size = 0.1F;
  float knot = 0;  ///< radius of a bun, 0 for none
  float knot_height = 0.6F;
  float sweep = 0;  ///< how far the top stands up and forward
};

struct HeadShape {
  float skull_width, skull_height, skull_depth, face_width, face_depth;
  float jaw_width, jaw_height, jaw_round, chin_height, chin_width, chin_out, cheek_out, cheek_height, cheek_size,
      hollow;
  float brow_height, brow_ridge, forehead;
  float eye_x, eye_y, eye_z, eye_radius, eye_wide, eye_open, eye_tilt, socket, lid;
  float nose_length, nose_bridge, nose_root, nose_width, nose_out, nose_tip, nose_hook, nostril;
  float mouth_y, mouth_width, lip_upper, lip_lower, lip_out, smile, bow;
  float ear_size, ear_out, ear_y, neck, asymmetry;
  float beard, moustache;  ///< thickness of hair on the lower face
  HairShape hair;
};

[[nodiscard]] HeadShape head_shape(Random random);

/// Where the pupil looks out from, left (+1) or right (-1) side of the person.
[[nodiscard]] Vec3 eye_centre(const HeadShape& shape, float side);

/// Bends space so that the mouth is straight: the lips follow the smile.
[[nodiscard]] Vec3 unsmile(const HeadShape& shape, Vec3 p);

/// 0..1: whether the skin at p grows a beard or a moustache.
[[nodiscard]] float beard_area(const HeadShape& shape, Vec3 p);
[[nodiscard]] float moustache_area(const HeadShape& shape, Vec3 p);

/// Skin without eyeballs: head, ears, neck.
[[nodiscard]] float skin_field(const HeadShape& shape, Vec3 p);
[[nodiscard]] float hair_field(const HeadShape& shape, Vec3 p);

}  // namespace regard::cast
