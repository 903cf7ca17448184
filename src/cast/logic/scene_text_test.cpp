#include <gtest/gtest.h>

#include "cast/cast.h"

namespace regard::cast {
namespace {

TEST(SceneText, reads_every_key) {
  const auto scene = scene_from("lobby?people=7&first=3&seed=18446744073709551615&fps=12.5&size=640x360&seconds=10");
  ASSERT_TRUE(scene.has_value());
  EXPECT_EQ(scene->kind, SceneKind::lobby);
  EXPECT_EQ(scene->people, 7);
  EXPECT_EQ(scene->first, 3U);
  EXPECT_EQ(scene->seed, 18446744073709551615ULL);
  EXPECT_DOUBLE_EQ(scene->frames_per_second, 12.5);
  EXPECT_EQ(scene->size, (Size{640, 360}));
  EXPECT_DOUBLE_EQ(scene->seconds, 10);
}

TEST(SceneText, names_alone_mean_the_defaults) {
  for (const char* name : {"portrait", "door", "lobby", "desk", "lobby?"})
    EXPECT_TRUE(scene_from(name).has_value()) << name;
  EXPECT_EQ(scene_from("portrait")->people, 1);
  EXPECT_EQ(scene_from("lobby")->people, 5);
  EXPECT_EQ(scene_from("lobby")->size, (Size{1280, 720}));
}

TEST(SceneText, attacks_belong_to_the_desk) {
  EXPECT_EQ(scene_from("desk?attack=print")->attack, "print");
  EXPECT_EQ(scene_from("desk?attack=screen")->attack, "screen");
  EXPECT_FALSE(scene_from("lobby?attack=print").has_value());
}

TEST(SceneText, refuses_what_is_not_a_scene_and_says_what_is) {
  const auto scene = scene_from("ballroom?people=2");
  ASSERT_FALSE(scene.has_value());
  EXPECT_EQ(scene.error().kind, ErrorKind::invalid_input);
  EXPECT_NE(scene.error().message().find("ballroom"), std::string::npos);
  EXPECT_NE(scene.error().message().find("portrait, door, lobby, desk"), std::string::npos);
}

TEST(SceneText, refuses_bad_values_and_names_them) {
  for (const char* text : {"lobby?people=0",
                           "lobby?people=33",
                           "lobby?people=2x",
                           "lobby?first=0",
                           "lobby?people=",
                           "lobby?people",
                           "lobby?seed=-1",
                           "lobby?fps=0",
                           "lobby?fps=nan",
                           "lobby?fps=inf",
                           "lobby?size=1280",
                           "lobby?size=8x8",
                           "lobby?size=99999x99999",
                           "lobby?size=1280x720x3",
                           "lobby?seconds=-1",
                           "lobby?colour=red",
                           "desk?attack=mask",
                           "lobby?&",
                           "",
                           "?",
                           "lobby?people=99999999999999999999"}) {
    const auto scene = scene_from(text);
    ASSERT_FALSE(scene.has_value()) << text;
    EXPECT_EQ(scene.error().kind, ErrorKind::invalid_input) << text;
    EXPECT_FALSE(scene.error().remedy.empty()) << text;
  }
  EXPECT_NE(scene_from("lobby?people=33").error().cause.find("people=33"), std::string::npos);
  EXPECT_NE(scene_from("lobby?colour=red").error().cause.find("colour"), std::string::npos);
}

}  // namespace
}  // namespace regard::cast
