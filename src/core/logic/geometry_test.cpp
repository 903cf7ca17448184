#include "core/geometry.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace regard {
namespace {

/// Overlap counted on a grid: an independent way to the same number for boxes with whole coordinates.
float counted_overlap(const PixelBox& a, const PixelBox& b) {
  int common = 0;
  int together = 0;
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 40; ++x) {
      const auto inside = [&](const PixelBox& box) {
        const PixelPoint middle{static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F};
        return middle.x > box.x && middle.x < box.right() && middle.y > box.y && middle.y < box.bottom();
      };
      common += inside(a) && inside(b);
      together += inside(a) || inside(b);
    }
  }
  return together > 0 ? static_cast<float>(common) / static_cast<float>(together) : 0.0F;
}

TEST(Geometry, overlap_is_what_counting_cells_gives) {
  std::mt19937 random{7};
  std::uniform_int_distribution<int> place{0, 20};
  std::uniform_int_distribution<int> side{0, 20};
  for (int i = 0; i < 500; ++i) {
    const auto box = [&] {
      return PixelBox{static_cast<float>(place(random)), static_cast<float>(place(random)),
                      static_cast<float>(side(random)), static_cast<float>(side(random))};
    };
    const PixelBox a = box();
    const PixelBox b = box();
    EXPECT_NEAR(overlap(a, b), counted_overlap(a, b), 1e-5F);
    EXPECT_EQ(overlap(a, b), overlap(b, a));
  }
}

TEST(Geometry, boxes_without_area_overlap_nothing) {
  EXPECT_EQ(overlap({1, 1, 0, 5}, {0, 0, 9, 9}), 0);
  EXPECT_EQ(overlap({}, {}), 0);
}

TEST(Geometry, normalizing_clips_to_the_picture) {
  const NormalizedBox box = normalize({-50, 10, 150, 40}, {200, 100});
  EXPECT_FLOAT_EQ(box.x, 0);
  EXPECT_FLOAT_EQ(box.y, 0.1F);
  EXPECT_FLOAT_EQ(box.width, 0.5F);
  EXPECT_FLOAT_EQ(box.height, 0.4F);
}

TEST(Geometry, normalizing_and_back_is_the_same_box) {
  const Size size{1280, 720};
  const PixelBox box{17, 33, 200, 100};
  const PixelBox back = to_pixels(normalize(box, size), size);
  EXPECT_NEAR(back.x, box.x, 1e-3F);
  EXPECT_NEAR(back.bottom(), box.bottom(), 1e-3F);
}

TEST(Geometry, rescaling_keeps_the_fractions) {
  const PixelBox box = rescale({10, 20, 30, 40}, {100, 100}, {200, 50});
  EXPECT_EQ(box, (PixelBox{20, 10, 60, 20}));
}

}  // namespace
}  // namespace regard
