// Holds the synthetic people to what the networks of the standard pack must make of them. The figures behind each
// bound: `cast_quality detect SCENE ...` and `cast_quality identity ...`.
#include <gtest/gtest.h>

#include "measure.h"

namespace regard::cast_quality {
namespace {

class CastQuality : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = model_folder();
    if (!folder) GTEST_SKIP() << "the networks are absent: set REGARD_SHARED to the folder that holds models/";
    auto opened = Networks::open(*folder);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    networks_.emplace(std::move(*opened));
  }

  static cast::SceneOptions scene(const char* text) { return *cast::scene_from(text); }

  std::optional<Networks> networks_;
};

TEST_F(CastQuality, faces_and_bodies_are_found) {
  Found all;
  for (const auto& [text, pictures, every] : {std::tuple{"door?people=6&seed=1", 12, 23},
                                              {"portrait?people=12&fps=4&size=640x360&seed=2", 24, 4},
                                              {"lobby?people=6&seed=3", 14, 29},
                                              {"desk?seed=4", 6, 17}}) {
    const Found found = detectability(scene(text), *networks_, pictures, every, 4096);
    EXPECT_GE(found.faces_found, 0.95 * found.faces)
        << text << ": " << found.faces_found << " of " << found.faces << " faces";
    EXPECT_GE(found.bodies_found, 0.90 * found.bodies)
        << text << ": " << found.bodies_found << " of " << found.bodies << " bodies";
    all.faces += found.faces;
    all.bodies += found.bodies;
  }
  EXPECT_GT(all.faces, 30);
  EXPECT_GT(all.bodies, 40);
}

TEST_F(CastQuality, people_look_like_themselves_and_unlike_each_other) {
  const Identity r = identity(1, 50, 3, *networks_);
  EXPECT_EQ(r.missed, 0);
  EXPECT_GE(r.same_mean, 0.85) << r.same_pairs << " pairs";
  EXPECT_LE(r.different_mean, 0.40) << r.different_pairs << " pairs";
  EXPECT_LE(r.different_high, 0.75);
}

}  // namespace
}  // namespace regard::cast_quality
