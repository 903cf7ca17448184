#include "infer/logic/weight_list.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "infer/logic/tfjs_weights.h"

namespace regard::infer {
namespace {

using Integers = std::vector<std::int64_t>;

enum class Activation { none, relu };

/// Builds the descriptor's layers; every convolution is followed by a scale and a bias per channel, folded into it.
class Descriptor {
 public:
  Descriptor(Graph& graph, const Weights& weights) : graph_{graph}, weights_{weights} {}

  std::string convolution(const std::string& x, const std::string& layer, std::int64_t stride, std::int64_t pad,
                          Activation activation);
  std::string residual(const std::string& x, const std::string& layer);
  /// Halves the image: the shortcut is a 2 x 2 average with zero channels added until it has `channels`; `pad_right`
  /// adds a zero row and column to the other path where it comes out one smaller.
  std::string halving(const std::string& x, const std::string& layer, std::int64_t added_channels, bool pad_right);
  std::string matrix(const std::string& x, const std::string& layer, const Integers& shape);

 private:
  [[nodiscard]] const Tensor& weight(const std::string& name, const Integers& shape) const;

  Graph& graph_;
  const Weights& weights_;
};

const Tensor& Descriptor::weight(const std::string& name, const Integers& shape) const {
  const auto found = weights_.find(name);
  if (found == weights_.end()) refuse_corrupt("the weight \"" + name + "\" is missing");
  const Tensor& tensor = found->second;
  bool fits = tensor.element == Element::float32 && tensor.shape.size() == shape.size();
  for (std::size_t d = 0; fits && d < shape.size(); ++d) fits = shape[d] == -1 || shape[d] == tensor.shape[d];
  if (!fits) refuse_corrupt("the weight \"" + name + "\" has another shape than the descriptor's");
  return tensor;
}

std::string Descriptor::convolution(const std::string& x, const std::string& layer, std::int64_t stride,
                                    std::int64_t pad, Activation activation) {
  constexpr std::array<std::size_t, 4> order{3, 2, 0, 1};  // [H,W,I,O] to [O,I,H,W]
  Tensor kernel = transposed(weight(layer + "/conv/filters", {-1, -1, -1, -1}), order);
  const std::int64_t channels = kernel.shape[0];
  Tensor bias = weight(layer + "/conv/bias", {channels});
  const Tensor& scale = weight(layer + "/scale/weights", {channels});
  const Tensor& shift = weight(layer + "/scale/biases", {channels});
  const std::size_t per_channel = channels == 0 ? 0 : kernel.floats.size() / static_cast<std::size_t>(channels);
  for (std::size_t c = 0; c < bias.floats.size(); ++c) {
    for (std::size_t i = 0; i < per_channel; ++i) kernel.floats[c * per_channel + i] *= scale.floats[c];
    bias.floats[c] = bias.floats[c] * scale.floats[c] + shift.floats[c];
  }
  const Integers side{kernel.shape[2], kernel.shape[3]};
  const std::string y = graph_.add(
      "Conv", {x, graph_.constant(std::move(kernel)), graph_.constant(std::move(bias))},
      {{"kernel_shape", side}, {"strides", Integers{stride, stride}}, {"pads", Integers{pad, pad, pad, pad}}});
  return activation == Activation::relu ? graph_.add("Relu", {y}) : y;
}

std::string Descriptor::residual(const std::string& x, const std::string& layer) {
  const std::string first = convolution(x, layer + "/conv1", 1, 1, Activation::relu);
  const std::string second = convolution(first, layer + "/conv2", 1, 1, Activation::none);
  return graph_.add("Relu", {graph_.add("Add", {second, x})});
}

std::string Descriptor::halving(const std::string& x, const std::string& layer, std::int64_t added_channels,
                                bool pad_right) {
  const std::string first = convolution(x, layer + "/conv1", 2, 0, Activation::relu);
  std::string second = convolution(first, layer + "/conv2", 1, 1, Activation::none);
  std::string shortcut =
      graph_.add("AveragePool", {x}, {{"kernel_shape", Integers{2, 2}}, {"strides", Integers{2, 2}}});
  if (pad_right) second = graph_.add("Pad", {second, graph_.constant(integer_tensor({0, 0, 0, 0, 0, 0, 1, 1}))});
  if (added_channels > 0) {
    shortcut = graph_.add("Pad", {shortcut, graph_.constant(integer_tensor({0, 0, 0, 0, 0, added_channels, 0, 0}))});
  }
  return graph_.add("Relu", {graph_.add("Add", {second, shortcut})});
}

std::string Descriptor::matrix(const std::string& x, const std::string& layer, const Integers& shape) {
  return graph_.add("MatMul", {x, graph_.constant(weight(layer, shape))});
}

}  // namespace

Graph graph_from_weight_list(std::span<const std::uint8_t> manifest, std::span<const std::uint8_t> bytes) {
  const Weights weights = decode_weights(parse_json(manifest), bytes);
  Graph graph;
  graph.inputs.push_back({"input", {1, 3, 150, 150}, false});
  Descriptor net{graph, weights};
  std::string x = net.convolution("input", "conv32_down", 2, 0, Activation::relu);
  x = graph.add("MaxPool", {x}, {{"kernel_shape", Integers{3, 3}}, {"strides", Integers{2, 2}}});
  for (const char* layer : {"conv32_1", "conv32_2", "conv32_3"}) x = net.residual(x, layer);
  x = net.halving(x, "conv64_down", 32, false);
  for (const char* layer : {"conv64_1", "conv64_2", "conv64_3"}) x = net.residual(x, layer);
  x = net.halving(x, "conv128_down", 64, false);
  for (const char* layer : {"conv128_1", "conv128_2"}) x = net.residual(x, layer);
  x = net.halving(x, "conv256_down", 128, true);
  for (const char* layer : {"conv256_1", "conv256_2"}) x = net.residual(x, layer);
  x = net.halving(x, "conv256_down_out", 0, true);
  x = graph.add("ReduceMean", {x}, {{"axes", Integers{2, 3}}, {"keepdims", std::int64_t{0}}});
  graph.output(net.matrix(x, "fc", {256, 128}), "descriptor", {1, 128}, false);
  return graph;
}

}  // namespace regard::infer
