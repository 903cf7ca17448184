#include "detect/planes.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace regard::detect {
namespace {

TEST(FillPlanes, equals_the_formula_pixel_by_pixel_and_pads_with_zero) {
  std::mt19937 random{7};
  for (const auto& [picture, size] : {std::pair{Size{1, 1}, Size{32, 32}}, std::pair{Size{255, 3}, Size{256, 32}},
                                      std::pair{Size{256, 2}, Size{256, 2}}, std::pair{Size{601, 5}, Size{608, 7}}}) {
    BgrImage image{picture};
    for (std::uint8_t& byte : image.bytes()) byte = static_cast<std::uint8_t>(random());
    PlaneOptions options;
    options.order = ColourOrder::rgb;
    options.scale = {0.5F, 2, -1};
    options.offset = {1, -3, 10};
    const auto area = static_cast<std::size_t>(size.width * size.height);
    std::vector<float> planes(3 * area, -99);
    fill_planes(image.view(), size, options, planes);
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        for (std::size_t c = 0; c < 3; ++c) {
          const bool inside = x < picture.width && y < picture.height;
          const float expected =
              inside ? static_cast<float>(image.at(x, y)[2 - c]) * options.scale[c] + options.offset[c] : 0;
          ASSERT_FLOAT_EQ(planes[c * area + static_cast<std::size_t>(y * size.width + x)], expected);
        }
      }
    }
  }
}

TEST(FillPlanes, keeps_blue_first_when_asked) {
  BgrImage image{Size{1, 1}};
  image.at(0, 0)[0] = 10;
  image.at(0, 0)[1] = 20;
  image.at(0, 0)[2] = 30;
  std::vector<float> planes(3);
  fill_planes(image.view(), {1, 1}, {}, planes);
  EXPECT_EQ(planes, (std::vector<float>{10, 20, 30}));
}

}  // namespace
}  // namespace regard::detect
