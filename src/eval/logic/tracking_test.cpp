#include <gtest/gtest.h>

#include <cmath>

#include "eval/eval.h"

namespace regard::eval {
namespace {

PixelBox at(float x) { return {x, 0, 10, 10}; }

TEST(ScoreTracking, of_a_hand_computed_swap) {
  // A and B for four frames; numbers 1 and 2 change places in the third; one false alarm in the fourth.
  const std::vector<JudgedFrame> frames{{{{1, at(0)}, {2, at(100)}}, {}, {{1, at(0)}, {2, at(100)}}},
                                        {{{1, at(0)}, {2, at(100)}}, {}, {{1, at(0)}, {2, at(100)}}},
                                        {{{1, at(0)}, {2, at(100)}}, {}, {{2, at(0)}, {1, at(100)}}},
                                        {{{1, at(0)}, {2, at(100)}}, {}, {{2, at(0)}, {1, at(100)}, {3, at(200)}}}};
  const TrackingScores scores = score_tracking(frames);
  EXPECT_EQ(scores.frames, 4U);
  EXPECT_EQ(scores.truths, 8U);
  EXPECT_EQ(scores.switches, 2U);
  EXPECT_EQ(scores.misses, 0U);
  EXPECT_EQ(scores.false_positives, 1U);
  EXPECT_NEAR(scores.mota, 1 - 3.0 / 8, 1e-9);        // (0 misses + 1 false + 2 switches) of 8
  EXPECT_NEAR(scores.idf1, 2 * 4.0 / (8 + 9), 1e-9);  // each number agrees with one identity in two frames: 4 boxes
  EXPECT_NEAR(scores.deta, 8.0 / 9, 1e-9);            // 8 joined, 1 false
  EXPECT_NEAR(scores.assa, 2.0 / 6, 1e-9);            // each of four pairs: 2 common of 4 + 4 - 2
  EXPECT_NEAR(scores.hota, std::sqrt(8.0 / 9 / 3), 1e-9);
  EXPECT_NEAR(scores.motp, 1, 1e-6);
}

TEST(ScoreTracking, of_perfect_tracks_is_one) {
  const std::vector<JudgedFrame> frames{{{{1, at(0)}, {2, at(100)}}, {}, {{7, at(0)}, {9, at(100)}}},
                                        {{{1, at(5)}, {2, at(95)}}, {}, {{7, at(5)}, {9, at(95)}}}};
  const TrackingScores scores = score_tracking(frames);
  EXPECT_DOUBLE_EQ(scores.mota, 1);
  EXPECT_DOUBLE_EQ(scores.idf1, 1);
  EXPECT_NEAR(scores.hota, 1, 1e-9);
}

TEST(ScoreTracking, counts_hota_only_up_to_the_overlap_reached) {
  // 10 wide, moved by 2.5: overlap .6, joined at .05 .. .60: 12 of 19 steps.
  const std::vector<JudgedFrame> frames{{{{1, at(0)}}, {}, {{1, at(2.5F)}}}, {{{1, at(0)}}, {}, {{1, at(2.5F)}}}};
  const TrackingScores scores = score_tracking(frames);
  EXPECT_NEAR(scores.hota, 12.0 / 19, 1e-9);
  EXPECT_DOUBLE_EQ(scores.mota, 1);
}

TEST(ScoreTracking, may_fall_below_zero) {
  EXPECT_DOUBLE_EQ(score_tracking(std::vector<JudgedFrame>{{{{1, at(0)}}, {}, {{1, at(100)}, {2, at(200)}}}}).mota,
                   1 - 3.0);
}

TEST(ScoreTracking, keeps_a_pair_while_it_still_overlaps_enough) {
  // In the second frame number 2 lies better on the identity, but number 1, joined before, still overlaps by .6.
  const std::vector<JudgedFrame> frames{{{{1, at(0)}}, {}, {{1, at(0)}}},
                                        {{{1, at(0)}}, {}, {{1, at(2.5F)}, {2, at(0)}}}};
  const TrackingScores scores = score_tracking(frames);
  EXPECT_EQ(scores.switches, 0U);
  EXPECT_EQ(scores.false_positives, 1U);
}

TEST(ScoreTracking, counts_a_switch_across_a_gap) {
  const std::vector<JudgedFrame> frames{
      {{{1, at(0)}}, {}, {{1, at(0)}}}, {{{1, at(0)}}, {}, {}}, {{{1, at(0)}}, {}, {{2, at(0)}}}};
  const TrackingScores scores = score_tracking(frames);
  EXPECT_EQ(scores.switches, 1U);
  EXPECT_EQ(scores.misses, 1U);
}

TEST(ScoreTracking, forgives_what_lies_on_an_ignored_box) {
  const std::vector<JudgedFrame> frames{{{{1, at(0)}}, {at(100)}, {{1, at(0)}, {2, at(101)}, {3, at(300)}}}};
  const TrackingScores scores = score_tracking(frames);
  EXPECT_EQ(scores.truths, 1U);
  EXPECT_EQ(scores.false_positives, 1U);
  EXPECT_EQ(scores.misses, 0U);
}

TEST(Visits, give_a_new_number_to_who_was_away) {
  using std::chrono::milliseconds;
  Visits visits{milliseconds{500}};
  EXPECT_EQ(visits.number(7, milliseconds{0}), 1U);
  EXPECT_EQ(visits.number(3, milliseconds{0}), 2U);
  EXPECT_EQ(visits.number(7, milliseconds{500}), 1U);
  EXPECT_EQ(visits.number(7, milliseconds{1001}), 3U);
  EXPECT_EQ(visits.number(3, milliseconds{400}), 2U);
  EXPECT_EQ(visits.count(), 3U);
}

TEST(ScoreTracking, of_nothing_is_nothing) {
  const TrackingScores scores = score_tracking({});
  EXPECT_EQ(scores.frames, 0U);
  EXPECT_EQ(scores.mota, 0);
  EXPECT_EQ(scores.hota, 0);
}

}  // namespace
}  // namespace regard::eval
