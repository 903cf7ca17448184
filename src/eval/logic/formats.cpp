#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <optional>
#include <set>

#include "eval/eval.h"
#include "eval/logic/lines.h"

namespace regard::eval {
namespace {

// Pictures and sequences are smaller than this by far; larger numbers are damage.
constexpr double largest_coordinate = 1e6;
constexpr std::uint64_t largest_number = 1'000'000'000;

std::optional<double> real(std::string_view text) {
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// A whole number from `least`; "12.0" is one too, some tools write it so.
std::optional<std::uint64_t> whole(std::string_view text, double least) {
  const std::optional<double> value = real(text);
  if (!value || *value < least || *value > static_cast<double>(largest_number) || std::floor(*value) != *value)
    return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<std::string> mot_line(std::string_view line, MotRow& row) {
  std::array<std::string_view, 7> parts;
  if (split(line, ',', parts) < parts.size()) return "it has fewer than seven columns: " + quoted(line);
  const auto frame = whole(parts[0], 1);
  if (!frame) return "frame " + quoted(parts[0]) + " is not a number from 1";
  const auto id = whole(parts[1], 0);
  if (!id) return "id " + quoted(parts[1]) + " is not a number from 0";
  std::array<float, 4> box{};
  for (std::size_t i = 0; i < box.size(); ++i) {
    const auto value = real(parts[i + 2]);
    if (!value || std::abs(*value) > largest_coordinate) return quoted(parts[i + 2]) + " is not a place in pixels";
    box[i] = static_cast<float>(*value);
  }
  if (box[2] <= 0 || box[3] <= 0) return "the box has no area: " + quoted(line);
  const auto confidence = real(parts[6]);
  if (!confidence) return "conf " + quoted(parts[6]) + " is not a number";
  row = {*frame, *id, {box[0], box[1], box[2], box[3]}, *confidence == 0};
  return std::nullopt;
}

std::optional<std::string> label_line(std::string_view line, LabelRow& row) {
  std::array<std::string_view, 5> parts;
  if (split(line, ' ', parts) != parts.size()) return "it does not have five columns: " + quoted(line);
  const auto object = whole(parts[0], 0);
  if (!object || *object >= detect::object_class_count) return "class " + quoted(parts[0]) + " is not one of 0..79";
  std::array<float, 4> box{};
  for (std::size_t i = 0; i < box.size(); ++i) {
    const auto value = real(parts[i + 1]);
    if (!value || *value < 0 || *value > 1) return quoted(parts[i + 1]) + " is not a fraction 0..1";
    box[i] = static_cast<float>(*value);
  }
  if (box[2] <= 0 || box[3] <= 0) return "the box has no area: " + quoted(line);
  row = {{static_cast<int>(*object)}, {box[0] - box[2] / 2, box[1] - box[3] / 2, box[2], box[3]}};
  return std::nullopt;
}

}  // namespace

Result<std::vector<MotRow>> parse_mot_truth(std::string_view text, const std::string& name) {
  std::vector<MotRow> rows;
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  auto read = each_line(text, name, "frame,id,x,y,w,h,conf", [&](std::string_view line) -> std::optional<std::string> {
    MotRow row;
    if (auto cause = mot_line(line, row)) return cause;
    if (!row.ignored && !seen.emplace(row.frame, row.id).second) {
      return "id " + std::to_string(row.id) + " is in frame " + std::to_string(row.frame) + " twice";
    }
    rows.push_back(row);
    return std::nullopt;
  });
  if (!read) return pass_on(std::move(read));
  if (rows.empty()) return fail(ErrorKind::corrupt, "reading " + name, "it has no line", "give a MOTChallenge gt.txt");
  std::stable_sort(rows.begin(), rows.end(), [](const MotRow& a, const MotRow& b) {
    return std::pair{a.frame, a.id} < std::pair{b.frame, b.id};
  });
  return rows;
}

Result<std::vector<LabelRow>> parse_labels(std::string_view text, const std::string& name) {
  std::vector<LabelRow> rows;
  auto read = each_line(text, name, "\"class cx cy w h\", the place as fractions 0..1", [&](std::string_view line) {
    LabelRow row;
    auto cause = label_line(line, row);
    if (!cause) rows.push_back(row);
    return cause;
  });
  if (!read) return pass_on(std::move(read));
  return rows;
}

}  // namespace regard::eval
