// Text files of columns, line by line. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/core.h"

namespace regard::eval {

/// `text` without blanks at both ends.
inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Calls `take` with every line that is not blank, until it returns an error text.
inline Result<void> each_line(std::string_view text, const std::string& name, const char* columns,
                              const std::function<std::optional<std::string>(std::string_view)>& take) {
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty()) continue;
    if (const std::optional<std::string> cause = take(line)) {
      return fail(ErrorKind::corrupt, "reading " + name + ", line " + std::to_string(number), *cause,
                  std::string{"every line must be "} + columns);
    }
  }
  return {};
}

/// At most `Count` parts of `line`; the number of parts in `line` is returned.
template <std::size_t Count>
std::size_t split(std::string_view line, char separator, std::array<std::string_view, Count>& parts) {
  std::size_t count = 0;
  while (true) {
    const std::size_t end = std::min(line.find(separator), line.size());
    const std::string_view part = trimmed(line.substr(0, end));
    if (separator != ' ' || !part.empty()) {
      if (count < Count) parts[count] = part;
      ++count;
    }
    if (end == line.size()) return count;
    line.remove_prefix(end + 1);
  }
}

/// The first letters of `text` in quotation marks, for errors.
inline std::string quoted(std::string_view text) { return "\"" + std::string{text.substr(0, 40)} + "\""; }

}  // namespace regard::eval
