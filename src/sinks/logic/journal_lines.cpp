#include "sinks/logic/journal_lines.h"

#include <algorithm>
#include <charconv>

#include "crypto/crypto.h"

namespace regard::sinks {
namespace {

constexpr std::size_t sum_length = 16;
constexpr std::size_t number_length = 20;  // of 2^64 - 1
constexpr std::string_view segment_ending = ".segment";
constexpr std::string_view position_ending = ".position";

std::string sum_of(std::string_view text) {
  return crypto::to_hex(crypto::sha256(crypto::bytes_of(text))).substr(0, sum_length);
}

std::optional<std::uint64_t> whole_number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (problem != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string journal_line(std::string_view text) {
  std::string line = sum_of(text);
  line += ' ';
  line += text;
  line += '\n';
  return line;
}

std::optional<std::string_view> text_of_line(std::string_view line) {
  if (line.size() <= sum_length || line[sum_length] != ' ') return std::nullopt;
  const std::string_view text = line.substr(sum_length + 1);
  if (line.substr(0, sum_length) != sum_of(text)) return std::nullopt;
  return text;
}

std::string segment_name(std::uint64_t first) {
  const std::string digits = std::to_string(first);
  return std::string(number_length - digits.size(), '0') + digits + std::string{segment_ending};
}

std::optional<std::uint64_t> first_of_segment(std::string_view name) {
  if (name.size() != number_length + segment_ending.size() || !name.ends_with(segment_ending)) return std::nullopt;
  return whole_number(name.substr(0, number_length));
}

std::string position_name(std::string_view sink) { return std::string{sink} + std::string{position_ending}; }

std::optional<std::string> sink_of_position(std::string_view name) {
  if (!name.ends_with(position_ending)) return std::nullopt;
  name.remove_suffix(position_ending.size());
  if (!is_sink_name(name)) return std::nullopt;
  return std::string{name};
}

std::optional<std::uint64_t> position_from(std::string_view content) {
  if (!content.ends_with('\n')) return std::nullopt;
  return whole_number(content.substr(0, content.size() - 1));
}

bool is_sink_name(std::string_view name) {
  const auto fits = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           letter == '-';
  };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), fits);
}

}  // namespace regard::sinks
