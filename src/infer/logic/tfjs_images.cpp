// Convolutions, pooling, resizing: operators that are about images.
#include <algorithm>
#include <array>
#include <utility>

#include "infer/logic/tfjs_operators.h"

namespace regard::infer {
namespace {

using Integers = std::vector<std::int64_t>;

/// Height and width of an attribute over [N,H,W,C]; the other two must be 1.
Integers middle_two(const TfNode& node, const std::string& key) {
  const Integers all = node.integers(key);
  if (all.empty()) return {1, 1};
  if (all.size() != 4 || all[0] != 1 || all[3] != 1) refuse_unsupported(node.where() + ": " + key + " over N or C");
  if (all[1] < 1 || all[2] < 1 || all[1] > 4096 || all[2] > 4096) refuse_corrupt(node.where() + ": " + key);
  return {all[1], all[2]};
}

void require_channels_last(const TfNode& node) {
  const std::string format = node.text("data_format", "NHWC");
  if (format != "NHWC") refuse_unsupported(node.where() + " has the data format " + format);
}

std::string padding(const TfNode& node) {
  const std::string text = node.text("padding", "");
  if (text == "SAME") return "SAME_UPPER";
  if (text == "VALID") return "VALID";
  refuse_unsupported("the padding \"" + text + "\" of " + node.where() + " is not known");
}

/// TensorFlow's [H,W,I,O], or depthwise [H,W,C,M], as ONNX's [O,I,H,W].
Tensor kernel_of(const TfNode& node, const Tensor& weight, bool depthwise) {
  if (weight.element != Element::float32 || weight.shape.size() != 4) refuse_corrupt(node.where() + ": its kernel");
  Tensor kernel = weight;
  if (depthwise) kernel.shape = {weight.shape[0], weight.shape[1], 1, weight.shape[2] * weight.shape[3]};
  constexpr std::array<std::size_t, 4> order{3, 2, 0, 1};
  return transposed(kernel, order);
}

}  // namespace

std::string TfConversion::channels_first(const std::string& name) {
  return graph_.add("Transpose", {name}, {{"perm", Integers{0, 3, 1, 2}}});
}

std::string TfConversion::channels_last(const std::string& name) {
  return graph_.add("Transpose", {name}, {{"perm", Integers{0, 2, 3, 1}}});
}

void TfConversion::convolution(const TfNode& node) {
  require_channels_last(node);
  const bool depthwise = node.op() == "DepthwiseConv2dNative" || node.op() == "FusedDepthwiseConv2dNative";
  const Tensor& weights = weight(node, 1);
  Tensor kernel = kernel_of(node, weights, depthwise);
  Attributes attributes{{"kernel_shape", Integers{kernel.shape[2], kernel.shape[3]}},
                        {"strides", middle_two(node, "strides")},
                        {"dilations", middle_two(node, "dilations")},
                        {"group", depthwise ? weights.shape[2] : std::int64_t{1}},
                        {"auto_pad", padding(node)}};
  std::vector<std::string> inputs{channels_first(input(node, 0).name), {}};
  const std::vector<std::string> steps = node.texts("fused_ops");
  bool bias_is_there = false;
  if (!steps.empty() && steps.front() == "BiasAdd") {
    // A bias that is a weight goes into the convolution itself, which is cheaper than an addition after it.
    Tensor bias = weight(node, 2);
    bias.shape = {bias.count()};
    if (bias.element != Element::float32 || bias.count() != kernel.shape[0])
      refuse_corrupt(node.where() + ": its bias");
    inputs.push_back(graph_.constant(std::move(bias)));
    bias_is_there = true;
  }
  inputs[1] = graph_.constant(std::move(kernel));
  const std::string convolved = channels_last(graph_.add("Conv", std::move(inputs), std::move(attributes)));
  result(node, fused(node, convolved, bias_is_there), Element::float32);
}

void TfConversion::pooling(const TfNode& node) {
  require_channels_last(node);
  const std::string type = node.op() == "MaxPool" ? "MaxPool" : "AveragePool";
  const std::string pooled = graph_.add(type, {channels_first(input(node, 0).name)},
                                        {{"kernel_shape", middle_two(node, "ksize")},
                                         {"strides", middle_two(node, "strides")},
                                         {"auto_pad", padding(node)}});
  result(node, channels_last(pooled), Element::float32);
}

void TfConversion::resize(const TfNode& node) {
  const Integers size = whole_numbers(node, 1);
  if (size.size() != 2 || size[0] < 1 || size[1] < 1) refuse_corrupt(node.where() + ": its size");
  (void)checked_count(size);
  const bool centres = node.boolean("half_pixel_centers", false);
  const bool corners = node.boolean("align_corners", false);
  const std::string image = channels_first(input(node, 0).name);
  // ONNX wants all four sides; the first two stay as they are.
  const std::string first_two = graph_.add("Slice", {graph_.add("Shape", {image}), graph_.constant(integer_tensor({0})),
                                                     graph_.constant(integer_tensor({2}))});
  const std::string sizes =
      graph_.add("Concat", {first_two, graph_.constant(integer_tensor(size))}, {{"axis", std::int64_t{0}}});
  const std::string resized = graph_.add("Resize", {image, "", "", sizes},
                                         {{"mode", std::string{"linear"}},
                                          {"coordinate_transformation_mode", std::string{centres   ? "half_pixel"
                                                                                         : corners ? "align_corners"
                                                                                                   : "asymmetric"}}});
  result(node, channels_last(resized), Element::float32);
}

void TfConversion::matrix_product(const TfNode& node) {
  std::string a = input(node, 0).name;
  std::string b = input(node, 1).name;
  if (node.boolean("transpose_a", false)) a = graph_.add("Transpose", {a}, {{"perm", Integers{1, 0}}});
  if (node.boolean("transpose_b", false)) b = graph_.add("Transpose", {b}, {{"perm", Integers{1, 0}}});
  result(node, fused(node, graph_.add("MatMul", {a, b}), false), Element::float32);
}

void TfConversion::mean(const TfNode& node) {
  const std::int64_t keep = node.boolean("keep_dims", node.boolean("keepdims", false)) ? 1 : 0;
  result(node, graph_.add("ReduceMean", {input(node, 0).name}, {{"axes", whole_numbers(node, 1)}, {"keepdims", keep}}),
         Element::float32);
}

}  // namespace regard::infer
