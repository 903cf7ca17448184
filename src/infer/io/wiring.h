// Who makes and who reads each tensor of an ONNX graph.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace onnx {
class GraphProto;
class TensorProto;
}  // namespace onnx

namespace regard::infer {

/// An index of a graph. Valid while the graph's list of nodes does not change; nodes are meant by their place in it.
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
