#include "infer/logic/openvino_ir.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "infer/logic/half.h"
#include "infer/logic/ir_attributes.h"
#include "infer/logic/ir_conversion.h"

namespace regard::infer {
namespace {

using Integers = std::vector<std::int64_t>;

template <typename Number>
std::vector<Number> numbers(std::span<const std::uint8_t> bytes) {
  std::vector<Number> values(bytes.size() / sizeof(Number));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(Number));
  return values;
}

Tensor read_tensor(const IrLayer& layer, const std::string& type, Integers shape, std::span<const std::uint8_t> bytes) {
  Tensor tensor;
  tensor.shape = std::move(shape);
  const auto count = static_cast<std::size_t>(tensor.count());
  const std::size_t size = type == "f16" ? 2 : type == "f32" || type == "i32" ? 4 : type == "i64" ? 8 : 0;
  if (size == 0) refuse_unsupported("the element type " + type + " of " + ir_where(layer) + " is not known");
  if (bytes.size() != count * size) refuse_corrupt(ir_where(layer) + ": its size does not fit its shape");
  if (type == "f32") {
    tensor.floats = numbers<float>(bytes);
  } else if (type == "f16") {
    for (const std::uint16_t bits : numbers<std::uint16_t>(bytes)) tensor.floats.push_back(from_half(bits));
  } else if (type == "i64") {
    tensor.element = Element::int64;
    tensor.integers = numbers<std::int64_t>(bytes);
  } else {
    tensor.element = Element::int64;
    for (const std::int32_t value : numbers<std::int32_t>(bytes)) tensor.integers.push_back(value);
  }
  return tensor;
}

}  // namespace

IrConversion::IrConversion(const IrNetwork& network, std::span<const std::uint8_t> weights, Graph& graph)
    : network_{network}, weights_{weights}, graph_{graph} {
  for (const IrLayer& layer : network.layers) {
    if (!layers_.emplace(layer.id, &layer).second) refuse_corrupt("two layers have the id " + layer.id);
  }
}

const std::map<std::string, IrConversion::Convert>& IrConversion::converters() {
  static const std::map<std::string, Convert> known{
      {"Parameter", &IrConversion::parameter},     {"Const", &IrConversion::constant},
      {"Convert", &IrConversion::converted_type},  {"ShapeOf", &IrConversion::shape_of},
      {"Gather", &IrConversion::gather},           {"Concat", &IrConversion::concatenate},
      {"Add", &IrConversion::arithmetic},          {"Subtract", &IrConversion::arithmetic},
      {"Multiply", &IrConversion::arithmetic},     {"ReLU", &IrConversion::activation},
      {"Sigmoid", &IrConversion::activation},      {"PReLU", &IrConversion::parametric_relu},
      {"SoftMax", &IrConversion::softmax},         {"Softmax", &IrConversion::softmax},
      {"Convolution", &IrConversion::convolution}, {"GroupConvolution", &IrConversion::group_convolution},
      {"AvgPool", &IrConversion::pooling},         {"MaxPool", &IrConversion::pooling},
      {"MVN", &IrConversion::normalization},       {"ReduceMean", &IrConversion::mean},
      {"Reshape", &IrConversion::reshape},         {"Transpose", &IrConversion::transpose},
      {"MatMul", &IrConversion::matrix_product},   {"Result", &IrConversion::result},
  };
  return known;
}

std::vector<const IrLayer*> IrConversion::in_order() const {
  enum class State { unseen, open, done };
  std::map<const IrLayer*, State> states;
  std::vector<const IrLayer*> order;
  struct Step {
    const IrLayer* layer;
    std::size_t next_input;
  };
  std::vector<Step> path;
  const auto enter = [&](const IrLayer* layer) {
    if (states[layer] == State::done) return;
    if (states[layer] == State::open) refuse_corrupt(ir_where(*layer) + " depends on itself");
    states[layer] = State::open;
    path.push_back({layer, 0});
  };
  for (const IrLayer& start : network_.layers) {
    enter(&start);
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next_input < step.layer->inputs.size()) {
        const IrSource& from = source(*step.layer, step.next_input++);
        enter(layers_.at(from.layer));
        continue;
      }
      order.push_back(step.layer);
      states[step.layer] = State::done;
      path.pop_back();
    }
  }
  return order;
}

