// How a person holds themselves at one moment, and where that puts their bones.
#pragma once

#include "cast/logic/body_shape.h"

namespace regard::cast {

struct Stance {
  Vec3 place;          ///< on the floor, metres
  float heading = 0;   ///< radians; 0: towards z, positive: to their own left
  float stride = 0;    ///< phase of the walk, radians; one cycle is two steps
  float pace = 0;      ///< 0 standing, 1 walking
  float sway = 0;      ///< phase of breathing and shifting weight, radians
  float head_yaw = 0;  ///< against the chest, radians, as HeadPose
  float head_pitch = 0;
  float head_roll = 0;
  Vec2 gaze;        ///< radians: x to their left, y up
  float blink = 0;  ///< 1: closed
};

/// The way walked during one whole cycle of `stride` at full pace, metres.
[[nodiscard]] float stride_length(const BodyShape& shape);

using Skeleton = std::array<Transform, bone_count>;  ///< takes the rest pose into the world

[[nodiscard]] Skeleton skeleton_of(const BodyShape& shape, const Stance& stance);

/// `skinned` bent to `skeleton`, in the world.
void bend(const Skinned& skinned, const Skeleton& skeleton, std::vector<Vertex>& result);

}  // namespace regard::cast
