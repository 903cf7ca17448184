// One clothed body in its rest pose: standing on y = 0, facing z, arms a little away from the sides. Metres.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "cast/logic/mesh.h"
#include "cast/logic/random.h"
#include "cast/logic/texture.h"

namespace regard::cast {

enum class Bone : std::uint8_t {
  pelvis,
  chest,
  head,
  left_arm,
  right_arm,
  left_forearm,
  right_forearm,
  left_thigh,
  right_thigh,
  left_shin,
  right_shin,
  left_foot,
  right_foot
};
inline constexpr int bone_count = 13;

/// Where each bone turns in the rest pose.
using Joints = std::array<Vec3, bone_count>;

enum class Pattern : std::uint8_t { plain, stripes, pinstripes, checks, dots, panel };
enum class Top : std::uint8_t { tee, shirt, sweater, jacket, coat, hoodie };
enum class Bottom : std::uint8_t { trousers, shorts, skirt };

struct BodyShape {
  float height, shoulders, chest, waist, hips, belly, neck, arm, leg, head_scale;
  Top top;
  Bottom bottom;
  Pattern pattern;
  Vec3 top_colour, accent, under, bottom_colour, shoe_colour;
  float pattern_size;
  bool long_sleeves;
  std::uint64_t seed;
};

[[nodiscard]] BodyShape body_shape(Random random);
[[nodiscard]] Joints joints_of(const BodyShape& shape);

/// A mesh whose vertices follow two bones each.
struct Skinned {
  Mesh mesh;
  struct Weight {
    std::uint8_t first = 0;
    std::uint8_t second = 0;
    float share = 1;  ///< of the first
  };
  std::vector<Weight> weights;
};

struct BodyMeshes {
  Skinned top, bottom, shoes, skin;
};

/// `step` is the side of a grid cell in metres.
[[nodiscard]] BodyMeshes body_meshes(const BodyShape& shape, float step);
/// Lays the front of a top on the left half of its texture and the back on the right half.
void lay_top(const BodyShape& shape, Mesh& mesh);
[[nodiscard]] Texture paint_top(const BodyShape& shape, int side);

}  // namespace regard::cast
