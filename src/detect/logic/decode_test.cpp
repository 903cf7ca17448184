#include "detect/logic/decode.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace regard::detect {
namespace {

struct YunetTensors {
  std::vector<float> classes, objects, boxes, points;
  YunetLevel level;
  YunetTensors(int stride, int columns, int rows) {
    const auto cells = static_cast<std::size_t>(columns * rows);
    classes.resize(cells);
    objects.resize(cells);
    boxes.resize(cells * 4);
    points.resize(cells * 10);
    level = {stride, columns, rows, classes, objects, boxes, points};
  }
};

TEST(DecodeYunet, places_a_hand_made_face) {
  YunetTensors t{16, 5, 4};
  const std::size_t cell = 2 * 5 + 3;  // row 2, column 3
  t.classes[cell] = 0.81F;
  t.objects[cell] = 1.0F;
  const std::vector<float> box{0.5F, -0.25F, std::log(2.0F), std::log(3.0F)};
  std::copy(box.begin(), box.end(), t.boxes.begin() + cell * 4);
  for (std::size_t i = 0; i < 10; ++i) t.points[cell * 10 + i] = 0.1F * static_cast<float>(i);
  const auto faces = decode_yunet(std::array{t.level}, 0.6F);
  ASSERT_EQ(faces.size(), 1U);
  EXPECT_EQ(faces[0].kind, Kind::face);
  EXPECT_NEAR(faces[0].score.value, 0.9F, 1e-6F);
  EXPECT_NEAR(faces[0].box.width, 32, 1e-4);
  EXPECT_NEAR(faces[0].box.height, 48, 1e-4);
  EXPECT_NEAR(faces[0].box.centre().x, 3.5 * 16, 1e-4);
  EXPECT_NEAR(faces[0].box.centre().y, 1.75 * 16, 1e-4);
  EXPECT_NEAR(faces[0].points->right_eye.x, 3.0 * 16, 1e-4);
  EXPECT_NEAR(faces[0].points->right_eye.y, 2.1 * 16, 1e-4);
  EXPECT_NEAR(faces[0].points->left_mouth.x, 3.8 * 16, 1e-4);
  EXPECT_NEAR(faces[0].points->left_mouth.y, 2.9 * 16, 1e-4);
}

TEST(DecodeYunet, includes_the_threshold_itself_and_refuses_what_is_not_a_number) {
  YunetTensors t{8, 4, 1};
  t.classes = {0.25F, 0.24F, std::numeric_limits<float>::quiet_NaN(), 1};
  t.objects = {1, 1, 1, 1};
  t.boxes[3 * 4 + 2] = 1000;  // exp overflows
  t.level.classes = t.classes;
  t.level.objects = t.objects;
  const auto faces = decode_yunet(std::array{t.level}, 0.5F);
  ASSERT_EQ(faces.size(), 1U);
  EXPECT_FLOAT_EQ(faces[0].score.value, 0.5F);
}

struct PicodetTensors {
  std::vector<float> scores, distances;
  PicodetLevel level;
  PicodetTensors(int stride, int side) {
    const auto cells = static_cast<std::size_t>(side * side);
    scores.resize(cells * object_class_count);
    distances.resize(cells * 4 * picodet_bins);
    level = {stride, side, side, scores, distances};
  }
};

TEST(DecodePicodet, places_a_hand_made_person) {
  PicodetTensors t{32, 4};
  const std::size_t cell = 1 * 4 + 2;  // row 1, column 2: centre (80, 48)
  t.scores[cell * object_class_count] = 0.7F;
  for (std::size_t side = 0; side < 4; ++side)
    t.distances[(cell * 4 + side) * picodet_bins + side + 1] = 100;  // 1,2,3,4 strides
  const auto objects = decode_picodet(std::array{t.level}, std::array{ObjectClass{0}}, 0.4F);
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].kind, Kind::person);
  EXPECT_FLOAT_EQ(objects[0].score.value, 0.7F);
  EXPECT_NEAR(objects[0].box.x, 80 - 32, 1e-3);
  EXPECT_NEAR(objects[0].box.y, 48 - 64, 1e-3);
  EXPECT_NEAR(objects[0].box.right(), 80 + 96, 1e-3);
  EXPECT_NEAR(objects[0].box.bottom(), 48 + 128, 1e-3);
}

