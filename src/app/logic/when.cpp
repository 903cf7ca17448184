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
  if (const auto day = from_rfc3339(text + "T00:00:00Z")) return *day;
  if (const auto moment = from_rfc3339(text)) return *moment;
  if (auto after = duration_from(text)) return now + *after;
  return fail(ErrorKind::invalid_input, "reading the time \"" + text + "\"", "it is neither a date nor a duration",
              "write for example 2027-01-31, 2027-01-31T18:00:00Z (UTC), or 90d from now");
}

}  // namespace regard::app
