// OpenVINO's operators (opset 1 to 8, as in its documentation "Available Operations Sets") as ONNX operators.
#include <algorithm>
#include <utility>

#include "infer/logic/ir_attributes.h"
#include "infer/logic/ir_conversion.h"

namespace regard::infer {
namespace {

using Integers = std::vector<std::int64_t>;

/// Integer vectors only: shapes that are computed from constants.
Tensor joined(const IrLayer& layer, const std::vector<const Tensor*>& parts) {
  Integers all;
  for (const Tensor* part : parts) {
    if (part->element == Element::float32 || part->shape.size() != 1) {
      refuse_unsupported(ir_where(layer) + " joins constants that are not vectors of whole numbers");
    }
    all.insert(all.end(), part->integers.begin(), part->integers.end());
    if (all.size() > 64) refuse_corrupt(ir_where(layer) + " makes a shape of more than 64 dimensions");
  }
  return integer_tensor(std::move(all));
}

Tensor picked(const IrLayer& layer, const Tensor& from, const Integers& indices) {
  if (from.element == Element::float32 || from.shape.size() != 1) {
    refuse_unsupported(ir_where(layer) + " picks from a constant that is not a vector of whole numbers");
  }
  const auto size = static_cast<std::int64_t>(from.integers.size());
  Integers values;
  for (const std::int64_t index : indices) {
    if (index < -size || index >= size) refuse_corrupt(ir_where(layer) + " picks what is not there");
    values.push_back(from.integers[static_cast<std::size_t>(index < 0 ? index + size : index)]);
  }
  return integer_tensor(std::move(values));
}

Integers small(const IrLayer& layer, const std::string& key) {
  Integers values = ir_integers(layer, key);
  for (const std::int64_t value : values) {
    if (value < 0 || value > 4096) refuse_corrupt(ir_where(layer) + ": " + key);
  }
  return values;
}

}  // namespace

void IrConversion::converted_type(const IrLayer& layer) {
  const std::string type = ir_text(layer, "destination_type", "");
  if (type != "f32" && type != "f16") refuse_unsupported(ir_where(layer) + " makes " + type);
  // Half and single precision are both single here, so nothing is left to do.
  if (is_constant(layer, 0)) {
    Tensor copy = tensor(layer, 0);
    if (copy.element != Element::float32) refuse_unsupported(ir_where(layer) + " makes floats of whole numbers");
    set(layer, std::move(copy));
  } else {
    set(layer, value(layer, 0));
  }
}

void IrConversion::shape_of(const IrLayer& layer) { set(layer, integer_tensor(input(layer, 0).shape)); }

void IrConversion::gather(const IrLayer& layer) {
  if (ir_text(layer, "batch_dims", "0") != "0") refuse_unsupported(ir_where(layer) + " gathers per batch");
  const Integers axis = integers(layer, 2);
  if (axis.size() != 1) refuse_corrupt(ir_where(layer) + ": its axis");
  if (is_constant(layer, 0)) {
    // A scalar index makes a scalar, which as a shape's part is used like a vector of one.
    set(layer, picked(layer, tensor(layer, 0), integers(layer, 1)));
    return;
  }
  set(layer, graph_.add("Gather", {value(layer, 0), value(layer, 1)}, {{"axis", axis.front()}}));
}

void IrConversion::concatenate(const IrLayer& layer) {
  std::vector<const Tensor*> parts;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
    if (is_constant(layer, i)) parts.push_back(&tensor(layer, i));
  }
  if (!parts.empty() && parts.size() == layer.inputs.size()) {
    set(layer, joined(layer, parts));
    return;
  }
  for (std::size_t i = 0; i < layer.inputs.size(); ++i) names.push_back(value(layer, i));
  if (names.empty()) refuse_corrupt(ir_where(layer) + " has nothing to join");
  set(layer, graph_.add("Concat", std::move(names), {{"axis", ir_integer(layer, "axis")}}));
}

