#include "infer/logic/ir_attributes.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace regard::infer {

std::string ir_where(const IrLayer& layer) { return layer.type + " \"" + layer.name + "\""; }

std::string ir_text(const IrLayer& layer, const std::string& key, const std::string& otherwise) {
  const auto found = layer.data.find(key);
  return found == layer.data.end() ? otherwise : found->second;
}

bool ir_boolean(const IrLayer& layer, const std::string& key, bool otherwise) {
  const auto found = layer.data.find(key);
  if (found == layer.data.end()) return otherwise;
  return found->second == "true" || found->second == "True" || found->second == "1";
}

std::int64_t ir_integer(const IrLayer& layer, const std::string& key) {
  const std::vector<std::int64_t> values = ir_integers(layer, key);
  if (values.size() != 1) refuse_corrupt(ir_where(layer) + ": " + key + " is not one number");
  return values.front();
}

float ir_real(const IrLayer& layer, const std::string& key) {
  const std::string text = ir_text(layer, key, "");
  char* end = nullptr;
  const float value = std::strtof(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value))
    refuse_corrupt(ir_where(layer) + ": " + key + " is not a number");
  return value;
}

std::vector<std::int64_t> ir_integers(const IrLayer& layer, const std::string& key, bool may_lack) {
  const std::string text = ir_text(layer, key, "");
  std::vector<std::int64_t> values;
  if (text.empty() && may_lack) return values;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  while (true) {
    while (at != end && *at == ' ') ++at;
    std::int64_t value = 0;
    const auto [stopped, problem] = std::from_chars(at, end, value);
    if (problem != std::errc{}) break;
    values.push_back(value);
    at = stopped;
    while (at != end && *at == ' ') ++at;
    if (at == end) return values;
    if (*at != ',' || values.size() == 16) break;
    ++at;
  }
  refuse_corrupt(ir_where(layer) + ": " + key + " is not a list of whole numbers");
}

}  // namespace regard::infer