void IrConversion::run() {
  for (const IrLayer* layer : in_order()) {
    const auto found = converters().find(layer->type);
    if (found == converters().end()) {
      refuse_unsupported("the operator " + layer->type + " (layer \"" + layer->name + "\") is not known");
    }
    (this->*found->second)(*layer);
  }
  if (graph_.inputs.empty() || graph_.outputs.empty()) refuse_corrupt("it has no input or no output");
}

const IrSource& IrConversion::source(const IrLayer& layer, std::size_t index) const {
  const auto found = network_.edges.find({layer.id, input(layer, index).id});
  if (found == network_.edges.end())
    refuse_corrupt(ir_where(layer) + ": nothing feeds its input " + std::to_string(index));
  if (!layers_.contains(found->second.layer)) refuse_corrupt(ir_where(layer) + " is fed by a layer that is not there");
  return found->second;
}

const IrPort& IrConversion::input(const IrLayer& layer, std::size_t index) const {
  if (index >= layer.inputs.size()) refuse_corrupt(ir_where(layer) + " lacks input " + std::to_string(index));
  return layer.inputs[index];
}

const IrPort& IrConversion::output(const IrLayer& layer) const {
  if (layer.outputs.empty()) refuse_corrupt(ir_where(layer) + " has no output");
  return layer.outputs.front();
}

bool IrConversion::is_constant(const IrLayer& layer, std::size_t index) const {
  return constants_.contains(source(layer, index));
}

const Tensor& IrConversion::tensor(const IrLayer& layer, std::size_t index) const {
  const auto found = constants_.find(source(layer, index));
  if (found == constants_.end()) {
    refuse_unsupported(ir_where(layer) + ": its input " + std::to_string(index) + " is computed, not constant");
  }
  return found->second;
}

Integers IrConversion::integers(const IrLayer& layer, std::size_t index) const {
  const Tensor& found = tensor(layer, index);
  if (found.element == Element::float32) refuse_corrupt(ir_where(layer) + ": an input is not of whole numbers");
  return found.integers;
}

std::string IrConversion::value(const IrLayer& layer, std::size_t index) {
  const IrSource& from = source(layer, index);
  if (const auto named = names_.find(from); named != names_.end()) return named->second;
  const auto found = constants_.find(from);
  if (found == constants_.end())
    refuse_corrupt(ir_where(layer) + ": its input " + std::to_string(index) + " has no value");
  return names_[from] = graph_.constant(found->second);
}

void IrConversion::set(const IrLayer& layer, std::string name) {
  names_[{layer.id, output(layer).id}] = std::move(name);
}
void IrConversion::set(const IrLayer& layer, Tensor made) {
  constants_[{layer.id, output(layer).id}] = std::move(made);
}

void IrConversion::parameter(const IrLayer& layer) {
  if (!graph_.inputs.empty()) refuse_unsupported("it has more than one Parameter");
  Integers shape = output(layer).shape;
  (void)checked_count(shape);
  if (shape.empty()) refuse_corrupt(ir_where(layer) + " has no shape");
  shape.front() = -1;
  graph_.inputs.push_back({"data", std::move(shape), false});
  set(layer, std::string{"data"});
}

void IrConversion::constant(const IrLayer& layer) {
  const std::int64_t offset = ir_integer(layer, "offset");
  const std::int64_t size = ir_integer(layer, "size");
  const auto there = static_cast<std::int64_t>(weights_.size());
  if (offset < 0 || size < 0 || offset > there || size > there - offset) {
    refuse_corrupt(ir_where(layer) + ": bytes " + std::to_string(offset) + " to " + std::to_string(offset) + " + " +
                   std::to_string(size) + " are outside the weights (" + std::to_string(there) + " bytes)");
  }
  const auto bytes = weights_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
  set(layer, read_tensor(layer, ir_text(layer, "element_type", ""), ir_integers(layer, "shape", true), bytes));
}

void IrConversion::result(const IrLayer& layer) {
  std::string name = layers_.at(source(layer, 0).layer)->name;
  std::replace(name.begin(), name.end(), '/', '_');
  Integers shape = input(layer, 0).shape;
  if (!shape.empty()) shape.front() = -1;
  graph_.output(value(layer, 0), name, std::move(shape), false);
}

Graph graph_from_ir(const IrNetwork& network, std::span<const std::uint8_t> weights) {
  Graph graph;
  IrConversion{network, weights, graph}.run();
  return graph;
}

}  // namespace regard::infer
