#include "embed/logic/quality.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace regard::embed {
namespace {

Measures good() {
  return {.sharpness = 5,
          .brightness = 130,
          .contrast = 35,
          .eye_distance = 90,
          .roll = 2,
          .occlusion = 0.05F,
          .yaw = 3.0F,
          .pitch = -4.0F,
          .network = 0.6F};
}

const QualityComponent& component(const Quality& quality, const std::string& name) {
  const auto found = std::find_if(quality.components.begin(), quality.components.end(),
                                  [&](const QualityComponent& one) { return one.name == name; });
  EXPECT_NE(found, quality.components.end()) << name;
  return *found;
}

TEST(Quality, accepts_a_good_face_and_says_nothing) {
  const Quality quality = assess(good(), Strictness::enrolment);
  EXPECT_EQ(quality.components.size(), 9U);
  EXPECT_TRUE(quality.acceptable()) << quality.advice();
  EXPECT_EQ(quality.advice(), "");
  EXPECT_GT(quality.unified, 50);
  EXPECT_LE(quality.unified, 100);
}

TEST(Quality, leaves_out_what_no_network_measured) {
  Measures measures = good();
  measures.yaw.reset();
  measures.pitch.reset();
  measures.network.reset();
  EXPECT_EQ(assess(measures, Strictness::enrolment).components.size(), 6U);
}

TEST(Quality, says_what_to_do_with_the_figures) {
  Measures measures = good();
  measures.eye_distance = 34.6F;
  EXPECT_EQ(assess(measures, Strictness::enrolment).advice(), "move closer: 34 of 60 pixels between the eyes");
  EXPECT_TRUE(assess(measures, Strictness::probe).acceptable());
  measures = good();
  measures.yaw = 41.0F;
  EXPECT_EQ(assess(measures, Strictness::enrolment).advice(), "turn the head to your right: 41 degrees, at most 30");
  measures.yaw = -41.0F;
  EXPECT_EQ(assess(measures, Strictness::enrolment).advice(), "turn the head to your left: 41 degrees, at most 30");
}

TEST(Quality, every_component_can_refuse_with_advice_of_its_own) {
  std::vector<std::pair<std::string, Measures>> cases;
  const auto add = [&](const std::string& name, auto change) {
    cases.emplace_back(name, good());
    change(cases.back().second);
  };
  add("sharpness", [](Measures& m) { m.sharpness = 0.1F; });
  add("brightness", [](Measures& m) { m.brightness = 15; });
  add("brightness", [](Measures& m) { m.brightness = 250; });
  add("contrast", [](Measures& m) { m.contrast = 3; });
  add("eye_distance", [](Measures& m) { m.eye_distance = 10; });
  add("yaw", [](Measures& m) { m.yaw = 70.0F; });
  add("pitch", [](Measures& m) { m.pitch = -60.0F; });
  add("roll", [](Measures& m) { m.roll = -60; });
  add("occlusion", [](Measures& m) { m.occlusion = 0.6F; });
  add("network", [](Measures& m) { m.network = 0.01F; });
  for (const auto& [name, measures] : cases) {
    for (const Strictness strictness : {Strictness::enrolment, Strictness::probe}) {
      const Quality quality = assess(measures, strictness);
      EXPECT_FALSE(quality.acceptable()) << name;
      EXPECT_LT(quality.unified, 50) << name;
      EXPECT_FALSE(component(quality, name).advice.empty()) << name;
      EXPECT_EQ(quality.advice(), component(quality, name).advice);
    }
  }
}

TEST(Quality, puts_the_worst_first) {
  Measures measures = good();
  measures.brightness = 48;   // 4 % below 50
  measures.eye_distance = 6;  // 90 % below 60
  EXPECT_EQ(assess(measures, Strictness::enrolment).advice(),
            "move closer: 6 of 60 pixels between the eyes; more light on the face: brightness 48 of at least 50");
}

TEST(Quality, a_value_on_its_limit_is_acceptable_and_unifies_to_the_middle) {
  Measures measures = good();
  measures.eye_distance = 60;
  const Quality quality = assess(measures, Strictness::enrolment);
  EXPECT_TRUE(quality.acceptable());
  EXPECT_FLOAT_EQ(quality.unified, 50);
}

BgrImage plain_face() {
  BgrImage face{Size{112, 112}};
  for (int y = 0; y < 112; ++y) {
    for (int x = 0; x < 112; ++x) {
      // Skin in light that falls off to the right.
      const int shade = -x / 4;
      face.at(x, y)[0] = static_cast<std::uint8_t>(110 + shade);
      face.at(x, y)[1] = static_cast<std::uint8_t>(140 + shade);
      face.at(x, y)[2] = static_cast<std::uint8_t>(190 + shade);
    }
  }
  return face;
}

TEST(Occlusion, counts_what_is_coloured_unlike_the_face) {
  EXPECT_EQ(occlusion_of(plain_face()), 0);
  BgrImage masked = plain_face();
  for (int y = 80; y < 112; ++y) {
    for (int x = 0; x < 112; ++x) {
      masked.at(x, y)[0] = 200;
      masked.at(x, y)[1] = 160;
      masked.at(x, y)[2] = 60;
    }
  }
  // The part of the oval below row 80, where a row of cells begins: an ellipse cut .30 of its half height below the
  // middle, .31 of its area.
  EXPECT_NEAR(occlusion_of(masked), 0.31F, 0.05F);
}

TEST(Roll, is_positive_clockwise_in_the_image) {
  FacePoints points;
  points.right_eye = {100, 100};
  points.left_eye = {150, 150};
  EXPECT_NEAR(roll_of(points), 45, 1e-3);
  EXPECT_NEAR(eye_distance_of(points), 70.71F, 0.01F);
}

}  // namespace
}  // namespace regard::embed
