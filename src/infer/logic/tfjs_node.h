// One node of a TensorFlow graph in JSON, and the order in which nodes must be computed. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "infer/logic/graph.h"

namespace regard::infer {

/// "name:1" as a node and which of its outputs.
struct TfValue {
  std::string node;
  int port = 0;
  auto operator<=>(const TfValue&) const = default;
};

/// A node with typed access to its attributes, which TensorFlow.js writes as protobuf's JSON (numbers may be texts,
/// texts are base64). Borrowed from the topology's JSON. Accessors throw ImportRefusal (corrupt).
class TfNode {
 public:
  explicit TfNode(const nlohmann::json& node);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& op() const { return op_; }
  [[nodiscard]] const std::vector<TfValue>& inputs() const { return inputs_; }  ///< without control inputs
  [[nodiscard]] std::string where() const { return op_ + " \"" + name_ + "\""; }

  [[nodiscard]] std::string text(const std::string& key, const std::string& otherwise) const;
  [[nodiscard]] std::int64_t integer(const std::string& key, std::int64_t otherwise) const;
  [[nodiscard]] double real(const std::string& key, double otherwise) const;
  [[nodiscard]] bool boolean(const std::string& key, bool otherwise) const;
  [[nodiscard]] std::string type(const std::string& key, const std::string& otherwise) const;
  [[nodiscard]] std::vector<std::int64_t> integers(const std::string& key) const;
  [[nodiscard]] std::vector<std::string> texts(const std::string& key) const;
  [[nodiscard]] std::vector<std::int64_t> shape(const std::string& key) const;  ///< -1 for unknown dimensions

 private:
  [[nodiscard]] const nlohmann::json* attribute(const std::string& key, const char* kind) const;
  const nlohmann::json* attributes_ = nullptr;
  std::string name_;
  std::string op_;
  std::vector<TfValue> inputs_;
};

/// The nodes that `outputs` depend on, each after those it depends on. Throws ImportRefusal: unknown node, cycle.
[[nodiscard]] std::vector<const TfNode*> in_order(const std::map<std::string, TfNode>& nodes,
                                                  std::span<const std::string> outputs);

/// Splits "name:1"; "name" is port 0. Throws ImportRefusal.
[[nodiscard]] TfValue tf_value(const std::string& text);

}  // namespace regard::infer
