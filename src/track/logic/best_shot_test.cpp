#include "track/logic/best_shot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace regard::track {
namespace {

/// Five points of a head in millimetres (x to the image's right, y down, z to the camera), turned and projected.
FacePoints head(float yaw, float roll) {
  constexpr std::array<std::array<float, 3>, 5> model{
      {{-32, 0, 0}, {32, 0, 0}, {0, 35, 33}, {-25, 70, 5}, {25, 70, 5}}};
  const float y = yaw * std::numbers::pi_v<float> / 180;
  const float r = roll * std::numbers::pi_v<float> / 180;
  std::array<PixelPoint, 5> points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const float across = model[i][0] * std::cos(y) + model[i][2] * std::sin(y);
    points[i] = {500 + across * std::cos(r) - model[i][1] * std::sin(r),
                 300 + across * std::sin(r) + model[i][1] * std::cos(r)};
  }
  return {points[0], points[1], points[2], points[3], points[4]};
}

TEST(PoseOf, finds_yaw_and_roll_of_a_projected_head) {
  for (const float yaw : {-40.0F, -15.0F, 0.0F, 30.0F}) {
    for (const float roll : {-30.0F, 0.0F, 10.0F}) {
      const HeadPose pose = pose_of(head(yaw, roll));
      EXPECT_NEAR(pose.yaw, yaw, 3) << yaw << " " << roll;
      EXPECT_NEAR(pose.roll, roll, 3) << yaw << " " << roll;
    }
  }
}

TEST(PoseOf, points_that_fall_together_is_turned_away) { EXPECT_EQ(pose_of({}).yaw, 90); }

TEST(FaceQuality, falls_with_each_property) {
  const PixelBox large{0, 0, 100, 120};
  const FaceAppearance good{300, 128};
  const float best = face_quality(large, head(0, 0), good);
  EXPECT_GT(best, 0.5F);
  EXPECT_LE(best, 1.0F);
  EXPECT_LT(face_quality({0, 0, 30, 40}, head(0, 0), good), best);
  EXPECT_LT(face_quality(large, head(40, 0), good), best);
  EXPECT_LT(face_quality(large, head(0, 40), good), best);
  EXPECT_LT(face_quality(large, head(0, 0), FaceAppearance{10, 128}), best);
  EXPECT_LT(face_quality(large, head(0, 0), FaceAppearance{300, 20}), best);
  EXPECT_LT(face_quality(large, head(0, 0), FaceAppearance{300, 245}), best);
}

TEST(BodyQuality, prefers_whole_bodies) {
  const Size frame{640, 480};
  EXPECT_GT(body_quality({100, 100, 80, 200}, {0.8F}, frame), body_quality({-20, 100, 80, 200}, {0.8F}, frame));
  EXPECT_GT(body_quality({100, 100, 80, 200}, {0.8F}, frame), body_quality({100, 100, 40, 100}, {0.8F}, frame));
}

}  // namespace
}  // namespace regard::track