void IrConversion::arithmetic(const IrLayer& layer) {
  const std::string broadcast = ir_text(layer, "auto_broadcast", "numpy");
  if (broadcast != "numpy") refuse_unsupported(ir_where(layer) + " broadcasts as " + broadcast);
  const std::string type = layer.type == "Add" ? "Add" : layer.type == "Subtract" ? "Sub" : "Mul";
  set(layer, graph_.add(type, {value(layer, 0), value(layer, 1)}));
}

void IrConversion::activation(const IrLayer& layer) {
  set(layer, graph_.add(layer.type == "ReLU" ? "Relu" : "Sigmoid", {value(layer, 0)}));
}

void IrConversion::parametric_relu(const IrLayer& layer) {
  Tensor slope = tensor(layer, 1);
  // OpenVINO's slopes belong to dimension 1; ONNX aligns them with the last one.
  const std::size_t rank = input(layer, 0).shape.size();
  slope.shape = {slope.count()};
  for (std::size_t d = 2; d < rank && d < 8; ++d) slope.shape.push_back(1);
  set(layer, graph_.add("PRelu", {value(layer, 0), graph_.constant(std::move(slope))}));
}

void IrConversion::softmax(const IrLayer& layer) {
  set(layer, graph_.add("Softmax", {value(layer, 0)},
                        {{"axis", layer.data.contains("axis") ? ir_integer(layer, "axis") : 1}}));
}

Attributes IrConversion::window(const IrLayer& layer) const {
  Attributes attributes{{"strides", small(layer, "strides")}};
  const std::string automatic = ir_text(layer, "auto_pad", "explicit");
  if (automatic == "same_upper") {
    attributes["auto_pad"] = std::string{"SAME_UPPER"};
  } else if (automatic == "same_lower") {
    attributes["auto_pad"] = std::string{"SAME_LOWER"};
  } else if (automatic == "valid") {
    attributes["auto_pad"] = std::string{"VALID"};
  } else if (automatic == "explicit") {
    Integers pads = small(layer, "pads_begin");
    const Integers ends = small(layer, "pads_end");
    pads.insert(pads.end(), ends.begin(), ends.end());
    attributes["pads"] = std::move(pads);
  } else {
    refuse_unsupported(ir_where(layer) + " pads as " + automatic);
  }
  return attributes;
}

void IrConversion::convolution(const IrLayer& layer) {
  const Tensor& kernel = tensor(layer, 1);
  if (kernel.element != Element::float32 || kernel.shape.size() != 4)
    refuse_unsupported(ir_where(layer) + ": its kernel");
  Attributes attributes = window(layer);
  attributes["dilations"] = small(layer, "dilations");
  attributes["kernel_shape"] = Integers{kernel.shape[2], kernel.shape[3]};
  set(layer, graph_.add("Conv", {value(layer, 0), value(layer, 1)}, std::move(attributes)));
}

void IrConversion::group_convolution(const IrLayer& layer) {
  Tensor kernel = tensor(layer, 1);
  if (kernel.element != Element::float32 || kernel.shape.size() != 5)
    refuse_unsupported(ir_where(layer) + ": its kernel");
  const std::int64_t groups = kernel.shape[0];
  kernel.shape = {groups * kernel.shape[1], kernel.shape[2], kernel.shape[3], kernel.shape[4]};
  Attributes attributes = window(layer);
  attributes["dilations"] = small(layer, "dilations");
  attributes["kernel_shape"] = Integers{kernel.shape[2], kernel.shape[3]};
  attributes["group"] = groups;
  set(layer, graph_.add("Conv", {value(layer, 0), graph_.constant(std::move(kernel))}, std::move(attributes)));
}

