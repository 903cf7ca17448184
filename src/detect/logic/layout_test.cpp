#include "detect/logic/layout.h"

#include <gtest/gtest.h>

namespace regard::detect {
namespace {

TEST(ShrinkTo, keeps_the_shape_and_never_enlarges) {
  EXPECT_EQ(shrink_to({1920, 1080}, 640), (Size{640, 360}));
  EXPECT_EQ(shrink_to({1080, 1920}, 640), (Size{360, 640}));
  EXPECT_EQ(shrink_to({250, 250}, 640), (Size{250, 250}));
  EXPECT_EQ(shrink_to({30000, 1}, 640), (Size{640, 1}));
}

TEST(FitTo, keeps_the_shape_and_enlarges_too) {
  EXPECT_EQ(fit_to({1920, 1080}, 256), (Size{256, 144}));
  EXPECT_EQ(fit_to({50, 100}, 256), (Size{128, 256}));
  EXPECT_EQ(fit_to({30000, 1}, 256), (Size{256, 1}));
}

TEST(PadToMultiple, rounds_up) {
  EXPECT_EQ(pad_to_multiple({640, 360}, 32), (Size{640, 384}));
  EXPECT_EQ(pad_to_multiple({1, 32}, 32), (Size{32, 32}));
}

TEST(PlanRegions, is_the_whole_frame_without_tiles) {
  const auto regions = plan_regions({1920, 1080}, 1);
  ASSERT_EQ(regions.size(), 1U);
  EXPECT_EQ(regions[0], (PixelBox{0, 0, 1920, 1080}));
}

TEST(PlanRegions, covers_every_pixel_and_overlaps_by_a_fifth) {
  for (const Size frame : {Size{1920, 1080}, Size{641, 481}, Size{50, 37}}) {
    for (int tiles = 2; tiles <= 4; ++tiles) {
      const auto regions = plan_regions(frame, tiles);
      ASSERT_EQ(regions.size(), static_cast<std::size_t>(tiles * tiles + 1));
      for (int y = 0; y < frame.height; ++y) {
        for (int x = 0; x < frame.width; ++x) {
          bool covered = false;
          for (std::size_t i = 1; i < regions.size(); ++i) {
            const PixelBox& r = regions[i];
            covered = covered || (static_cast<float>(x) >= r.x && static_cast<float>(x + 1) <= r.right() &&
                                  static_cast<float>(y) >= r.y && static_cast<float>(y + 1) <= r.bottom());
          }
          ASSERT_TRUE(covered) << frame.width << "x" << frame.height << " in " << tiles << ": " << x << "," << y;
        }
      }
      for (std::size_t i = 1; i < regions.size(); ++i) EXPECT_EQ(clip(regions[i], frame), regions[i]);
      const float common = intersect(regions[1], regions[2]).width;
      EXPECT_NEAR(common, 0.2F * regions[1].width, 2);
    }
  }
}

TEST(ToFrame, undoes_cutting_and_scaling) {
  const View view{{100, 50, 400, 200}, {200, 50}};
  Detection inside;
  inside.box = {20, 10, 40, 5};
  inside.points = FacePoints{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {200, 50}};
  const Detection placed = to_frame(inside, view);
  EXPECT_EQ(placed.box, (PixelBox{140, 90, 80, 20}));
  EXPECT_EQ(placed.points->right_eye, (PixelPoint{102, 58}));
  EXPECT_EQ(placed.points->left_mouth, (PixelPoint{500, 250}));
}

TEST(IsCut, knows_inner_borders_from_those_of_the_frame) {
  const Size frame{1000, 1000};
  const PixelBox tile{0, 500, 500, 500};
  EXPECT_FALSE(is_cut({0, 600, 50, 50}, tile, frame));    // the frame's own left border
  EXPECT_TRUE(is_cut({100, 500, 50, 50}, tile, frame));   // inner top
  EXPECT_TRUE(is_cut({450, 600, 50, 50}, tile, frame));   // inner right
  EXPECT_FALSE(is_cut({100, 950, 50, 50}, tile, frame));  // the frame's own bottom
  EXPECT_FALSE(is_cut({100, 600, 50, 50}, tile, frame));
  EXPECT_FALSE(is_cut({0, 0, 1000, 1000}, {0, 0, 1000, 1000}, frame));
}

}  // namespace
}  // namespace regard::detect
