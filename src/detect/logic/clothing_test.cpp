#include "detect/logic/clothing.h"

#include <gtest/gtest.h>

#include <numeric>

namespace regard::detect {
namespace {

/// A body with an upper and a lower colour (blue, green, red) before a background.
BgrImage body(std::array<std::uint8_t, 3> upper, std::array<std::uint8_t, 3> lower, std::uint8_t background) {
  BgrImage image{clothing_sample, background};
  for (int y = 0; y < clothing_sample.height; ++y) {
    for (int x = 4; x < 12; ++x) {
      const auto& colour = y < 24 ? upper : lower;
      std::copy(colour.begin(), colour.end(), image.at(x, y));
    }
  }
  return image;
}

constexpr std::array<std::uint8_t, 3> red{30, 30, 200};
constexpr std::array<std::uint8_t, 3> black{20, 20, 20};

TEST(Clothing, histograms_sum_to_one) {
  for (const auto& histogram : clothing_of(body(red, black, 90).view()).histograms) {
    EXPECT_NEAR(std::accumulate(histogram.begin(), histogram.end(), 0.0F), 1, 1e-4);
  }
}

TEST(Clothing, of_the_same_colours_is_alike_before_any_background) {
  const Clothing one = clothing_of(body(red, black, 0).view());
  const Clothing other = clothing_of(body(red, black, 255).view());
  EXPECT_NEAR(difference(one, other), 0, 1e-3);
}

TEST(Clothing, tells_upper_from_lower) {
  const Clothing one = clothing_of(body(red, black, 90).view());
  const Clothing other = clothing_of(body(black, red, 90).view());
  EXPECT_GT(difference(one, other), 0.5F);
}

TEST(Clothing, changes_little_with_a_little_light) {
  const Clothing one = clothing_of(body({100, 100, 100}, black, 90).view());
  const Clothing other = clothing_of(body({108, 108, 108}, {24, 24, 24}, 90).view());
  EXPECT_LT(difference(one, other), 0.2F);
}

}  // namespace
}  // namespace regard::detect
