#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "events/logic/log_lines.h"

namespace regard::events {
namespace {

using Json = nlohmann::json;

/// Reads text of one fixed form from its front; once something is missing, nothing more is found.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_{text} {}

  void skip(std::string_view expected) {
    good_ = good_ && rest_.starts_with(expected);
    if (good_) rest_.remove_prefix(expected.size());
  }
  [[nodiscard]] std::string_view text(std::size_t length) {
    good_ = good_ && rest_.size() >= length;
    if (!good_) return {};
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }
  /// Lower-case digits, two a byte.
  template <std::size_t Size>
  void hex(std::array<std::uint8_t, Size>& bytes) {
    const std::string_view digits = text(2 * Size);
    if (!good_) return;
    int bad = 0;
    for (std::size_t i = 0; i < Size; ++i) {
      const int high = value_of(digits[2 * i]);
      const int low = value_of(digits[2 * i + 1]);
      bad |= high | low;
      bytes[i] = static_cast<std::uint8_t>(static_cast<unsigned>(high) << 4 | static_cast<unsigned>(low));
    }
    good_ = bad >= 0;
  }
  /// Without leading zeros.
  void number(std::uint64_t& value) {
    const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    const auto length = static_cast<std::size_t>(end - rest_.data());
    good_ = good_ && problem == std::errc{} && length > 0 && (length == 1 || rest_.front() != '0');
    if (good_) rest_.remove_prefix(length);
  }
  [[nodiscard]] bool sees(std::string_view next) const { return good_ && rest_.starts_with(next); }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool at_end() const { return good_ && rest_.empty(); }

 private:
  /// Of a lower-case hexadecimal digit; -1 for anything else. A table: a million heads have 400 million digits.
  static int value_of(char letter) {
    static constexpr std::array<std::int8_t, 256> values = [] {
      std::array<std::int8_t, 256> table{};
      table.fill(-1);
      for (std::size_t i = 0; i < 16; ++i) {
        table[static_cast<unsigned char>("0123456789abcdef"[i])] = static_cast<std::int8_t>(i);
      }
      return table;
    }();
    return values[static_cast<unsigned char>(letter)];
  }
  std::string_view rest_;
  bool good_ = true;
};

constexpr std::size_t timestamp_length = 24;
// Of a head on its own: 400 bytes, and room for whoever lays it out by hand.
constexpr std::size_t largest_head_text = 4096;
constexpr std::string_view head_begins = "{\"head\":";

void read_fields(Cursor& cursor, TreeHead& head) {
  cursor.skip("\"previous\":\"");
  cursor.hex(head.previous);
  cursor.skip("\",\"root\":\"");
  cursor.hex(head.root);
  cursor.skip("\",\"signature\":\"");
  cursor.hex(head.signature);
  cursor.skip("\",\"size\":");
  cursor.number(head.size);
  cursor.skip(",\"time\":\"");
  const auto time = from_rfc3339(cursor.text(timestamp_length));
  cursor.skip(time ? "\"}" : "no time");
  if (time) head.time = *time;
}

}  // namespace

std::string signed_text(const TreeHead& head) {
  return "regard-tree-head-v1\n" + std::to_string(head.size) + '\n' + crypto::to_hex(head.root) + '\n' +
         to_rfc3339(head.time) + '\n' + crypto::to_hex(head.previous) + '\n';
}

TreeHead sign(TreeHead head, const crypto::SigningKey& key) {
  head.time = std::chrono::floor<std::chrono::milliseconds>(head.time);
  head.signature = key.sign(crypto::bytes_of(signed_text(head)));
  return head;
}

bool is_signed_by(const TreeHead& head, const crypto::PublicKey& key) {
  return crypto::verify(key, crypto::bytes_of(signed_text(head)), head.signature);
}

crypto::Digest link_of(const TreeHead& head) { return crypto::sha256(crypto::bytes_of(to_json(head))); }

std::string to_json(const TreeHead& head) {
  std::string text;
  text.reserve(384);
  text += "{\"previous\":\"";
  text += crypto::to_hex(head.previous);
  text += "\",\"root\":\"";
  text += crypto::to_hex(head.root);
  text += "\",\"signature\":\"";
  text += crypto::to_hex(head.signature);
  text += "\",\"size\":";
  text += std::to_string(head.size);
  text += ",\"time\":\"";
  text += to_rfc3339(head.time);
  text += "\"}";
  return text;
}

Result<TreeHead> tree_head_from(std::string_view json) {
  const auto refuse = [](std::string cause) {
    return fail(ErrorKind::invalid_input, "reading a head of the transparency log", std::move(cause),
                "give the JSON object that \"regard log head --json\" printed");
  };
  if (json.size() > largest_head_text) return refuse("it is longer than 4 KiB, so it is not a head");
  // Written by hand or by another program it may have blanks and another order; dumping brings it into our form.
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object()) return refuse("it is not a JSON object");
  for (const Json& value : object) {
    if (value.is_structured()) return refuse("one of its fields is an array or an object");
  }
  const std::string canonical = object.dump(-1, ' ', false, Json::error_handler_t::replace);
  TreeHead head;
  Cursor cursor{canonical};
  cursor.skip("{");
  read_fields(cursor, head);
  if (!cursor.at_end()) return refuse("it has not the fields previous, root, signature, size and time of a head");
  return head;
}

bool looks_like_head(std::string_view line) { return line.starts_with(head_begins); }

std::string to_line(const HeadLine& line) {
  std::string text{head_begins};
  text.reserve(512 + 67 * line.leaves.size());
  text += "{\"leaves\":[";
  for (std::size_t i = 0; i < line.leaves.size(); ++i) {
    text += i == 0 ? "\"" : ",\"";
    text += crypto::to_hex(line.leaves[i]);
    text += '"';
  }
  text += "],";
  text += std::string_view{to_json(line.head)}.substr(1);
  text += '}';
  return text;
}

std::optional<HeadLine> head_line_from(std::string_view line) {
  HeadLine result;
  Cursor cursor{line};
  cursor.skip(head_begins);
  cursor.skip("{\"leaves\":[");
  while (cursor.sees(result.leaves.empty() ? "\"" : ",\"")) {
    cursor.skip(result.leaves.empty() ? "\"" : ",\"");
    cursor.hex(result.leaves.emplace_back());
    cursor.skip("\"");
  }
  cursor.skip("],");
  result.fields = cursor.rest();
  read_fields(cursor, result.head);
  cursor.skip("}");
  if (!cursor.at_end()) return std::nullopt;
  result.fields.remove_suffix(1);
  return result;
}

crypto::Digest link_of(const HeadLine& line) {
  const std::array<crypto::BytesView, 2> parts{crypto::bytes_of("{"), crypto::bytes_of(line.fields)};
  return crypto::sha256(parts);
}

}  // namespace regard::events
