#include "infer/io/simplify.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "infer/io/wiring.h"

namespace regard::infer {
namespace {

// From this version of the format on, a weight need not be listed as an input.
constexpr int first_with_settled_weights = 4;

std::string text_of(const onnx::NodeProto& node, const char* name) {
  const onnx::AttributeProto* attribute = find_attribute(node, name);
  return attribute == nullptr ? "" : attribute->s();
}

void set_text(onnx::NodeProto& node, const char* name, const char* value) {
  onnx::AttributeProto& attribute = attribute_of(node, name);
  attribute.set_type(onnx::AttributeProto::STRING);
  attribute.set_s(value);
}

/// Whether rows and columns grow by whole factors and nothing else does.
bool enlarges(const std::vector<float>& scales) {
  return scales.size() == 4 && scales[0] == 1 && scales[1] == 1 &&
         std::all_of(scales.begin() + 2, scales.end(), [](float s) { return s >= 1 && s == std::floor(s); });
}

/// Nearest pixel, half-pixel positions, ties (there are none) to the lower; and factors instead of sizes.
bool is_nearest_by_factors(const onnx::NodeProto& node) {
  if (node.op_type() != "Resize" || node.input_size() != 3 || text_of(node, "mode") != "nearest") return false;
  const std::string ties = text_of(node, "nearest_mode");
  return text_of(node, "coordinate_transformation_mode") == "half_pixel" &&
         (ties.empty() || ties == "round_prefer_floor");
}

}  // namespace

std::size_t settle_weights(onnx::ModelProto& model) {
  if (model.ir_version() < first_with_settled_weights) return 0;
  onnx::GraphProto& graph = *model.mutable_graph();
  std::set<std::string> weights;
  for (const onnx::TensorProto& tensor : graph.initializer()) weights.insert(tensor.name());
  google::protobuf::RepeatedPtrField<onnx::ValueInfoProto> kept;
  for (onnx::ValueInfoProto& input : *graph.mutable_input()) {
    if (!weights.contains(input.name())) *kept.Add() = std::move(input);
  }
  const auto count = static_cast<std::size_t>(graph.input_size() - kept.size());
  graph.mutable_input()->Swap(&kept);
  return count;
}

std::size_t respell_nearest(onnx::GraphProto& graph) {
  const Wiring wiring{graph};
  std::size_t count = 0;
  for (onnx::NodeProto& node : *graph.mutable_node()) {
    if (!is_nearest_by_factors(node) || !enlarges(wiring.constant(node.input(2)))) continue;
    set_text(node, "coordinate_transformation_mode", "asymmetric");
    set_text(node, "nearest_mode", "floor");
    ++count;
  }
  return count;
}

Simplified simplify(std::string onnx) {
  onnx::ModelProto model;
  if (!model.ParseFromString(onnx)) return {.onnx = std::move(onnx)};
  Simplified result;
  result.weights = settle_weights(model);
  result.activations = fuse_hard_swish(*model.mutable_graph());
  result.enlargements = respell_nearest(*model.mutable_graph());
  result.outputs = separate_outputs(*model.mutable_graph());
  const bool changed = result.weights + result.activations + result.enlargements + result.outputs > 0;
  result.onnx = changed ? model.SerializeAsString() : std::move(onnx);
  return result;
}

}  // namespace regard::infer
