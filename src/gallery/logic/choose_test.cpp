#include "gallery/logic/choose.h"

#include <gtest/gtest.h>

#include <vector>

namespace regard::gallery {
namespace {

constexpr ChooseLimits limits{.threshold = .5F, .margin = .05F, .floor = .4F};

TEST(Choose, the_best_wins_when_it_is_good_enough_and_clearly_better) {
  const std::vector<Scored> candidates{{3, .45F, 0}, {1, .70F, 0}, {2, .60F, 0}};
  const auto chosen = choose(candidates, {}, limits);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->subject, 1U);
  EXPECT_FLOAT_EQ(chosen->score, .7F);
  EXPECT_NEAR(chosen->margin, .1F, 1e-6);
}

TEST(Choose, nobody_is_named_below_the_threshold) {
  EXPECT_FALSE(choose(std::vector<Scored>{{1, .499F, 0}}, {}, limits));
  EXPECT_TRUE(choose(std::vector<Scored>{{1, .5F, 0}}, {}, limits));
  EXPECT_FALSE(choose({}, {}, limits));
}

TEST(Choose, nobody_is_named_when_two_are_too_alike) {
  EXPECT_FALSE(choose(std::vector<Scored>{{1, .70F, 0}, {2, .66F, 0}}, {}, limits));
  EXPECT_TRUE(choose(std::vector<Scored>{{1, .70F, 0}, {2, .64F, 0}}, {}, limits));
}

TEST(Choose, alone_the_margin_is_counted_to_the_floor) {
  EXPECT_NEAR(choose(std::vector<Scored>{{1, .7F, 0}}, {}, limits)->margin, .3F, 1e-6);
}

TEST(Choose, an_offset_lowers_one_subject_whoever_comes) {
  EXPECT_FALSE(choose(std::vector<Scored>{{1, .55F, .06F}}, {}, limits));
  EXPECT_EQ(choose(std::vector<Scored>{{1, .72F, .2F}, {2, .6F, 0}}, {}, limits)->subject, 2U);
}

TEST(Choose, a_confused_pair_is_lowered_only_when_both_are_alike) {
  const std::vector<ConfusedPair> confused{{1, 2, .1F}};
  EXPECT_FALSE(choose(std::vector<Scored>{{1, .70F, 0}, {2, .61F, 0}}, confused, limits));
  EXPECT_EQ(choose(std::vector<Scored>{{1, .70F, 0}, {2, .66F, 0}}, confused, limits)->subject, 2U);
  const auto alone = choose(std::vector<Scored>{{1, .70F, 0}, {2, .55F, 0}}, confused, limits);
  ASSERT_TRUE(alone);
  EXPECT_FLOAT_EQ(alone->score, .7F);
  // The other way round nothing was said.
  EXPECT_EQ(choose(std::vector<Scored>{{2, .70F, 0}, {1, .61F, 0}}, confused, limits)->subject, 2U);
}

TEST(Choose, the_floor_lies_below_everything_that_could_matter) {
  EXPECT_FLOAT_EQ(floor_of(.5F, .05F, {}), .45F);
  EXPECT_FLOAT_EQ(floor_of(.5F, .05F, std::vector<ConfusedPair>{{1, 2, .1F}}), .4F);
}

}  // namespace
}  // namespace regard::gallery
