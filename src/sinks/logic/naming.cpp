#include "sinks/naming.h"

#include <nlohmann/json.hpp>

namespace regard::sinks {
namespace {

using Json = nlohmann::ordered_json;

std::string text_in(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

Result<std::string> named(const std::string& text, const Naming& naming) {
  if (text.find(R"("identified")") == std::string::npos) return text;  // nearly all: nothing to parse
  const Json event = Json::parse(text, nullptr, false);
  if (!event.is_object() || text_in(event, "event") != "identified") return text;
  std::optional<std::string> name;
  if (naming) {
    auto asked = naming({text_in(event, "person")}, {text_in(event, "gallery")});
    if (!asked) return pass_on(std::move(asked));
    name = std::move(*asked);
  }
  Json told = Json::object();
  for (const auto& [key, value] : event.items()) {
    // A name that is there all the same counts for nothing: only who is asked now knows it.
    if (key == "name" || key == "redacted") continue;
    told[key] = value;
    if (key == "person" && name) told["name"] = *name;
    if (key == "person" && !name) told["redacted"] = true;
  }
  return told.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace regard::sinks
