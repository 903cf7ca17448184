#include "sinks/logic/dead_letter_lines.h"

#include <nlohmann/json.hpp>

namespace regard::sinks {
namespace {

using Json = nlohmann::ordered_json;

template <typename Value>
Value value_in(const Json& json, const char* key, Value otherwise) {
  const auto found = json.find(key);
  if (found == json.end()) return otherwise;
  if constexpr (std::is_same_v<Value, std::string>) {
    return found->is_string() ? found->template get<std::string>() : otherwise;
  } else if constexpr (std::is_same_v<Value, bool>) {
    return found->is_boolean() ? found->template get<bool>() : otherwise;
  } else {
    return found->is_number_unsigned() ? found->template get<Value>() : otherwise;
  }
}

}  // namespace

std::string dead_letter_line(const DeadLetter& letter) {
  const Json event = Json::parse(letter.text, nullptr, false);
  Json json{{"number", letter.number},
            {"time", to_rfc3339(letter.time)},
            {"status", letter.status},
            {"cause", letter.cause},
            {"attempts", letter.attempts}};
  if (letter.is_asked_again) json["asked_again"] = true;
  json["event"] = event.is_discarded() ? Json(letter.text) : event;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::optional<DeadLetter> dead_letter_from(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("event")) return std::nullopt;
  DeadLetter letter;
  letter.number = value_in<std::uint64_t>(json, "number", 0);
  if (letter.number == 0) return std::nullopt;
  if (const auto time = from_rfc3339(value_in<std::string>(json, "time", ""))) letter.time = *time;
  letter.status = value_in<int>(json, "status", 0);
  letter.cause = value_in<std::string>(json, "cause", "");
  letter.attempts = value_in<int>(json, "attempts", 0);
  letter.is_asked_again = value_in<bool>(json, "asked_again", false);
  const Json& event = json["event"];
  letter.text =
      event.is_string() ? event.get<std::string>() : event.dump(-1, ' ', false, Json::error_handler_t::replace);
  return letter;
}

std::string dead_letters_name(std::string_view sink) { return std::string{sink} + ".dead.jsonl"; }

}  // namespace regard::sinks
