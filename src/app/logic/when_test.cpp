#include <gtest/gtest.h>

#include "app/people_commands.h"

namespace regard::app {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

const Timestamp now{days{20'000}};  // 2024-10-04

TEST(When, reads_dates_times_and_durations) {
  EXPECT_EQ(to_rfc3339(time_from("2027-01-31", now).value()), "2027-01-31T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(time_from("2028-02-29T23:59:58Z", now).value()), "2028-02-29T23:59:58.000Z");
  EXPECT_EQ(to_rfc3339(time_from("2026-11-24T10:33:57.042Z", now).value()), "2026-11-24T10:33:57.042Z");
  EXPECT_EQ(time_from("90d", now).value(), now + days{90});
  EXPECT_EQ(duration_from("12h").value(), hours{12});
  EXPECT_EQ(duration_from("30m").value(), minutes{30});
}

TEST(When, refuses_what_is_no_time) {
  for (const char* text : {"", "d", "90", "90 d", "-1d", "2027-02-30", "2027-13-01", "2027-1-1", "tomorrow",
                           "2027-01-31 18:00:00", "2027-01-31T25:00:00Z", "99999999999d", "40000d"})
    EXPECT_FALSE(time_from(text, now)) << text;
}

}  // namespace
}  // namespace regard::app
