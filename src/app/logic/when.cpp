#include <array>
#include <charconv>
#include <chrono>

#include "app/people_commands.h"

namespace regard::app {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

/// The whole of `text` as a number without sign.
bool whole(std::string_view text, int& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && value >= 0 && !text.empty();
}

/// `length` digits at `place`.
bool digits(std::string_view text, std::size_t place, std::size_t length, int& value) {
  return text.size() >= place + length && whole(text.substr(place, length), value);
}

bool read_date(std::string_view text, std::chrono::sys_days& date) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (text.size() < 10 || text[4] != '-' || text[7] != '-' || !digits(text, 0, 4, year) || !digits(text, 5, 2, month) ||
      !digits(text, 8, 2, day))
    return false;
  const std::chrono::year_month_day value{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                          std::chrono::day{static_cast<unsigned>(day)}};
  if (!value.ok()) return false;
  date = value;
  return true;
}

constexpr Duration longest = days{365 * 100};

}  // namespace

Result<Duration> duration_from(const std::string& text) {
  int count = 0;
  Duration unit{};
  switch (text.empty() ? ' ' : text.back()) {
    case 'd':
      unit = days{1};
      break;
    case 'h':
      unit = hours{1};
      break;
    case 'm':
      unit = minutes{1};
      break;
    default:
      break;
  }
  if (unit == Duration{} || !whole(std::string_view{text}.substr(0, text.size() - 1), count) || count > longest / unit)
    return fail(ErrorKind::invalid_input, "reading the duration \"" + text + "\"", "it is not a number with d, h or m",
                "write for example 90d, 12h or 30m");
  return count * unit;
}

Result<Timestamp> time_from(const std::string& text, Timestamp now) {
  std::chrono::sys_days date;
  if (read_date(text, date)) {
    if (text.size() == 10) return Timestamp{date};
    int hour = 0;
    int minute = 0;
    int second = 0;
    int thousandths = 0;
    const bool whole_seconds = text.size() == 20 && text[19] == 'Z';
    const bool with_thousandths =
        text.size() == 24 && text[19] == '.' && text[23] == 'Z' && digits(text, 20, 3, thousandths);
    if ((whole_seconds || with_thousandths) && text[10] == 'T' && text[13] == ':' && text[16] == ':' &&
        digits(text, 11, 2, hour) && digits(text, 14, 2, minute) && digits(text, 17, 2, second) && hour < 24 &&
        minute < 60 && second < 60)
      return Timestamp{date} + hours{hour} + minutes{minute} + std::chrono::seconds{second} +
             std::chrono::milliseconds{thousandths};
  } else if (auto after = duration_from(text)) {
    return now + *after;
  }
  return fail(ErrorKind::invalid_input, "reading the time \"" + text + "\"", "it is neither a date nor a duration",
              "write for example 2027-01-31, 2027-01-31T18:00:00Z (UTC), or 90d from now");
}

}  // namespace regard::app
