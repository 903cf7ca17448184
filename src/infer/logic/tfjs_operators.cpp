#include "infer/logic/tfjs_operators.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace regard::infer {
namespace {

/// onnx.TensorProto.DataType
std::int64_t onnx_type(Element element) {
  switch (element) {
    case Element::float32:
      return 1;
    case Element::int32:
      return 6;
    case Element::int64:
      return 7;
    case Element::boolean:
      return 9;
  }
  return 0;
}

Element element_of(const TfNode& node, const std::string& type) {
  if (type == "DT_FLOAT") return Element::float32;
  // TensorFlow.js has no 64-bit integers: what says so is computed in 32 bits there.
  if (type == "DT_INT32" || type == "DT_INT64") return Element::int32;
  if (type == "DT_BOOL") return Element::boolean;
  refuse_unsupported(node.where() + " has the type " + type);
}

/// ONNX's name of an operator that works element by element and means the same for floats and integers.
const std::map<std::string, std::string>& same_in_onnx() {
  static const std::map<std::string, std::string> names{
      {"Add", "Add"},     {"AddV2", "Add"},   {"Sub", "Sub"},     {"Mul", "Mul"},           {"RealDiv", "Div"},
      {"Minimum", "Min"}, {"Maximum", "Max"}, {"Relu", "Relu"},   {"Sigmoid", "Sigmoid"},   {"Tanh", "Tanh"},
      {"Elu", "Elu"},     {"Exp", "Exp"},     {"Sqrt", "Sqrt"},   {"Identity", "Identity"}, {"Neg", "Neg"},
      {"Abs", "Abs"},     {"BiasAdd", "Add"}, {"Floor", "Floor"}, {"Log", "Log"},
  };
  return names;
}

}  // namespace

const std::map<std::string, TfConversion::Convert>& TfConversion::converters() {
  static const std::map<std::string, Convert> known = [] {
    std::map<std::string, Convert> all{
        {"Placeholder", &TfConversion::placeholder},
        {"Const", &TfConversion::constant},
        {"Relu6", &TfConversion::relu6},
        {"LeakyRelu", &TfConversion::leaky_relu},
        {"Prelu", &TfConversion::prelu},
        {"Softmax", &TfConversion::softmax},
        {"Equal", &TfConversion::equal},
        {"SquaredDifference", &TfConversion::squared_difference},
        {"FloorDiv", &TfConversion::floor_division},
        {"FloorMod", &TfConversion::floor_modulo},
        {"Cast", &TfConversion::cast},
        {"Conv2D", &TfConversion::convolution},
        {"_FusedConv2D", &TfConversion::convolution},
        {"DepthwiseConv2dNative", &TfConversion::convolution},
        {"FusedDepthwiseConv2dNative", &TfConversion::convolution},
        {"MaxPool", &TfConversion::pooling},
        {"AvgPool", &TfConversion::pooling},
        {"MatMul", &TfConversion::matrix_product},
        {"_FusedMatMul", &TfConversion::matrix_product},
        {"Mean", &TfConversion::mean},
        {"ResizeBilinear", &TfConversion::resize},
        {"Pad", &TfConversion::pad},
        {"Reshape", &TfConversion::reshape},
        {"ExpandDims", &TfConversion::expand},
        {"Squeeze", &TfConversion::squeeze},
        {"ConcatV2", &TfConversion::concatenate},
        {"Pack", &TfConversion::stack},
        {"Unpack", &TfConversion::unstack},
        {"StridedSlice", &TfConversion::strided_slice},
        {"GatherV2", &TfConversion::gather},
        {"GatherNd", &TfConversion::gather_points},
        {"TopKV2", &TfConversion::top},
        {"ArgMax", &TfConversion::arg_max},
    };
    for (const auto& [name, onnx] : same_in_onnx()) all.emplace(name, &TfConversion::elementwise);
    return all;
  }();
  return known;
}

void TfConversion::convert(const TfNode& node) {
  const auto found = converters().find(node.op());
  if (found == converters().end()) {
    refuse_unsupported("the operator " + node.op() + " (node \"" + node.name() + "\") is not known");
  }
  (this->*found->second)(node);
}

const Value& TfConversion::value(const TfValue& of) const {
  const auto found = values_.find(of);
  if (found == values_.end()) {
    refuse_corrupt("there is no value \"" + of.node + ":" + std::to_string(of.port) + "\"");
  }
  return found->second;
}

const Value& TfConversion::input(const TfNode& node, std::size_t index) const {
  if (index >= node.inputs().size()) refuse_corrupt(node.where() + " lacks input " + std::to_string(index));
  return value(node.inputs()[index]);
}

const Tensor& TfConversion::weight(const TfNode& node, std::size_t index) const {
  if (index >= node.inputs().size()) refuse_corrupt(node.where() + " lacks input " + std::to_string(index));
  const auto found = constants_.find(node.inputs()[index].node);
  if (found == constants_.end()) {
    refuse_unsupported(node.where() + ": its input " + std::to_string(index) + " is computed, not constant");
  }
  return *found->second;
}

std::vector<std::int64_t> TfConversion::whole_numbers(const TfNode& node, std::size_t index) const {
  const Tensor& tensor = weight(node, index);
  if (tensor.element == Element::float32) {
    refuse_corrupt(node.where() + ": its input " + std::to_string(index) + " is not of whole numbers");
  }
  return tensor.integers;
}

std::int64_t TfConversion::whole_number(const TfNode& node, std::size_t index) const {
  const std::vector<std::int64_t> numbers = whole_numbers(node, index);
  if (numbers.size() != 1) refuse_corrupt(node.where() + ": its input " + std::to_string(index) + " is not one number");
  return numbers.front();
}

