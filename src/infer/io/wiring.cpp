#include "infer/io/wiring.h"

#include <onnx/onnx_pb.h>

#include <cstring>

namespace regard::infer {

Wiring::Wiring(const onnx::GraphProto& graph) : graph_{graph} {
  for (int i = 0; i < graph.node_size(); ++i) {
    for (const std::string& output : graph.node(i).output()) makers_[output] = i;
    for (const std::string& input : graph.node(i).input()) readers_[input].push_back(i);
  }
  for (const onnx::TensorProto& tensor : graph.initializer()) constants_[tensor.name()] = &tensor;
  for (const onnx::ValueInfoProto& output : graph.output()) results_.insert(output.name());
}

std::optional<int> Wiring::maker(const std::string& tensor, const char* type) const {
  const auto found = makers_.find(tensor);
  if (found == makers_.end() || graph_.node(found->second).op_type() != type) return std::nullopt;
  return found->second;
}

std::optional<int> Wiring::only_reader(int node, const char* type) const {
  const std::string& tensor = graph_.node(node).output(0);
  const auto found = readers_.find(tensor);
  if (results_.contains(tensor) || found == readers_.end() || found->second.size() != 1) return std::nullopt;
  if (graph_.node(found->second.front()).op_type() != type) return std::nullopt;
  return found->second.front();
}

std::vector<float> Wiring::constant(const std::string& tensor) const {
  const onnx::TensorProto* held = nullptr;
  if (const auto found = constants_.find(tensor); found != constants_.end()) held = found->second;
  if (const auto made = maker(tensor, "Constant"); made) {
    for (const onnx::AttributeProto& attribute : graph_.node(*made).attribute()) {
      if (attribute.name() == "value") held = &attribute.t();
    }
  }
  if (held == nullptr || held->data_type() != onnx::TensorProto::FLOAT) return {};
  if (held->float_data_size() > 0) return {held->float_data().begin(), held->float_data().end()};
  std::vector<float> values(held->raw_data().size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), held->raw_data().data(), values.size() * sizeof(float));
  return values;
}

}  // namespace regard::infer
