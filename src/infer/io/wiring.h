// Who makes and who reads each tensor of an ONNX graph.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace onnx {
class AttributeProto;
class GraphProto;
class NodeProto;
class TensorProto;
}  // namespace onnx

namespace regard::infer {

/// The attribute of that name; null when the node has none.
[[nodiscard]] const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, const std::string& name);
/// The attribute of that name, made when the node has none.
[[nodiscard]] onnx::AttributeProto& attribute_of(onnx::NodeProto& node, const std::string& name);

/// The name of a node's tensor; "", which ONNX gives to what is left out, when there are not so many.
[[nodiscard]] const std::string& input_of(const onnx::NodeProto& node, int place);
[[nodiscard]] const std::string& output_of(const onnx::NodeProto& node, int place);

/// An index of a graph. Valid while the graph's list of nodes does not change; nodes are meant by their place in it.
/// Nothing makes or reads the tensor "".
class Wiring {
 public:
  explicit Wiring(const onnx::GraphProto& graph);

  /// The node that makes `tensor`, when it is of `type`.
  [[nodiscard]] std::optional<int> maker(const std::string& tensor, const char* type) const;
  /// The only node that reads `tensor`, when it is of `type` and nobody else sees the tensor.
  [[nodiscard]] std::optional<int> only_reader(const std::string& tensor, const char* type) const;
  /// The values of a constant float tensor; empty when it is something else.
  [[nodiscard]] std::vector<float> constant(const std::string& tensor) const;
  /// The values of a constant tensor of 64-bit integers; empty when it is something else.
  [[nodiscard]] std::vector<std::int64_t> whole_constant(const std::string& tensor) const;
  /// The constant of that name with its shape; null when there is none.
  [[nodiscard]] const onnx::TensorProto* find_constant(const std::string& tensor) const;

 private:
  const onnx::GraphProto& graph_;
  std::map<std::string, int> makers_;
  std::map<std::string, std::vector<int>> readers_;
  std::map<std::string, const onnx::TensorProto*> constants_;
  std::set<std::string> results_;
};

}  // namespace regard::infer
