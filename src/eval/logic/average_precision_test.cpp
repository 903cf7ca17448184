#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "eval/eval.h"

namespace regard::eval {
namespace {

using detect::Detection;
using detect::Kind;

Detection found(PixelBox box, float score, int object = 0) {
  return {object == 0 ? Kind::person : Kind::object, {object}, {score}, box, std::nullopt};
}
PixelBox at(float x) { return {x, 0, 10, 10}; }

TEST(AveragePrecision, of_a_hand_computed_case) {
  // Right at .9, wrong at .8, right at .7: precision 1 up to recall .5 (51 of the 101 points), 2/3 beyond (50 points).
  const std::vector<JudgedImage> images{
      {{{{0}, at(0)}, {{0}, at(100)}}, {found(at(0), 0.9F), found(at(50), 0.8F), found(at(100), 0.7F)}}};
  const DetectionScores scores = score_detections(images, {0.75F});
  EXPECT_NEAR(scores.ap50, (51 + 50 * 2.0 / 3) / 101, 1e-12);
  EXPECT_NEAR(scores.ap50_95, scores.ap50, 1e-12);
  const ClassScores& person = scores.classes.at({0});
  EXPECT_EQ(person.truths, 2U);
  EXPECT_EQ(person.found, 1U);
  EXPECT_EQ(person.wrong, 1U);
}

TEST(AveragePrecision, counts_a_second_detection_of_the_same_thing_as_wrong) {
  const std::vector<JudgedImage> images{
      {{{{0}, at(0)}, {{0}, at(100)}}, {found(at(0), 0.9F), found(at(1), 0.8F), found(at(100), 0.7F)}}};
  EXPECT_NEAR(score_detections(images, {0.5F}).ap50, (51 + 50 * 2.0 / 3) / 101, 1e-12);
}

TEST(AveragePrecision, falls_with_the_overlap_asked_for) {
  // 10 wide, moved by 1.6: overlap 8.4 / 11.6 = .724, enough for .50 .. .70, five of ten steps.
  const std::vector<JudgedImage> images{{{{{0}, at(0)}}, {found(at(1.6F), 0.9F)}}};
  EXPECT_DOUBLE_EQ(score_detections(images, {0.5F}).ap50, 1);
  EXPECT_NEAR(score_detections(images, {0.5F}).ap50_95, 0.5, 1e-12);
}

TEST(AveragePrecision, is_the_mean_over_classes_that_are_there) {
  const std::vector<JudgedImage> images{
      {{{{0}, at(0)}, {{2}, at(100)}}, {found(at(0), 0.9F), found(at(200), 0.9F, 5)}}};
  const DetectionScores scores = score_detections(images, {0.5F});
  EXPECT_EQ(scores.classes.size(), 2U);
  EXPECT_DOUBLE_EQ(scores.ap50, 0.5);
}

TEST(AveragePrecision, neither_rewards_nor_punishes_detections_on_a_crowd) {
  const PixelBox region{200, 0, 100, 100};
  const std::vector<JudgedImage> images{
      {{{{0}, at(0), false}, {{0}, region, true}},
       {found({210, 10, 10, 10}, 0.95F), found({240, 10, 10, 10}, 0.94F), found(at(0), 0.9F)}}};
  const DetectionScores scores = score_detections(images, {0.5F});
  EXPECT_DOUBLE_EQ(scores.ap50, 1);
  EXPECT_EQ(scores.classes.at({0}).truths, 1U);
  EXPECT_EQ(scores.classes.at({0}).wrong, 0U);
}

TEST(AveragePrecision, looks_at_the_hundred_best_of_a_picture) {
  JudgedImage image{{{{0}, at(0)}}, {}};
  for (int i = 0; i < 100; ++i) image.found.push_back(found(at(static_cast<float>(100 + 20 * i)), 0.9F));
  image.found.push_back(found(at(0), 0.1F));
  EXPECT_DOUBLE_EQ(score_detections(std::vector{image}, {0.5F}).ap50, 0);
}

TEST(AveragePrecision, leaves_faces_out) {
  Detection face = found(at(0), 0.9F);
  face.kind = Kind::face;
  const std::vector<JudgedImage> images{{{{{0}, at(0)}}, {face}}};
  EXPECT_DOUBLE_EQ(score_detections(images, {0.5F}).ap50, 0);
}

/// The definition without sorting tricks: at each recall the best precision of any score threshold that reaches it.
/// Truths are far apart, so that which detection belongs to which is plain.
double by_definition(const std::vector<JudgedImage>& images) {
  std::vector<std::pair<float, bool>> all;
  double truths = 0;
  for (const JudgedImage& image : images) {
    truths += static_cast<double>(image.truth.size());
    for (const TruthBox& truth : image.truth) {
      const Detection* best = nullptr;
      for (const Detection& one : image.found) {
        if (overlap(one.box, truth.box) >= 0.5F && (best == nullptr || one.score > best->score)) best = &one;
      }
      for (const Detection& one : image.found) {
        if (overlap(one.box, truth.box) >= 0.5F) all.emplace_back(one.score.value, &one == best);
      }
    }
    for (const Detection& one : image.found) {
      const bool near = std::any_of(image.truth.begin(), image.truth.end(),
                                    [&](const TruthBox& t) { return overlap(one.box, t.box) >= 0.5F; });
      if (!near) all.emplace_back(one.score.value, false);
    }
  }
  double sum = 0;
  for (int point = 0; point <= 100; ++point) {
    double best = 0;
    for (const auto& [threshold, unused] : all) {
      double right = 0;
      double count = 0;
      for (const auto& [score, is_right] : all) {
        if (score < threshold) continue;
        ++count;
        right += is_right ? 1 : 0;
      }
      if (right / truths >= point / 100.0) best = std::max(best, right / count);
    }
    sum += best;
  }
  return sum / 101;
}

TEST(AveragePrecision, equals_its_definition_on_random_pictures) {
  std::mt19937 random{21};
  for (int round = 0; round < 50; ++round) {
    std::vector<JudgedImage> images(4);
    for (JudgedImage& image : images) {
      for (int t = 0; t < 4; ++t) image.truth.push_back({{0}, at(static_cast<float>(100 * t))});
      for (int d = 0; d < 10; ++d) {
        const float x = static_cast<float>(100 * (random() % 6) + random() % 8);
        image.found.push_back(found(at(x), static_cast<float>(random() % 1'000'000) / 1e6F));
      }
    }
    ASSERT_NEAR(score_detections(images, {0.5F}).ap50, by_definition(images), 1e-9) << "round " << round;
  }
}

TEST(Bootstrap, is_deterministic_and_surrounds_the_value) {
  std::mt19937 random{4};
  std::vector<JudgedImage> images(40);
  for (JudgedImage& image : images) {
    image.truth.push_back({{0}, at(0)});
    image.found.push_back(found(at(random() % 3 == 0 ? 50.0F : 0.0F), static_cast<float>(random() % 1000) / 1e3F));
  }
  const DetectionEstimates one = bootstrap_detections(images, 7, 200);
  const DetectionEstimates same = bootstrap_detections(images, 7, 200);
  EXPECT_EQ(one.ap50.low, same.ap50.low);
  EXPECT_EQ(one.ap50.high, same.ap50.high);
  EXPECT_DOUBLE_EQ(one.ap50.value, score_detections(images, {0.5F}).ap50);
  EXPECT_LT(one.ap50.low, one.ap50.value);
  EXPECT_GT(one.ap50.high, one.ap50.value);
}

}  // namespace
}  // namespace regard::eval
