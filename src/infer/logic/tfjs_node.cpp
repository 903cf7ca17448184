#include "infer/logic/tfjs_node.h"

#include <charconv>
#include <cmath>
#include <set>

namespace regard::infer {
namespace {

using nlohmann::json;

/// RFC 4648, section 4; stops at padding. Throws ImportRefusal on any other character.
std::string from_base64(const std::string& text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    if (c == '=') break;
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) refuse_corrupt("an attribute is not base64: \"" + text.substr(0, 40) + "\"");
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>((bits >> held) & 0xffU);
    }
  }
  return bytes;
}

/// protobuf's JSON writes 64-bit integers as texts; some converters write them as numbers.
std::int64_t to_integer(const json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_string()) {
    const std::string& text = value.get_ref<const std::string&>();
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem == std::errc{} && end == text.data() + text.size()) return number;
  }
  refuse_corrupt("an attribute is not a whole number: " + value.dump().substr(0, 40));
}

}  // namespace

TfValue tf_value(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return {text, 0};
  int port = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data() + colon + 1, end, port);
  if (problem != std::errc{} || stopped != end || port < 0) refuse_corrupt("\"" + text + "\" is not a value's name");
  return {text.substr(0, colon), port};
}

TfNode::TfNode(const json& node) {
  try {
    name_ = node.at("name").get<std::string>();
    op_ = node.at("op").get<std::string>();
    if (const auto found = node.find("attr"); found != node.end()) attributes_ = &*found;
    if (const auto found = node.find("input"); found != node.end()) {
      for (const json& input : *found) {
        const std::string text = input.get<std::string>();
        // "^name" only asks for an order of execution, which a pure network does not need.
        if (!text.starts_with('^')) inputs_.push_back(tf_value(text));
      }
    }
  } catch (const json::exception& problem) {
    refuse_corrupt(std::string{"a node cannot be read: "} + problem.what());
  }
}

const json* TfNode::attribute(const std::string& key, const char* kind) const {
  if (attributes_ == nullptr || !attributes_->is_object()) return nullptr;
  const auto found = attributes_->find(key);
  if (found == attributes_->end() || !found->is_object()) return nullptr;
  const auto value = found->find(kind);
  return value == found->end() ? nullptr : &*value;
}

std::string TfNode::text(const std::string& key, const std::string& otherwise) const {
  const json* value = attribute(key, "s");
  return value != nullptr && value->is_string() ? from_base64(value->get<std::string>()) : otherwise;
}

std::int64_t TfNode::integer(const std::string& key, std::int64_t otherwise) const {
  const json* value = attribute(key, "i");
  return value != nullptr ? to_integer(*value) : otherwise;
}

double TfNode::real(const std::string& key, double otherwise) const {
  const json* value = attribute(key, "f");
  return value != nullptr && value->is_number() ? value->get<double>() : otherwise;
}

bool TfNode::boolean(const std::string& key, bool otherwise) const {
  const json* value = attribute(key, "b");
  return value != nullptr && value->is_boolean() ? value->get<bool>() : otherwise;
}

std::string TfNode::type(const std::string& key, const std::string& otherwise) const {
  const json* value = attribute(key, "type");
  return value != nullptr && value->is_string() ? value->get<std::string>() : otherwise;
}

std::vector<std::int64_t> TfNode::integers(const std::string& key) const {
  std::vector<std::int64_t> values;
  const json* list = attribute(key, "list");
  if (list == nullptr || !list->is_object() || !list->contains("i")) return values;
  for (const json& value : list->at("i")) values.push_back(to_integer(value));
  return values;
}

std::vector<std::string> TfNode::texts(const std::string& key) const {
  std::vector<std::string> values;
  const json* list = attribute(key, "list");
  if (list == nullptr || !list->is_object() || !list->contains("s")) return values;
  for (const json& value : list->at("s")) {
    if (!value.is_string()) refuse_corrupt(where() + ": " + key + " is not a list of texts");
    values.push_back(from_base64(value.get<std::string>()));
  }
  return values;
}

std::vector<std::int64_t> TfNode::shape(const std::string& key) const {
  std::vector<std::int64_t> sides;
  const json* shape = attribute(key, "shape");
  if (shape == nullptr || !shape->is_object() || !shape->contains("dim")) return sides;
  for (const json& side : shape->at("dim")) {
    sides.push_back(side.is_object() && side.contains("size") ? to_integer(side.at("size")) : -1);
  }
  return sides;
}

std::vector<const TfNode*> in_order(const std::map<std::string, TfNode>& nodes, std::span<const std::string> outputs) {
  std::vector<const TfNode*> order;
  std::set<std::string> done;
  std::set<std::string> open;  // nodes on the path from an output to where we are: meeting one again is a cycle
  struct Step {
    const TfNode* node;
    std::size_t next_input;
  };
  std::vector<Step> path;  // our own stack: a chain of nodes may be deeper than the machine's
  const auto enter = [&](const std::string& name) {
    if (done.contains(name)) return;
    const auto found = nodes.find(name);
    if (found == nodes.end()) refuse_corrupt("there is no node \"" + name + "\"");
    if (!open.insert(name).second) refuse_corrupt("the node \"" + name + "\" depends on itself");
    path.push_back({&found->second, 0});
  };
  for (const std::string& output : outputs) {
    enter(tf_value(output).node);
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next_input < step.node->inputs().size()) {
        enter(step.node->inputs()[step.next_input++].node);
        continue;
      }
      order.push_back(step.node);
      done.insert(step.node->name());
      open.erase(step.node->name());
      path.pop_back();
    }
  }
  return order;
}

}  // namespace regard::infer
