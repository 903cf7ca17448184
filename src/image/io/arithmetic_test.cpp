#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "image/image.h"

namespace regard::image {
namespace {

BgrImage noise(Size size, unsigned seed) {
  BgrImage picture{size};
  std::mt19937 random{seed};
  for (std::uint8_t& value : picture.bytes()) value = static_cast<std::uint8_t>(random());
  return picture;
}

TEST(Image, shrinking_by_a_whole_factor_is_the_mean_of_each_cell) {
  const BgrImage source = noise({40, 30}, 1);
  const BgrImage small = resize(source.view(), {8, 6});
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 8; ++x) {
      for (int c = 0; c < 3; ++c) {
        double sum = 0;
        for (int dy = 0; dy < 5; ++dy) {
          for (int dx = 0; dx < 5; ++dx) sum += source.at(x * 5 + dx, y * 5 + dy)[c];
        }
        EXPECT_NEAR(small.at(x, y)[c], sum / 25, 1.0);  // rounding of the last step
      }
    }
  }
}

TEST(Image, cutting_at_the_same_scale_copies_pixels) {
  const BgrImage source = noise({50, 40}, 2);
  const BgrImage part = cut(source.view(), {10, 5, 20, 15}, {20, 15});
  for (int y = 0; y < 15; ++y) {
    for (int x = 0; x < 20; ++x) EXPECT_EQ(part.at(x, y)[1], source.at(x + 10, y + 5)[1]);
  }
}

TEST(Image, what_lies_outside_is_black) {
  const BgrImage source{Size{10, 10}, 200};
  const BgrImage part = cut(source.view(), {-10, -10, 20, 20}, {20, 20});
  EXPECT_EQ(part.at(2, 2)[0], 0);
  EXPECT_EQ(part.at(15, 15)[0], 200);
  const BgrImage shrunk = cut(source.view(), {-30, -30, 40, 40}, {8, 8});
  EXPECT_EQ(shrunk.at(0, 0)[0], 0);
  EXPECT_EQ(shrunk.at(7, 7)[0], 200);
}

TEST(Image, cutting_far_outside_gives_black_not_a_crash) {
  const BgrImage source{Size{10, 10}, 200};
  const BgrImage part = cut(source.view(), {1000, 1000, 50, 50}, {4, 4});
  for (const std::uint8_t value : part.bytes()) EXPECT_EQ(value, 0);
  EXPECT_EQ(cut(source.view(), {0, 0, NAN, 5}, {2, 2}).at(0, 0)[0], 0);
}

TEST(Image, grey_follows_bt601) {
  BgrImage source{Size{1, 1}};
  source.at(0, 0)[0] = 10;
  source.at(0, 0)[1] = 100;
  source.at(0, 0)[2] = 200;
  EXPECT_NEAR(to_grey(source.view()).at(0, 0)[0], 0.114 * 10 + 0.587 * 100 + 0.299 * 200, 1.0);
}

TEST(Image, sharpness_falls_with_blur_and_is_zero_when_flat) {
  const GreyImage grey = to_grey(noise({64, 64}, 3).view());
  const GreyImage soft = resize(resize(grey.view(), {16, 16}).view(), {64, 64});
  EXPECT_GT(sharpness(grey.view()), 10 * sharpness(soft.view()));
  EXPECT_EQ(sharpness(GreyImage{Size{20, 20}, 77}.view()), 0);
  EXPECT_FLOAT_EQ(brightness(GreyImage{Size{20, 20}, 77}.view()), 77);
}

TEST(Image, obscured_region_has_no_detail_left_and_the_rest_is_untouched) {
  const BgrImage source = noise({100, 80}, 4);
  BgrImage hidden = source;
  const PixelBox region{20, 10, 48, 48};
  obscure(hidden, region, 6);
  for (int y = 0; y < 80; ++y) {
    for (int x = 0; x < 100; ++x) {
      if (x >= 20 && x < 68 && y >= 10 && y < 58) continue;
      EXPECT_EQ(hidden.at(x, y)[0], source.at(x, y)[0]) << x << "," << y;
    }
  }
  // Noise of 48x48 independent pixels has all its energy in detail; a mosaic of 6x6 averages keeps almost none.
  const GreyImage before = to_grey(cut(source.view(), region, {48, 48}).view());
  const GreyImage after = to_grey(cut(hidden.view(), region, {48, 48}).view());
  EXPECT_LT(sharpness(after.view()), sharpness(before.view()) / 1000);
}

TEST(Image, two_pictures_with_the_same_mosaic_become_the_same) {
  // Irreversibility in one sentence: different faces with equal cell averages give equal pixels.
  BgrImage one{Size{48, 48}, 100};
  BgrImage other{Size{48, 48}, 100};
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 48; ++x) {
      for (int c = 0; c < 3; ++c) {
        one.at(x, y)[c] = static_cast<std::uint8_t>(100 + ((x + y) % 2 == 0 ? 40 : -40));
        other.at(x, y)[c] = static_cast<std::uint8_t>(100 + (x % 2 == 0 ? 40 : -40));
      }
    }
  }
  obscure(one, {0, 0, 48, 48}, 6);
  obscure(other, {0, 0, 48, 48}, 6);
  EXPECT_TRUE(std::equal(one.bytes().begin(), one.bytes().end(), other.bytes().begin()));
}

TEST(Image, obscuring_accepts_boxes_that_leave_the_picture) {
  BgrImage picture = noise({30, 30}, 5);
  obscure(picture, {-10, -10, 20, 20}, 6);
  obscure(picture, {25, 25, 100, 100}, 6);
  obscure(picture, {500, 500, 10, 10}, 6);
  obscure(picture, {3, 3, 1, 1}, 6);
}

TEST(Image, drawing_stays_inside) {
  BgrImage picture{Size{40, 30}};
  draw_box(picture, {-5, -5, 100, 100}, {255, 0, 0}, 2);
  draw_label(picture, {38, 2}, "person 12345", {255, 255, 255}, {0, 0, 255}, 8);
  draw_line(picture, {-10, -10}, {100, 100}, {0, 255, 0}, 1);
}

}  // namespace
}  // namespace regard::image
