#include "detect/logic/decode_centernet.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace regard::detect {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr std::array person_and_dog{ObjectClass{0}, ObjectClass{16}};

TEST(DecodeCenternet, reads_corners_score_and_class) {
  const std::array<float, 12> rows{10, 20, 110, 220, 0.9F, 0, /**/ 300.5F, 5, 310, 15, 0.5F, 16};
  const auto objects = decode_centernet(rows, person_and_dog, 0.4F);
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_EQ(objects[0].kind, Kind::person);
  EXPECT_EQ(objects[0].object, ObjectClass{0});
  EXPECT_EQ(objects[0].box, (PixelBox{10, 20, 100, 200}));
  EXPECT_FLOAT_EQ(objects[0].score.value, 0.9F);
  EXPECT_FALSE(objects[0].points);
  EXPECT_EQ(objects[1].kind, Kind::object);
  EXPECT_EQ(class_name(objects[1].object), "dog");
  EXPECT_EQ(objects[1].box, (PixelBox{300.5F, 5, 9.5F, 10}));
}

TEST(DecodeCenternet, keeps_wanted_classes_from_the_threshold_up) {
  const std::array<float, 24> rows{0, 0, 9, 9, 0.4F, 0,  /**/ 0, 0, 9, 9, 0.39F, 0,
                                   0, 0, 9, 9, 0.9F, 15, /**/ 0, 0, 9, 9, 0.8F,  16};
  const auto objects = decode_centernet(rows, person_and_dog, 0.4F);
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_FLOAT_EQ(objects[0].score.value, 0.4F);
  EXPECT_FLOAT_EQ(objects[1].score.value, 0.8F);
  EXPECT_TRUE(decode_centernet(rows, {}, 0.1F).empty());
  EXPECT_TRUE(decode_centernet({}, person_and_dog, 0.1F).empty());
}

TEST(DecodeCenternet, refuses_rows_that_mean_nothing) {
  std::vector<ObjectClass> all;
  for (int i = 0; i < object_class_count; ++i) all.push_back({i});
  const std::vector<std::array<float, centernet_values>> wrong{
      {0, 0, 9, 9, nan, 0},
      {0, 0, 9, 9, 0.9F, nan},
      {0, 0, 9, 9, 0.9F, -1},
      {0, 0, 9, 9, 0.9F, 80},
      {0, 0, 9, 9, 0.9F, std::numeric_limits<float>::infinity()},
      {9, 0, 9, 9, 0.9F, 0},
      {0, 9, 9, 0, 0.9F, 0},
      {nan, 0, 9, 9, 0.9F, 0},
      {0, 0, std::numeric_limits<float>::infinity(), 9, 0.9F, 0}};
  for (std::size_t i = 0; i < wrong.size(); ++i) EXPECT_TRUE(decode_centernet(wrong[i], all, 0.1F).empty()) << i;
  const std::array<float, centernet_values> last{0, 0, 9, 9, 1.5F, 79};
  ASSERT_EQ(decode_centernet(last, all, 0.1F).size(), 1U);
  EXPECT_FLOAT_EQ(decode_centernet(last, all, 0.1F)[0].score.value, 1);
}

}  // namespace
}  // namespace regard::detect
