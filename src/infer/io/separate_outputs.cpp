#include <onnx/onnx_pb.h>

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "infer/io/simplify.h"
#include "infer/io/wiring.h"

namespace regard::infer {
namespace {

using Whole = std::vector<std::int64_t>;

/// One output of the split, and what is done with it.
struct Part {
  std::string tensor;
  std::int64_t channels = 0;
  std::optional<int> sigmoid;
  int reshape = 0;
  int transpose = 0;
};

/// A convolution with its split.
struct Common {
  int convolution = 0;
  int split = 0;
  std::vector<Part> parts;
};

Whole whole_numbers(const onnx::NodeProto& node, const char* name) {
  const onnx::AttributeProto* attribute = find_attribute(node, name);
  if (attribute == nullptr || attribute->type() != onnx::AttributeProto::INTS) return {};
  return {attribute->ints().begin(), attribute->ints().end()};
}

std::int64_t whole_number(const onnx::NodeProto& node, const char* name, std::int64_t otherwise) {
  const onnx::AttributeProto* attribute = find_attribute(node, name);
  return attribute == nullptr ? otherwise : attribute->i();
}

/// Whether `channels` share out `all` of them, each at least one.
bool share_out(const Whole& channels, std::int64_t all) {
  for (const std::int64_t count : channels) {
    if (count < 1 || count > all) return false;
    all -= count;
  }
  return all == 0;
}

/// What follows one output of a split, when it is [sigmoid,] reshape to [1,C,-1], transpose of the last two.
std::optional<Part> part_from(const onnx::GraphProto& graph, const Wiring& wiring, const std::string& tensor,
                              std::int64_t channels) {
  Part part{.tensor = tensor, .channels = channels, .sigmoid = std::nullopt};
  part.sigmoid = wiring.only_reader(tensor, "Sigmoid");
  const auto reshape = wiring.only_reader(part.sigmoid ? output_of(graph.node(*part.sigmoid), 0) : tensor, "Reshape");
  if (!reshape || wiring.whole_constant(input_of(graph.node(*reshape), 1)) != Whole{1, channels, -1})
    return std::nullopt;
  const auto transpose = wiring.only_reader(output_of(graph.node(*reshape), 0), "Transpose");
  if (!transpose || whole_numbers(graph.node(*transpose), "perm") != Whole{0, 2, 1}) return std::nullopt;
  part.reshape = *reshape;
  part.transpose = *transpose;
  return part;
}

std::optional<Common> common_at(const onnx::GraphProto& graph, const Wiring& wiring, int split) {
  const onnx::NodeProto& node = graph.node(split);
  if (node.op_type() != "Split" || whole_number(node, "axis", 0) != 1) return std::nullopt;
  const auto convolution = wiring.maker(input_of(node, 0), "Conv");
  const Whole channels = whole_numbers(node, "split");
  if (!convolution || wiring.only_reader(input_of(node, 0), "Split") != split ||
      channels.size() != static_cast<std::size_t>(node.output_size())) {
    return std::nullopt;
  }
  const onnx::NodeProto& source = graph.node(*convolution);
  if (source.input_size() != 3 || whole_number(source, "group", 1) != 1) return std::nullopt;
  const onnx::TensorProto* weights = wiring.find_constant(source.input(1));
  const std::vector<float> values = wiring.constant(source.input(1));
  const std::vector<float> biases = wiring.constant(source.input(2));
  if (values.empty() || biases.empty() || weights->dims_size() != 4 ||
      weights->dims(0) != static_cast<std::int64_t>(biases.size()) || !share_out(channels, weights->dims(0))) {
    return std::nullopt;
  }
  Common common{*convolution, split, {}};
  for (int i = 0; i < node.output_size(); ++i) {
    auto part = part_from(graph, wiring, node.output(i), channels[static_cast<std::size_t>(i)]);
    if (!part) return std::nullopt;
    common.parts.push_back(std::move(*part));
  }
  return common;
}

std::string add_floats(onnx::GraphProto& graph, std::string name, const Whole& shape, std::span<const float> values) {
  onnx::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t side : shape) tensor.add_dims(side);
  tensor.mutable_float_data()->Add(values.begin(), values.end());
  return name;
}

std::string add_shape(onnx::GraphProto& graph, std::string name, const Whole& shape) {
  onnx::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<std::int64_t>(shape.size()));
  tensor.mutable_int64_data()->Add(shape.begin(), shape.end());
  return name;
}

