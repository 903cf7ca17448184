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

TEST(Time, comes_back_from_its_text_with_and_without_milliseconds) {
  using namespace std::chrono;
  for (const Timestamp time :
       {Timestamp{}, Timestamp{-1ms}, Timestamp{sys_days{year{2024} / February / 29} + 23h + 59min},
        Timestamp{sys_days{year{0} / January / 1}},
        Timestamp{sys_days{year{9999} / December / 31} + 23h + 59min + 59s + 999ms}}) {
    const std::string text = to_rfc3339(time);
    EXPECT_EQ(from_rfc3339(text), time) << text;
    EXPECT_EQ(from_rfc3339(text.substr(0, 19) + "Z"), floor<std::chrono::seconds>(time)) << text;
  }
}

TEST(Time, in_any_other_form_is_refused) {
  for (const char* wrong : {"",
                            "Z",
                            "2026-01-31",
                            "2026-01-31T09:15:02",
                            "2026-01-31T09:15:02.250",
                            "2026-01-31T09:15:02.250z",
                            "2026-01-31t09:15:02.250Z",
                            "2026-02-30T09:15:02.250Z",
                            "2026-13-01T09:15:02Z",
                            "2026-00-01T09:15:02Z",
                            "2026-01-00T09:15:02Z",
                            "2025-02-29T09:15:02Z",
                            "2026-01-31T24:15:02.250Z",
                            "2026-01-31T09:60:02.250Z",
                            "2026-12-31T23:59:60Z",
                            "2026-01-31 09:15:02.250Z",
                            "2026-01-31T09:15:+2.250Z",
                            "2026-01-31T09:15: 2.250Z",
                            "2026-1-31T009:15:02.250Z",
                            "2026-01-31T09:15:02.25Z",
                            "2026-01-31T09:15:02.2500Z",
                            "2026-01-31T09:15:02,250Z",
                            "2026-01-31T09:15:02+00:00",
                            "+026-01-31T09:15:02Z",
                            " 2026-01-31T09:15:02Z",
                            "2026-01-31T09:15:02Z ",
                            "2026-01-31T09:15:-1Z"}) {
    EXPECT_EQ(from_rfc3339(wrong), std::nullopt) << wrong;
  }
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