TEST(DecodePicodet, takes_the_mean_of_an_even_distribution) {
  PicodetTensors t{8, 1};
  t.scores[2] = 0.9F;
  const auto objects = decode_picodet(std::array{t.level}, std::array{ObjectClass{2}}, 0.4F);
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].kind, Kind::object);
  EXPECT_EQ(objects[0].object.value, 2);
  EXPECT_NEAR(objects[0].box.width, 2 * 3.5 * 8, 1e-4);  // mean of 0..7 is 3.5
}

TEST(DecodePicodet, looks_at_wanted_classes_only) {
  PicodetTensors t{8, 2};
  std::fill(t.scores.begin(), t.scores.end(), 0.9F);
  const auto objects = decode_picodet(std::array{t.level}, std::array{ObjectClass{7}, ObjectClass{9}}, 0.4F);
  EXPECT_EQ(objects.size(), 8U);
  for (const Detection& object : objects) EXPECT_TRUE(object.object.value == 7 || object.object.value == 9);
}

// The formula of MODELS once more, in double precision and without any shortcut.
TEST(DecodePicodet, equals_the_plain_formula_on_random_tensors) {
  std::mt19937 random{11};
  std::uniform_real_distribution<float> score{0, 1};
  std::normal_distribution<float> logit{0, 5};
  PicodetTensors t{16, 3};
  for (float& value : t.scores) value = score(random);
  for (float& value : t.distances) value = logit(random);
  std::vector<ObjectClass> all;
  for (int i = 0; i < object_class_count; ++i) all.push_back({i});
  const auto objects = decode_picodet(std::array{t.level}, all, 0.5F);
  std::size_t next = 0;
  for (std::size_t cell = 0; cell < 9; ++cell) {
    for (std::size_t c = 0; c < object_class_count; ++c) {
      if (t.scores[cell * object_class_count + c] < 0.5F) continue;
      ASSERT_LT(next, objects.size());
      std::array<double, 4> side{};
      for (std::size_t s = 0; s < 4; ++s) {
        double sum = 0;
        double weighted = 0;
        for (std::size_t bin = 0; bin < 8; ++bin) {
          const double e = std::exp(static_cast<double>(t.distances[cell * 32 + s * 8 + bin]));
          sum += e;
          weighted += e * static_cast<double>(bin);
        }
        side[s] = weighted / sum * 16;
      }
      const double x = (static_cast<double>(cell % 3) + 0.5) * 16;
      const double y = (static_cast<double>(cell / 3) + 0.5) * 16;
      EXPECT_EQ(objects[next].object.value, static_cast<int>(c));
      EXPECT_NEAR(objects[next].box.x, x - side[0], 1e-3);
      EXPECT_NEAR(objects[next].box.y, y - side[1], 1e-3);
      EXPECT_NEAR(objects[next].box.right(), x + side[2], 1e-3);
      EXPECT_NEAR(objects[next].box.bottom(), y + side[3], 1e-3);
      ++next;
    }
  }
  EXPECT_EQ(next, objects.size());
}

TEST(ObjectClasses, are_sorted_unique_and_known) {
  const Wanted wanted{.faces = true, .persons = true, .objects = {{5}, {0}, {2}, {5}, {80}, {-1}}};
  EXPECT_EQ(object_classes(wanted), (std::vector<ObjectClass>{{0}, {2}, {5}}));
  EXPECT_TRUE(object_classes({.faces = true, .persons = false, .objects = {}}).empty());
}

}  // namespace
}  // namespace regard::detect
