#include <gtest/gtest.h>

#include "eval/eval.h"

namespace regard::eval {
namespace {

// Published: Brown, Cai and DasGupta, "Interval Estimation for a Binomial Proportion", 2001, and any calculator.
TEST(Proportion, gives_the_wilson_interval) {
  const Estimate eight_of_ten = proportion(8, 10);
  EXPECT_DOUBLE_EQ(eight_of_ten.value, 0.8);
  EXPECT_NEAR(eight_of_ten.low, 0.4902, 5e-5);
  EXPECT_NEAR(eight_of_ten.high, 0.9433, 5e-5);
  const Estimate none = proportion(0, 100);
  EXPECT_NEAR(none.low, 0, 1e-12);
  EXPECT_NEAR(none.high, 0.0370, 5e-5);
}

TEST(Proportion, of_nothing_says_nothing) {
  EXPECT_EQ(proportion(0, 0).low, 0);
  EXPECT_EQ(proportion(0, 0).high, 1);
}

}  // namespace
}  // namespace regard::eval
