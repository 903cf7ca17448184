#include "infer/io/wiring.h"

#include <onnx/onnx_pb.h>

#include <cstring>

namespace regard::infer {
namespace {

template <typename Value>
std::vector<Value> from_bytes(const std::string& bytes) {
  std::vector<Value> values(bytes.size() / sizeof(Value));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(Value));
  return values;
}

const std::string& at(const google::protobuf::RepeatedPtrField<std::string>& names, int place) {
  static const std::string none;
  return place < names.size() ? names.Get(place) : none;
}

}  // namespace

const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, const std::string& name) {
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

onnx::AttributeProto& attribute_of(onnx::NodeProto& node, const std::string& name) {
  for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
    if (attribute.name() == name) return attribute;
  }
  onnx::AttributeProto& made = *node.add_attribute();
  made.set_name(name);
  return made;
}

const std::string& input_of(const onnx::NodeProto& node, int place) { return at(node.input(), place); }
const std::string& output_of(const onnx::NodeProto& node, int place) { return at(node.output(), place); }

Wiring::Wiring(const onnx::GraphProto& graph) : graph_{graph} {
  for (int i = 0; i < graph.node_size(); ++i) {
    for (const std::string& output : graph.node(i).output()) makers_[output] = i;
    for (const std::string& input : graph.node(i).input()) readers_[input].push_back(i);
  }
  makers_.erase("");
  readers_.erase("");
  for (const onnx::TensorProto& tensor : graph.initializer()) constants_[tensor.name()] = &tensor;
  for (const onnx::ValueInfoProto& output : graph.output()) results_.insert(output.name());
}

std::optional<int> Wiring::maker(const std::string& tensor, const char* type) const {
  const auto found = makers_.find(tensor);
  if (found == makers_.end() || graph_.node(found->second).op_type() != type) return std::nullopt;
  return found->second;
}

std::optional<int> Wiring::only_reader(const std::string& tensor, const char* type) const {
  const auto found = readers_.find(tensor);
  if (results_.contains(tensor) || found == readers_.end() || found->second.size() != 1) return std::nullopt;
  if (graph_.node(found->second.front()).op_type() != type) return std::nullopt;
  return found->second.front();
}

const onnx::TensorProto* Wiring::find_constant(const std::string& tensor) const {
  if (const auto found = constants_.find(tensor); found != constants_.end()) return found->second;
  if (const auto made = maker(tensor, "Constant"); made) {
    const onnx::AttributeProto* value = find_attribute(graph_.node(*made), "value");
    return value == nullptr ? nullptr : &value->t();
  }
  return nullptr;
}

std::vector<float> Wiring::constant(const std::string& tensor) const {
  const onnx::TensorProto* held = find_constant(tensor);
  if (held == nullptr || held->data_type() != onnx::TensorProto::FLOAT) return {};
  if (held->float_data_size() > 0) return {held->float_data().begin(), held->float_data().end()};
  return from_bytes<float>(held->raw_data());
}

std::vector<std::int64_t> Wiring::whole_constant(const std::string& tensor) const {
  const onnx::TensorProto* held = find_constant(tensor);
  if (held == nullptr || held->data_type() != onnx::TensorProto::INT64) return {};
  if (held->int64_data_size() > 0) return {held->int64_data().begin(), held->int64_data().end()};
  return from_bytes<std::int64_t>(held->raw_data());
}

}  // namespace regard::infer
