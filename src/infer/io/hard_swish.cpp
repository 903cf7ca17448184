#include <onnx/onnx_pb.h>

#include <optional>
#include <set>
#include <vector>

#include "infer/io/simplify.h"
#include "infer/io/wiring.h"

namespace regard::infer {
namespace {

bool is(const Wiring& wiring, const std::string& tensor, float value) {
  return wiring.constant(tensor) == std::vector<float>{value};
}

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
  if (node.op_type() != "Clip" || !is(wiring, input_of(node, 1), 0) || !is(wiring, input_of(node, 2), 6)) {
    return std::nullopt;
  }
  const auto add = wiring.maker(input_of(node, 0), "Add");
  if (!add || wiring.only_reader(input_of(node, 0), "Clip") != clip || !is(wiring, input_of(graph.node(*add), 1), 3)) {
    return std::nullopt;
  }
  const auto multiply = wiring.only_reader(output_of(node, 0), "Mul");
  if (!multiply) return std::nullopt;
  const std::string& input = input_of(graph.node(*add), 0);
  const onnx::NodeProto& product = graph.node(*multiply);
  if (input_of(product, 0) != input && input_of(product, 1) != input) return std::nullopt;
  const auto divide = wiring.only_reader(output_of(product, 0), "Div");
  if (!divide || graph.node(*divide).output_size() != 1 || input_of(graph.node(*divide), 0) != output_of(product, 0) ||
      !is(wiring, input_of(graph.node(*divide), 1), 6)) {
    return std::nullopt;
  }
  return Spelled{*add, clip, *multiply, *divide, input};
}

void set_float(onnx::NodeProto& node, const char* name, float value) {
  onnx::AttributeProto& attribute = attribute_of(node, name);
  attribute.set_type(onnx::AttributeProto::FLOAT);
  attribute.set_f(value);
}

}  // namespace

std::size_t fuse_hard_swish(onnx::GraphProto& graph) {
  const Wiring wiring{graph};
  std::vector<Spelled> found;
  for (int i = 0; i < graph.node_size(); ++i) {
    if (auto spelled = spelled_at(graph, wiring, i)) found.push_back(std::move(*spelled));
  }
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
  return found.size();
}

}  // namespace regard::infer
