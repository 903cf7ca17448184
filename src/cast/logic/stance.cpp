#include "cast/logic/stance.h"

namespace regard::cast {
namespace {

constexpr std::size_t at(Bone bone) { return static_cast<std::size_t>(bone); }

constexpr float thigh_swing = 26 * degree;
constexpr float arms_down = 21 * degree;

struct LegAngles {
  float thigh, knee, foot;
};

/// The leg swings forward while cos(phase) > 0 and carries while it is negative; the knee bends in the swing.
LegAngles leg_angles(float phase, float pace) {
  const float swing = std::max(0.0F, std::cos(phase));
  const float thigh = thigh_swing * std::sin(phase) + 4 * degree;
  const float knee = 6 * degree + 46 * degree * swing * std::sqrt(swing);
  const float heel = 14 * degree * smoothstep(-0.4F, -1.0F, std::sin(phase));
  return {thigh * pace, knee * pace, (-thigh * 0.55F + knee * 0.45F - heel) * pace};
}

}  // namespace

float stride_length(const BodyShape& shape) { return 4.0F * 0.48F * shape.height * std::sin(thigh_swing) * 0.9F; }

Skeleton skeleton_of(const BodyShape& shape, const Stance& stance) {
  const Joints joints = joints_of(shape);
  Skeleton bones;
  const auto turned = [&](Bone bone, Bone parent, const Mat3& rotation) {
    bones[at(bone)] = bones[at(parent)] * about(joints[at(bone)], rotation);
  };
  const float swing = std::sin(stance.stride) * stance.pace;
  const float shift = std::sin(stance.sway) * (1 - stance.pace);
  bones[at(Bone::pelvis)] = about(joints[at(Bone::pelvis)], rotation_y(-0.09F * swing) * rotation_z(0.02F * shift));
  turned(Bone::chest, Bone::pelvis,
         rotation_y(0.17F * swing) * rotation_x(0.03F * stance.pace + 0.006F * std::sin(2.1F * stance.sway)) *
             rotation_z(-0.03F * shift));
  turned(Bone::head, Bone::chest,
         rotation_y(stance.head_yaw - 0.08F * swing) * rotation_x(stance.head_pitch) * rotation_z(stance.head_roll));
  for (int side = 0; side < 2; ++side) {
    const float sign = side == 0 ? 1.0F : -1.0F;
    const auto bone = [side](Bone left) { return static_cast<Bone>(static_cast<int>(left) + side); };
    const float phase = stance.stride + (side == 0 ? 0.0F : pi);
    const float arm = -22 * degree * std::sin(phase) * stance.pace - 2 * degree;
    turned(bone(Bone::left_arm), Bone::chest,
           rotation_x(-arm) * rotation_z(sign * arms_down) * rotation_y(sign * 0.1F));
    turned(bone(Bone::left_forearm), bone(Bone::left_arm), rotation_x(-(12 * degree + std::max(0.0F, arm) * 0.9F)));
    const LegAngles leg = leg_angles(phase, stance.pace);
    turned(bone(Bone::left_thigh), Bone::pelvis, rotation_x(-leg.thigh) * rotation_z(sign * 0.02F));
    turned(bone(Bone::left_shin), bone(Bone::left_thigh), rotation_x(leg.knee));
    turned(bone(Bone::left_foot), bone(Bone::left_shin),
           rotation_x(-leg.knee * 0.6F + leg.thigh * 0.8F - leg.foot * 0.2F));
  }
  // Whichever sole is lowest stands on the floor.
  float lowest = 1e9F;
  for (const Bone foot : {Bone::left_foot, Bone::right_foot}) {
    const Vec3 ankle = joints[at(foot)];
    for (const float z : {-0.05F, 0.16F})
      lowest = std::min(lowest, (bones[at(foot)] * Vec3{ankle.x, 0, ankle.z + z}).y);
  }
  const Transform world{rotation_y(stance.heading), stance.place - Vec3{0, lowest, 0}};
  for (Transform& bone : bones) bone = world * bone;
  return bones;
}

void bend(const Skinned& skinned, const Skeleton& skeleton, std::vector<Vertex>& result) {
  result.resize(skinned.mesh.vertices.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const Vertex& vertex = skinned.mesh.vertices[i];
    const Skinned::Weight& weight = skinned.weights[i];
    const Transform& first = skeleton[weight.first];
    const Transform& second = skeleton[weight.second];
    result[i] = vertex;
    result[i].position = mix(second * vertex.position, first * vertex.position, weight.share);
    result[i].normal = mix(second.linear * vertex.normal, first.linear * vertex.normal, weight.share);
  }
}

}  // namespace regard::cast
