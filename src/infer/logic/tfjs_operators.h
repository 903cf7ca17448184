// The operators of TensorFlow that TensorFlow.js models use here, each as ONNX operators. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "infer/logic/graph.h"
#include "infer/logic/tfjs_node.h"
#include "infer/logic/tfjs_weights.h"

namespace regard::infer {

/// A converted value: its name in the Graph, and its type, which some operators' meaning depends on.
struct Value {
  std::string name;
  Element element = Element::float32;
};

/// A conversion in progress. TensorFlow's images are [N,H,W,C]; ONNX's convolutions want [N,C,H,W], so those stand
/// between two transpositions. (ONNX Runtime moves and cancels transpositions that meet.)
class TfConversion {
 public:
  TfConversion(Graph& graph, const Weights& weights) : graph_{graph}, weights_{weights} {}

  /// Adds what `node` computes. Throws ImportRefusal: unsupported for operators and variants that are not known.
  void convert(const TfNode& node);
  /// A value that was converted before. Throws ImportRefusal when there is none.
  [[nodiscard]] const Value& value(const TfValue& of) const;

 private:
  using Convert = void (TfConversion::*)(const TfNode&);
  [[nodiscard]] static const std::map<std::string, Convert>& converters();

  void placeholder(const TfNode& node);
  void constant(const TfNode& node);
  void elementwise(const TfNode& node);
  void relu6(const TfNode& node);
  void leaky_relu(const TfNode& node);
  void prelu(const TfNode& node);
  void softmax(const TfNode& node);
  void equal(const TfNode& node);
  void squared_difference(const TfNode& node);
  void floor_division(const TfNode& node);
  void floor_modulo(const TfNode& node);
  void cast(const TfNode& node);
  void convolution(const TfNode& node);
  void pooling(const TfNode& node);
  void matrix_product(const TfNode& node);
  void mean(const TfNode& node);
  void resize(const TfNode& node);
  void pad(const TfNode& node);
  void reshape(const TfNode& node);
  void expand(const TfNode& node);
  void squeeze(const TfNode& node);
  void concatenate(const TfNode& node);
  void stack(const TfNode& node);
  void unstack(const TfNode& node);
  void strided_slice(const TfNode& node);
  void gather(const TfNode& node);
  void gather_points(const TfNode& node);
  void top(const TfNode& node);
  void arg_max(const TfNode& node);

  [[nodiscard]] const Value& input(const TfNode& node, std::size_t index) const;
  /// The weight that input `index` is; what decides shapes must be known when importing.
  [[nodiscard]] const Tensor& weight(const TfNode& node, std::size_t index) const;
  [[nodiscard]] std::vector<std::int64_t> whole_numbers(const TfNode& node, std::size_t index) const;
  [[nodiscard]] std::int64_t whole_number(const TfNode& node, std::size_t index) const;
  void result(const TfNode& node, std::string name, Element element, int port = 0);
  [[nodiscard]] std::string to_type(const std::string& name, Element element);
  [[nodiscard]] std::string channels_first(const std::string& name);
  [[nodiscard]] std::string channels_last(const std::string& name);
  [[nodiscard]] std::string scalar(float number);
  [[nodiscard]] std::string activated(const TfNode& node, const std::string& name, const std::string& activation);
  /// Bias and activations that TensorFlow folded into a convolution or matrix product.
  [[nodiscard]] std::string fused(const TfNode& node, std::string name, bool bias_is_there);

  Graph& graph_;
  const Weights& weights_;
  std::map<TfValue, Value> values_;
  std::map<std::string, const Tensor*> constants_;  ///< Const nodes, also seen through Identity
};

}  // namespace regard::infer
