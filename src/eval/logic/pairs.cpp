#include <algorithm>

#include "eval/logic/lines.h"
#include "eval/verification.h"

namespace regard::eval {
namespace {

/// The parts of a line: separated by tabs when it has one, so that paths may hold blanks, else by blanks.
template <std::size_t Count>
std::size_t columns(std::string_view line, std::array<std::string_view, Count>& parts) {
  return split(line, line.find('\t') == std::string_view::npos ? ' ' : '\t', parts);
}

}  // namespace

Result<std::vector<PairRow>> parse_pairs(std::string_view text, const std::string& name) {
  std::vector<PairRow> rows;
  auto read = each_line(text, name, "path path 0|1", [&](std::string_view line) -> std::optional<std::string> {
    std::array<std::string_view, 3> parts;
    if (columns(line, parts) != parts.size()) return "it does not have three columns: " + quoted(line);
    if (parts[0].empty() || parts[1].empty()) return "a path is empty: " + quoted(line);
    if (parts[2] != "0" && parts[2] != "1") return quoted(parts[2]) + " is neither 0 (non-mated) nor 1 (mated)";
    rows.push_back({std::string{parts[0]}, std::string{parts[1]}, parts[2] == "1"});
    return std::nullopt;
  });
  if (!read) return pass_on(std::move(read));
  if (rows.empty()) return fail(ErrorKind::corrupt, "reading " + name, "it has no line", "give lines `path path 0|1`");
  return rows;
}

Result<std::map<std::string, std::string>> parse_groups(std::string_view text, const std::string& name) {
  std::map<std::string, std::string> groups;
  auto read = each_line(text, name, "path group", [&](std::string_view line) -> std::optional<std::string> {
    std::array<std::string_view, 2> parts;
    if (columns(line, parts) != parts.size()) return "it does not have two columns: " + quoted(line);
    if (parts[0].empty() || parts[1].empty()) return "a column is empty: " + quoted(line);
    const auto [place, fresh] = groups.emplace(parts[0], parts[1]);
    if (!fresh && place->second != parts[1]) return quoted(parts[0]) + " has two groups";
    return std::nullopt;
  });
  if (!read) return pass_on(std::move(read));
  if (groups.empty()) return fail(ErrorKind::corrupt, "reading " + name, "it has no line", "give lines `path group`");
  return groups;
}

}  // namespace regard::eval