void IrConversion::pooling(const IrLayer& layer) {
  Attributes attributes = window(layer);
  attributes["kernel_shape"] = small(layer, "kernel");
  const std::string rounding = ir_text(layer, "rounding_type", "floor");
  if (rounding != "floor" && rounding != "ceil") refuse_unsupported(ir_where(layer) + " rounds as " + rounding);
  attributes["ceil_mode"] = std::int64_t{rounding == "ceil" ? 1 : 0};
  const bool average = layer.type == "AvgPool";
  if (average) attributes["count_include_pad"] = std::int64_t{ir_boolean(layer, "exclude-pad", true) ? 0 : 1};
  if (!average && layer.data.contains("dilations")) {
    for (const std::int64_t side : small(layer, "dilations")) {
      if (side != 1) refuse_unsupported(ir_where(layer) + " is dilated");
    }
  }
  set(layer, graph_.add(average ? "AveragePool" : "MaxPool", {value(layer, 0)}, std::move(attributes)));
}

std::string IrConversion::variance_scaled(const IrLayer& layer, const std::string& centred, const Integers& axes) {
  const std::string variance = graph_.add("ReduceMean", {graph_.add("Mul", {centred, centred})},
                                          {{"axes", axes}, {"keepdims", std::int64_t{1}}});
  const std::string epsilon = graph_.constant(float_tensor({}, {ir_real(layer, "eps")}));
  std::string mode = ir_text(layer, "eps_mode", "inside_sqrt");
  std::transform(mode.begin(), mode.end(), mode.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (mode != "inside_sqrt" && mode != "outside_sqrt") refuse_unsupported(ir_where(layer) + " has eps_mode " + mode);
  const std::string deviation = mode == "inside_sqrt" ? graph_.add("Sqrt", {graph_.add("Add", {variance, epsilon})})
                                                      : graph_.add("Add", {graph_.add("Sqrt", {variance}), epsilon});
  return graph_.add("Div", {centred, deviation});
}

void IrConversion::normalization(const IrLayer& layer) {
  Integers axes{2, 3};
  if (layer.inputs.size() > 1) {
    axes = integers(layer, 1);
  } else if (ir_boolean(layer, "across_channels", false)) {
    axes = {1, 2, 3};
  }
  const std::string x = value(layer, 0);
  const std::string mean = graph_.add("ReduceMean", {x}, {{"axes", axes}, {"keepdims", std::int64_t{1}}});
  const std::string centred = graph_.add("Sub", {x, mean});
  set(layer, ir_boolean(layer, "normalize_variance", true) ? variance_scaled(layer, centred, axes) : centred);
}

void IrConversion::mean(const IrLayer& layer) {
  const std::int64_t keep = ir_boolean(layer, "keep_dims", false) ? 1 : 0;
  set(layer, graph_.add("ReduceMean", {value(layer, 0)}, {{"axes", integers(layer, 1)}, {"keepdims", keep}}));
}

void IrConversion::reshape(const IrLayer& layer) {
  // The IR says what comes out for a batch of one; a leading dimension that stays is the batch and is left free.
  Integers shape = output(layer).shape;
  const Integers& before = input(layer, 0).shape;
  (void)checked_count(shape);
  if (!shape.empty() && !before.empty() && shape.front() == before.front()) shape.front() = 0;
  set(layer, graph_.add("Reshape", {value(layer, 0), graph_.constant(integer_tensor(std::move(shape)))}));
}

void IrConversion::transpose(const IrLayer& layer) {
  set(layer, graph_.add("Transpose", {value(layer, 0)}, {{"perm", integers(layer, 1)}}));
}

void IrConversion::matrix_product(const IrLayer& layer) {
  std::string a = value(layer, 0);
  std::string b = value(layer, 1);
  const auto require_matrix = [&](std::size_t index) {
    if (input(layer, index).shape.size() != 2) refuse_unsupported(ir_where(layer) + " transposes what is not a matrix");
  };
  if (ir_boolean(layer, "transpose_a", false)) {
    require_matrix(0);
    a = graph_.add("Transpose", {a}, {{"perm", Integers{1, 0}}});
  }
  if (ir_boolean(layer, "transpose_b", false)) {
    require_matrix(1);
    b = graph_.add("Transpose", {b}, {{"perm", Integers{1, 0}}});
  }
  set(layer, graph_.add("MatMul", {a, b}));
}

}  // namespace regard::infer
