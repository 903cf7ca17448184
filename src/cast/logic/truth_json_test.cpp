#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cast/cast.h"

namespace regard::cast {
namespace {

TEST(TruthJson, is_one_line_that_holds_everything) {
  FrameTruth truth;
  truth.frame = 7;
  truth.position = from_seconds(0.28);
  ActorTruth actor;
  actor.person = 3;
  actor.body = {10, 20, 30.5F, 40};
  actor.face = {12, 22, 8, 9};
  actor.points = FacePoints{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}};
  actor.pose = {-12.25F, 3, 1};
  actor.visible_body = 0.75F;
  actor.visible_face = 1;
  truth.actors = {actor, ActorTruth{}};
  truth.crossings = {{3, "door", "in"}};
  truth.action = "nod";
  truth.attack = "print";
  const std::string line = to_json(truth);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["frame"], 7);
  EXPECT_DOUBLE_EQ(json["seconds"].get<double>(), 0.28);
  EXPECT_EQ(json["actors"][0]["person"], 3);
  EXPECT_EQ(json["actors"][0]["body"], (std::vector<double>{10, 20, 30.5, 40}));
  EXPECT_EQ(json["actors"][0]["points"][4], (std::vector<double>{9, 10}));
  EXPECT_DOUBLE_EQ(json["actors"][0]["pose"]["yaw"].get<double>(), -12.25);
  EXPECT_DOUBLE_EQ(json["actors"][0]["visible_body"].get<double>(), 0.75);
  EXPECT_TRUE(json["actors"][1]["points"].is_null());
  EXPECT_EQ(json["crossings"][0]["line"], "door");
  EXPECT_EQ(json["action"], "nod");
  EXPECT_EQ(json["attack"], "print");
}

}  // namespace
}  // namespace regard::cast