void TfConversion::result(const TfNode& node, std::string name, Element element, int port) {
  values_[TfValue{node.name(), port}] = {std::move(name), element};
}

std::string TfConversion::to_type(const std::string& name, Element element) {
  return graph_.add("Cast", {name}, {{"to", onnx_type(element)}});
}

std::string TfConversion::scalar(float number) { return graph_.constant(float_tensor({}, {number})); }

void TfConversion::placeholder(const TfNode& node) {
  std::vector<std::int64_t> shape = node.shape("shape");
  if (shape.empty()) refuse_unsupported(node.where() + " has no shape");
  // The batch is one: models reshape as if it were, and TensorFlow.js runs them so.
  if (shape.front() == -1) shape.front() = 1;
  if (std::any_of(shape.begin(), shape.end(), [](std::int64_t side) { return side <= 0; })) {
    refuse_unsupported(node.where() + " has a free dimension");
  }
  (void)checked_count(shape);
  std::string name = node.name();
  if (name.empty() || name.front() == '~') refuse_corrupt("an input cannot be called \"" + name + "\"");
  const bool image = shape.size() == 4 && shape[3] == 3;
  if (image) shape = {shape[0], shape[3], shape[1], shape[2]};
  graph_.inputs.push_back({name, shape, false});
  if (image) name = channels_last(name);
  const Element element = element_of(node, node.type("dtype", "DT_FLOAT"));
  if (element != Element::float32) name = to_type(name, element);
  result(node, std::move(name), element);
}

void TfConversion::constant(const TfNode& node) {
  const auto found = weights_.find(node.name());
  if (found == weights_.end()) refuse_corrupt(node.where() + " has no weight of that name");
  constants_[node.name()] = &found->second;
  result(node, graph_.constant(found->second), found->second.element);
}

void TfConversion::elementwise(const TfNode& node) {
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i < node.inputs().size(); ++i) inputs.push_back(input(node, i).name);
  const Element element = input(node, 0).element;
  if (node.op() == "Identity") {
    const auto found = constants_.find(node.inputs()[0].node);
    if (found != constants_.end()) constants_[node.name()] = found->second;
  }
  if (node.op() == "RealDiv" && element != Element::float32) refuse_unsupported(node.where() + " divides integers");
  result(node, graph_.add(same_in_onnx().at(node.op()), std::move(inputs)), element);
}

void TfConversion::relu6(const TfNode& node) {
  result(node, activated(node, input(node, 0).name, "Relu6"), Element::float32);
}

void TfConversion::leaky_relu(const TfNode& node) {
  result(node, activated(node, input(node, 0).name, "LeakyRelu"), Element::float32);
}

void TfConversion::prelu(const TfNode& node) {
  result(node, graph_.add("PRelu", {input(node, 0).name, input(node, 1).name}), Element::float32);
}

void TfConversion::softmax(const TfNode& node) {
  result(node, graph_.add("Softmax", {input(node, 0).name}, {{"axis", std::int64_t{-1}}}), Element::float32);
}

void TfConversion::equal(const TfNode& node) {
  result(node, graph_.add("Equal", {input(node, 0).name, input(node, 1).name}), Element::boolean);
}

void TfConversion::squared_difference(const TfNode& node) {
  const std::string difference = graph_.add("Sub", {input(node, 0).name, input(node, 1).name});
  result(node, graph_.add("Mul", {difference, difference}), input(node, 0).element);
}

void TfConversion::floor_division(const TfNode& node) {
  const Value& a = input(node, 0);
  const Value& b = input(node, 1);
  if (a.element == Element::float32) {
    result(node, graph_.add("Floor", {graph_.add("Div", {a.name, b.name})}), a.element);
    return;
  }
  // ONNX divides integers towards zero; taking the remainder away first leaves nothing to round.
  const std::string exact = graph_.add("Sub", {a.name, graph_.add("Mod", {a.name, b.name})});
  result(node, graph_.add("Div", {exact, b.name}), a.element);
}

void TfConversion::floor_modulo(const TfNode& node) {
  const Value& a = input(node, 0);
  const Value& b = input(node, 1);
  if (a.element == Element::float32) {
    const std::string whole = graph_.add("Floor", {graph_.add("Div", {a.name, b.name})});
    result(node, graph_.add("Sub", {a.name, graph_.add("Mul", {whole, b.name})}), a.element);
    return;
  }
  result(node, graph_.add("Mod", {a.name, b.name}), a.element);  // sign of the divisor, as in TensorFlow
}

void TfConversion::cast(const TfNode& node) {
  const Element element = element_of(node, node.type("DstT", "DT_FLOAT"));
  result(node, to_type(input(node, 0).name, element), element);
}

std::string TfConversion::activated(const TfNode& node, const std::string& name, const std::string& activation) {
  if (activation == "Relu" || activation == "Elu" || activation == "Sigmoid") return graph_.add(activation, {name});
  if (activation == "Relu6") return graph_.add("Clip", {name, scalar(0), scalar(6)});
  if (activation == "LeakyRelu") {
    return graph_.add("LeakyRelu", {name}, {{"alpha", static_cast<float>(node.real("alpha", 0.2))}});
  }
  refuse_unsupported("the activation " + activation + " of " + node.where() + " is not known");
}

std::string TfConversion::fused(const TfNode& node, std::string name, bool bias_is_there) {
  std::size_t next = 2;
  for (const std::string& step : node.texts("fused_ops")) {
    if (step == "BiasAdd") {
      if (!bias_is_there) name = graph_.add("Add", {name, input(node, next).name});
      ++next;
    } else if (step == "Prelu") {
      name = graph_.add("PRelu", {name, input(node, next++).name});
    } else {
      name = activated(node, name, step);
    }
  }
  return name;
}

}  // namespace regard::infer
