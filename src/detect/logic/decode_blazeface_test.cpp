#include "detect/logic/decode_blazeface.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace regard::detect {
namespace {

struct BlazefaceTensors {
  std::vector<float> scores, values;
  BlazefaceLevel level;
  BlazefaceTensors(int stride, int side, int per_cell) {
    const auto anchors = static_cast<std::size_t>(side * side * per_cell);
    scores.assign(anchors, -50);
    values.resize(anchors * blazeface_values);
    level = {stride, side, per_cell, scores, values};
  }
  void put(std::size_t anchor, float score, const std::array<float, blazeface_values>& numbers) {
    scores[anchor] = score;
    std::copy(numbers.begin(), numbers.end(), values.begin() + static_cast<std::ptrdiff_t>(anchor) * blazeface_values);
  }
};

TEST(DecodeBlazeface, has_896_anchors) {
  int anchors = 0;
  for (const BlazefaceGrid& grid : blazeface_grids) {
    anchors += grid.side * grid.side * grid.per_cell;
    EXPECT_EQ(grid.side * grid.stride, blazeface_side);
  }
  EXPECT_EQ(anchors, 896);
}

TEST(DecodeBlazeface, places_a_hand_made_face) {
  BlazefaceTensors t{32, 8, 6};
  // Row 2, column 5, the fourth of six anchors: its middle is (176, 80).
  t.put((2 * 8 + 5) * 6 + 3, std::log(4.0F),
        {4, -8, 60, 72, -10, -12, 10, -12, 1, 2, 2, 14, -28, -9, 29, -9});  // sigmoid(log 4) = 4 / 5
  const auto faces = decode_blazeface(std::array{t.level}, 0.6F);
  ASSERT_EQ(faces.size(), 1U);
  EXPECT_EQ(faces[0].kind, Kind::face);
  EXPECT_EQ(faces[0].object, ObjectClass{});
  EXPECT_NEAR(faces[0].score.value, 0.8F, 1e-6);
  EXPECT_FLOAT_EQ(faces[0].box.x, 180 - 30);
  EXPECT_FLOAT_EQ(faces[0].box.right(), 180 + 30);
  EXPECT_FLOAT_EQ(faces[0].box.bottom(), 72 + 36);
  EXPECT_NEAR(faces[0].box.y, 72 - 36 - 72 * forehead, 1e-4);
  EXPECT_EQ(faces[0].points->right_eye, (PixelPoint{166, 68}));
  EXPECT_EQ(faces[0].points->left_eye, (PixelPoint{186, 68}));
  EXPECT_EQ(faces[0].points->nose, (PixelPoint{177, 82}));
  EXPECT_NEAR(faces[0].points->right_mouth.x, 178 - 20 * mouth_half_width, 1e-4);
  EXPECT_NEAR(faces[0].points->left_mouth.x, 178 + 20 * mouth_half_width, 1e-4);
  EXPECT_FLOAT_EQ(faces[0].points->right_mouth.y, 94);
  EXPECT_FLOAT_EQ(faces[0].points->left_mouth.y, 94);
}

TEST(DecodeBlazeface, keeps_the_threshold_itself_and_refuses_what_is_no_face) {
  BlazefaceTensors t{16, 3, 1};
  const std::array<float, blazeface_values> good{0, 0, 10, 10};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  t.put(0, 0, good);       // exactly one half
  t.put(1, -0.01F, good);  // just below
  t.put(2, nan, good);     // not a number
  t.put(3, 9, {0, 0, -10, 10});
  t.put(4, 9, {0, 0, 10, infinity});
  t.put(5, 9, {nan, 0, 10, 10});
  t.put(6, 1000, good);  // no overflow
  t.put(7, -1000, good);
  const auto faces = decode_blazeface(std::array{t.level}, 0.5F);
  ASSERT_EQ(faces.size(), 2U);
  EXPECT_FLOAT_EQ(faces[0].score.value, 0.5F);
  EXPECT_FLOAT_EQ(faces[1].score.value, 1.0F);
}

// MediaPipe's own order of work: a list of all anchors first, layer by layer, then the formula per anchor, in doubles.
TEST(DecodeBlazeface, equals_the_plain_formula_on_random_tensors) {
  constexpr unsigned seed = 17;
  SCOPED_TRACE(seed);
  std::mt19937 random{seed};
  std::normal_distribution<float> number{20, 40};
  BlazefaceTensors first{16, 16, 2};
  BlazefaceTensors second{32, 8, 6};
  for (BlazefaceTensors* t : {&first, &second}) {
    for (float& score : t->scores) score = number(random) - 40;
    for (float& value : t->values) value = number(random);
  }
  std::vector<std::pair<double, double>> anchors;
  for (const auto& [cells, each] : {std::pair{16, 2}, std::pair{8, 6}}) {
    for (int y = 0; y < cells; ++y) {
      for (int x = 0; x < cells; ++x) {
        for (int i = 0; i < each; ++i) anchors.emplace_back((x + 0.5) / cells * 256, (y + 0.5) / cells * 256);
      }
    }
  }
  std::vector<float> scores{first.scores};
  scores.insert(scores.end(), second.scores.begin(), second.scores.end());
  std::vector<float> values{first.values};
  values.insert(values.end(), second.values.begin(), second.values.end());
  ASSERT_EQ(anchors.size(), scores.size());

  const auto faces = decode_blazeface(std::array{first.level, second.level}, 0.5F);
  std::size_t next = 0;
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    const float* const v = values.data() + i * blazeface_values;
    if (scores[i] < 0 || v[2] <= 0 || v[3] <= 0) continue;
    ASSERT_LT(next, faces.size());
    const Detection& face = faces[next++];
    const auto [x, y] = anchors[i];
    EXPECT_NEAR(face.score.value, 1 / (1 + std::exp(-static_cast<double>(scores[i]))), 1e-6);
    EXPECT_NEAR(face.box.centre().x, x + v[0], 1e-3);  // floats of a few hundred
    EXPECT_NEAR(face.box.bottom(), y + v[1] + v[3] / 2, 1e-3);
    EXPECT_NEAR(face.points->left_eye.x, x + v[6], 1e-3);
    EXPECT_NEAR(face.points->nose.y, y + v[9], 1e-3);
  }
  EXPECT_EQ(next, faces.size());
  EXPECT_GT(next, 100U);
}

TEST(WithMouthCorners, turns_with_the_eyes) {
  const FacePoints level = with_mouth_corners({-10, 0}, {10, 0}, {0, 10}, {0, 20});
  const float angle = 0.7F;
  const auto turn = [&](PixelPoint p) {
    return PixelPoint{p.x * std::cos(angle) - p.y * std::sin(angle), p.x * std::sin(angle) + p.y * std::cos(angle)};
  };
  const FacePoints turned = with_mouth_corners(turn({-10, 0}), turn({10, 0}), turn({0, 10}), turn({0, 20}));
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(turned.in_order()[i].x, turn(level.in_order()[i]).x, 1e-4) << i;
    EXPECT_NEAR(turned.in_order()[i].y, turn(level.in_order()[i]).y, 1e-4) << i;
  }
  EXPECT_LT(level.right_mouth.x, level.left_mouth.x);
}

}  // namespace
}  // namespace regard::detect
