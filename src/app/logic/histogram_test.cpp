#include "app/histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace regard::app {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(Histogram, counts_what_took_at_most_so_long) {
  Histogram histogram;
  for (const Duration took : {Duration{1ms}, Duration{2ms}, Duration{30ms}, Duration{10s}, Duration{-1ms}})
    histogram.observe(took);
  EXPECT_EQ(histogram.count(), 5U);
  const std::string text = histogram.text("x_seconds", "camera=\"door\"");
  EXPECT_THAT(text, HasSubstr("x_seconds_bucket{camera=\"door\",le=\"0.002\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("le=\"0.02\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("le=\"0.05\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("le=\"5\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("le=\"+Inf\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("x_seconds_sum{camera=\"door\"} 10.033000\nx_seconds_count{camera=\"door\"} 5\n"));
}

}  // namespace
}  // namespace regard::app
