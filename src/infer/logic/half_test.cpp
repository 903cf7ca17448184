#include "infer/logic/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace regard::infer {
namespace {

TEST(Half, gives_the_values_of_the_standard) {
  // IEEE 754-2008, table 3.5 and the examples everybody prints: 1, -2, largest, smallest normal, smallest subnormal.
  EXPECT_EQ(from_half(0x3c00), 1.0F);
  EXPECT_EQ(from_half(0xc000), -2.0F);
  EXPECT_EQ(from_half(0x7bff), 65504.0F);
  EXPECT_EQ(from_half(0x0400), std::ldexp(1.0F, -14));
  EXPECT_EQ(from_half(0x0001), std::ldexp(1.0F, -24));
  EXPECT_EQ(from_half(0x8001), -std::ldexp(1.0F, -24));
  EXPECT_EQ(from_half(0x3555), 0.333251953125F);
  EXPECT_TRUE(std::signbit(from_half(0x8000)));
  EXPECT_EQ(from_half(0x7c00), INFINITY);
  EXPECT_TRUE(std::isnan(from_half(0x7e00)));
}

TEST(Half, agrees_with_the_compiler_for_every_number) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    _Float16 oracle{};
    std::memcpy(&oracle, &half, sizeof half);
    const float expected = static_cast<float>(oracle);
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(from_half(half))) << bits;
    } else {
      ASSERT_EQ(from_half(half), expected) << bits;
    }
  }
}

}  // namespace
}  // namespace regard::infer
