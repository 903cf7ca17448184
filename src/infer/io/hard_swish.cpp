#include "infer/io/hard_swish.h"

#include <onnx/onnx_pb.h>

#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace regard::infer {
namespace {

/// Who makes and who reads each tensor of a graph.
class Wiring {
 public:
  explicit Wiring(const onnx::GraphProto& graph) : graph_{graph} {
    for (int i = 0; i < graph.node_size(); ++i) {
      for (const std::string& output : graph.node(i).output()) makers_[output] = i;
      for (const std::string& input : graph.node(i).input()) readers_[input].push_back(i);
    }
    for (const onnx::TensorProto& tensor : graph.initializer()) constants_[tensor.name()] = &tensor;
    for (const onnx::ValueInfoProto& output : graph.output()) results_.insert(output.name());
  }

  [[nodiscard]] std::optional<int> maker(const std::string& tensor, const char* type) const {
    const auto found = makers_.find(tensor);
    if (found == makers_.end() || graph_.node(found->second).op_type() != type) return std::nullopt;
    return found->second;
  }
  /// The only node that reads what `node` makes, when it is of `type` and nobody else sees the tensor.
  [[nodiscard]] std::optional<int> only_reader(int node, const char* type) const {
    const std::string& tensor = graph_.node(node).output(0);
    const auto found = readers_.find(tensor);
    if (results_.contains(tensor) || found == readers_.end() || found->second.size() != 1) return std::nullopt;
    if (graph_.node(found->second.front()).op_type() != type) return std::nullopt;
    return found->second.front();
  }
  /// Whether `tensor` is one constant float of this value.
  [[nodiscard]] bool is(const std::string& tensor, float value) const {
    const onnx::TensorProto* constant = nullptr;
    if (const auto found = constants_.find(tensor); found != constants_.end()) constant = found->second;
    if (const auto made = maker(tensor, "Constant"); made) {
      for (const onnx::AttributeProto& attribute : graph_.node(*made).attribute()) {
        if (attribute.name() == "value") constant = &attribute.t();
      }
    }
    if (constant == nullptr || constant->data_type() != onnx::TensorProto::FLOAT) return false;
    float held = 0;
    if (constant->float_data_size() == 1) {
      held = constant->float_data(0);
    } else if (constant->raw_data().size() == sizeof held) {
      std::memcpy(&held, constant->raw_data().data(), sizeof held);
    } else {
      return false;
    }
    return held == value;
  }

 private:
  const onnx::GraphProto& graph_;
  std::map<std::string, int> makers_;
  std::map<std::string, std::vector<int>> readers_;
  std::map<std::string, const onnx::TensorProto*> constants_;
  std::set<std::string> results_;
};

/// The four nodes of one spelled-out hard swish, and the tensor that goes in.
struct Spelled {
  int add = 0;
  int clip = 0;
  int multiply = 0;
  int divide = 0;
  std::string input;
};

std::optional<Spelled> spelled_at(const onnx::GraphProto& graph, const Wiring& wiring, int clip) {
  const onnx::NodeProto& node = graph.node(clip);
  if (node.op_type() != "Clip" || node.input_size() != 3 || !wiring.is(node.input(1), 0) ||
      !wiring.is(node.input(2), 6)) {
    return std::nullopt;
  }
  const auto add = wiring.maker(node.input(0), "Add");
  if (!add || wiring.only_reader(*add, "Clip") != clip || graph.node(*add).input_size() != 2 ||
      !wiring.is(graph.node(*add).input(1), 3)) {
    return std::nullopt;
  }
  const auto multiply = wiring.only_reader(clip, "Mul");
  if (!multiply) return std::nullopt;
  const std::string& input = graph.node(*add).input(0);
  const onnx::NodeProto& product = graph.node(*multiply);
  if (product.input(0) != input && product.input(1) != input) return std::nullopt;
  const auto divide = wiring.only_reader(*multiply, "Div");
  if (!divide || graph.node(*divide).input(0) != product.output(0) || !wiring.is(graph.node(*divide).input(1), 6)) {
    return std::nullopt;
  }
  return Spelled{*add, clip, *multiply, *divide, input};
}

void set_float(onnx::NodeProto& node, const char* name, float value) {
  onnx::AttributeProto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::FLOAT);
  attribute->set_f(value);
}

}  // namespace

Fused fuse_hard_swish(std::string onnx) {
  onnx::ModelProto model;
  if (!model.ParseFromString(onnx)) return {std::move(onnx), 0};
  onnx::GraphProto& graph = *model.mutable_graph();
  const Wiring wiring{graph};
  std::vector<Spelled> found;
  for (int i = 0; i < graph.node_size(); ++i) {
    if (auto spelled = spelled_at(graph, wiring, i)) found.push_back(std::move(*spelled));
  }
  if (found.empty()) return {std::move(onnx), 0};
  std::set<int> gone;
  for (const Spelled& one : found) {
    onnx::NodeProto& clip = *graph.mutable_node(one.clip);
    clip.set_op_type("HardSigmoid");
    clip.clear_input();
    clip.clear_attribute();
    clip.add_input(one.input);
    set_float(clip, "alpha", 1.0F / 6.0F);
    set_float(clip, "beta", 0.5F);
    graph.mutable_node(one.multiply)->set_output(0, graph.node(one.divide).output(0));
    gone.insert({one.add, one.divide});
  }
  google::protobuf::RepeatedPtrField<onnx::NodeProto> kept;
  for (int i = 0; i < graph.node_size(); ++i) {
    if (!gone.contains(i)) *kept.Add() = std::move(*graph.mutable_node(i));
  }
  graph.mutable_node()->Swap(&kept);
  return {model.SerializeAsString(), found.size()};
}

}  // namespace regard::infer
