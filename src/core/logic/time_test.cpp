#include "core/time.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

TEST(Time, is_written_as_rfc3339_with_milliseconds) {
  using namespace std::chrono;
  EXPECT_EQ(to_rfc3339(Timestamp{}), "1970-01-01T00:00:00.000Z");
  // RFC 3339 section 5.8 gives this moment; a leap day checks the calendar.
  const Timestamp moment = sys_days{year{1985} / April / 12} + 23h + 20min + 50s + 520ms;
  EXPECT_EQ(to_rfc3339(moment), "1985-04-12T23:20:50.520Z");
  EXPECT_EQ(to_rfc3339(sys_days{year{2024} / February / 29} + 999'999us), "2024-02-29T00:00:00.999Z");
}

TEST(Time, before_1970_counts_down_correctly) {
  EXPECT_EQ(to_rfc3339(Timestamp{Duration{-1}}), "1969-12-31T23:59:59.999Z");
}

TEST(Time, seconds_and_back) {
  EXPECT_EQ(from_seconds(1.5), std::chrono::milliseconds{1500});
  EXPECT_DOUBLE_EQ(seconds(std::chrono::milliseconds{250}), 0.25);
}

}  // namespace
}  // namespace regard
