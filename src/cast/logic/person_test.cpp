#include "cast/logic/person.h"

#include <gtest/gtest.h>

#include "cast/logic/scene.h"

namespace regard::cast {
namespace {

Transform head_at(float yaw, float pitch, float roll) {
  return {rotation_y(yaw * degree) * rotation_x(pitch * degree) * rotation_z(roll * degree), {0, 1.5F, 0}};
}

TEST(PoseSeen, follows_the_convention_of_HeadPose) {
  const Camera camera = camera_at({0, 1.5F, 2}, {0, 1.5F, 0}, 1000, {640, 480});
  const HeadPose left = pose_seen(head_at(30, 0, 0), camera);
  EXPECT_NEAR(left.yaw, 30, 0.01);
  EXPECT_GT(camera.project(head_at(30, 0, 0) * Vec3{0, 0, 0.1F}).x, 320) << "to their own left is the image's right";
  EXPECT_NEAR(pose_seen(head_at(0, 20, 0), camera).pitch, 20, 0.01);
  EXPECT_GT(camera.project(head_at(0, 20, 0) * Vec3{0, 0, 0.1F}).y, 240) << "looking down";
  EXPECT_NEAR(pose_seen(head_at(0, 0, 15), camera).roll, 15, 0.01);
  EXPECT_GT(camera.project(head_at(0, 0, 15) * Vec3{0, 0.1F, 0}).x, 320) << "clockwise";
  const HeadPose all = pose_seen(head_at(-25, 12, 5), camera);
  EXPECT_NEAR(all.yaw, -25, 0.01);
  EXPECT_NEAR(all.pitch, 12, 0.01);
  EXPECT_NEAR(all.roll, 5, 0.01);
}

TEST(PoseSeen, is_taken_against_the_line_to_the_camera) {
  const Camera aside = camera_at({2, 1.5F, 2}, {0, 1.5F, 0}, 1000, {640, 480});
  EXPECT_NEAR(pose_seen(head_at(0, 0, 0), aside).yaw, -45, 0.01);
  EXPECT_NEAR(pose_seen(head_at(45, 0, 0), aside).yaw, 0, 0.01);
}

TEST(Skeleton, one_sole_is_always_on_the_floor) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const BodyShape body = body_shape(Random{seed});
    const Joints joints = joints_of(body);
    for (float phase = 0; phase < 6.28F; phase += 0.37F) {
      Stance stance;
      stance.place = {3, 0, -4};
      stance.stride = phase;
      stance.pace = 1;
      const Skeleton bones = skeleton_of(body, stance);
      float lowest = 1e9F;
      for (const Bone foot : {Bone::left_foot, Bone::right_foot}) {
        const auto i = static_cast<std::size_t>(foot);
        for (const float z : {-0.05F, 0.16F})
          lowest = std::min(lowest, (bones[i] * Vec3{joints[i].x, 0, joints[i].z + z}).y);
      }
      EXPECT_NEAR(lowest, 0, 1e-4) << "seed " << seed << " phase " << phase;
    }
  }
}

TEST(Person, the_same_number_is_the_same_person_and_others_differ) {
  const HeadShape one = head_shape(Random{combine(person_seed(1, 1), 1)});
  const HeadShape again = head_shape(Random{combine(person_seed(1, 1), 1)});
  const HeadShape two = head_shape(Random{combine(person_seed(1, 2), 1)});
  EXPECT_EQ(one.eye_x, again.eye_x);
  EXPECT_EQ(one.chin_height, again.chin_height);
  EXPECT_NE(one.eye_x, two.eye_x);
  EXPECT_NE(person_seed(1, 2), person_seed(2, 1));
}

TEST(Blink, eyes_are_open_most_of_the_time_and_close_now_and_then) {
  int closed = 0;
  constexpr int moments = 6000;
  for (int i = 0; i < moments; ++i) closed += blink_at(9, i * 0.01) > 0.5F ? 1 : 0;
  EXPECT_GT(closed, moments / 100);
  EXPECT_LT(closed, moments / 10);
}

}  // namespace
}  // namespace regard::cast