/// The common convolution's own channels `first`..., as one that makes `part.tensor`.
onnx::NodeProto own_convolution(onnx::GraphProto& graph, const Wiring& wiring, const Common& common, const Part& part,
                                std::int64_t first) {
  onnx::NodeProto own = graph.node(common.convolution);
  const onnx::TensorProto& weights = *wiring.find_constant(own.input(1));
  const std::vector<float> values = wiring.constant(own.input(1));
  const std::vector<float> biases = wiring.constant(own.input(2));
  const auto count = static_cast<std::size_t>(part.channels);
  const auto start = static_cast<std::size_t>(first);
  const std::size_t each = values.size() / biases.size();
  const Whole shape{part.channels, weights.dims(1), weights.dims(2), weights.dims(3)};
  own.set_name(part.tensor + "/own");
  own.set_input(
      1, add_floats(graph, part.tensor + "/weights", shape, std::span{values}.subspan(start * each, count * each)));
  own.set_input(2,
                add_floats(graph, part.tensor + "/biases", {part.channels}, std::span{biases}.subspan(start, count)));
  own.set_output(0, part.tensor);
  return own;
}

/// Reshape and transpose change places: [1,C,H,W] becomes [1,H,W,C], then [1,H*W,C].
void turn_first(onnx::GraphProto& graph, const Part& part) {
  onnx::NodeProto& turn = *graph.mutable_node(part.reshape);
  onnx::NodeProto& flatten = *graph.mutable_node(part.transpose);
  const std::string from = turn.input(0);
  turn.clear_input();
  turn.clear_attribute();
  turn.set_op_type("Transpose");
  turn.add_input(from);
  onnx::AttributeProto& order = *turn.add_attribute();
  order.set_name("perm");
  order.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t axis : {0, 2, 3, 1}) order.add_ints(axis);
  flatten.clear_attribute();
  flatten.set_op_type("Reshape");
  flatten.add_input(add_shape(graph, part.tensor + "/shape", {1, -1, part.channels}));
}

/// Declared shapes of tensors that now have another.
void forget_shapes(onnx::GraphProto& graph, const std::set<std::string>& tensors) {
  google::protobuf::RepeatedPtrField<onnx::ValueInfoProto> kept;
  for (onnx::ValueInfoProto& value : *graph.mutable_value_info()) {
    if (!tensors.contains(value.name())) *kept.Add() = std::move(value);
  }
  graph.mutable_value_info()->Swap(&kept);
}

std::vector<Common> all_common(const onnx::GraphProto& graph, const Wiring& wiring) {
  std::vector<Common> found;
  for (int i = 0; i < graph.node_size(); ++i) {
    if (auto common = common_at(graph, wiring, i)) found.push_back(std::move(*common));
  }
  return found;
}

}  // namespace

std::size_t separate_outputs(onnx::GraphProto& graph) {
  const Wiring wiring{graph};
  const std::vector<Common> found = all_common(graph, wiring);
  std::size_t count = 0;
  std::set<int> gone;
  std::set<std::string> reshaped;
  std::map<int, std::vector<onnx::NodeProto>> own;  // by the split whose place they take
  for (const Common& common : found) {
    std::int64_t first = 0;
    for (const Part& part : common.parts) {
      own[common.split].push_back(own_convolution(graph, wiring, common, part, first));
      first += part.channels;
      reshaped.insert(graph.node(part.reshape).output(0));
      turn_first(graph, part);
      ++count;
    }
    gone.insert({common.convolution, common.split});
  }
  google::protobuf::RepeatedPtrField<onnx::NodeProto> kept;
  for (int i = 0; i < graph.node_size(); ++i) {
    for (onnx::NodeProto& node : own[i]) *kept.Add() = std::move(node);
    if (!gone.contains(i)) *kept.Add() = std::move(*graph.mutable_node(i));
  }
  graph.mutable_node()->Swap(&kept);
  forget_shapes(graph, reshaped);
  return count;
}

}  // namespace regard::infer
