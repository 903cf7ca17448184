#include "detect/logic/suppress.h"

#include <gtest/gtest.h>

#include <random>

namespace regard::detect {
namespace {

Detection person(PixelBox box, float score) { return {Kind::person, {0}, {score}, box, std::nullopt}; }

/// Repeats the definition: take the best that is left, remove what overlaps it, until nothing is left.
std::vector<Detection> by_definition(std::vector<Detection> left, float threshold) {
  std::vector<Detection> kept;
  while (!left.empty()) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < left.size(); ++i) {
      if (left[i].score > left[best].score) best = i;
    }
    const Detection chosen = left[best];
    kept.push_back(chosen);
    std::vector<Detection> rest;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (i == best) continue;
      const bool same = left[i].kind == chosen.kind && left[i].object == chosen.object;
      if (!same || overlap(left[i].box, chosen.box) <= threshold) rest.push_back(left[i]);
    }
    left = std::move(rest);
  }
  return kept;
}

TEST(Suppress, equals_its_definition_on_random_boxes) {
  std::mt19937 random{3};
  std::uniform_real_distribution<float> place{0, 60};
  std::uniform_real_distribution<float> side{5, 30};
  std::uniform_real_distribution<float> score{0, 1};
  for (int round = 0; round < 200; ++round) {
    std::vector<Detection> boxes;
    for (int i = 0; i < 40; ++i) {
      Detection one = person({place(random), place(random), side(random), side(random)}, score(random));
      one.object.value = static_cast<int>(random() % 3);
      boxes.push_back(one);
    }
    const auto expected = by_definition(boxes, 0.3F);
    const auto kept = suppress(boxes, 0.3F);
    ASSERT_EQ(kept.size(), expected.size());
    for (std::size_t i = 0; i < kept.size(); ++i) {
      EXPECT_EQ(kept[i].box, expected[i].box);
      EXPECT_EQ(kept[i].object, expected[i].object);
    }
  }
}

TEST(Suppress, keeps_classes_apart) {
  Detection car = person({0, 0, 10, 10}, 0.8F);
  car.kind = Kind::object;
  car.object = {2};
  EXPECT_EQ(suppress({person({0, 0, 10, 10}, 0.9F), car}, 0.5F).size(), 2U);
}

TEST(Suppress, of_nothing_is_nothing) { EXPECT_TRUE(suppress({}, 0.5F).empty()); }

TEST(MergeRegions, counts_a_thing_on_a_seam_once) {
  // One body, whole in the frame's own run, cut in the left and in the right tile: the halves score higher.
  const auto merged = merge_regions({{person({90, 10, 20, 40}, 0.6F), false},
                                     {person({90, 10, 10, 40}, 0.9F), true},
                                     {person({100, 10, 10, 40}, 0.8F), true}},
                                    0.5F);
  ASSERT_EQ(merged.size(), 1U);
  EXPECT_EQ(merged[0].box, (PixelBox{90, 10, 20, 40}));
}

TEST(MergeRegions, keeps_a_cut_thing_that_nobody_saw_whole) {
  EXPECT_EQ(merge_regions({{person({90, 10, 10, 40}, 0.9F), true}}, 0.5F).size(), 1U);
}

TEST(MergeRegions, keeps_a_whole_small_thing_before_a_large_one) {
  EXPECT_EQ(
      merge_regions({{person({0, 0, 100, 100}, 0.9F), false}, {person({10, 10, 20, 20}, 0.8F), false}}, 0.5F).size(),
      2U);
}

}  // namespace
}  // namespace regard::detect
