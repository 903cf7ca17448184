// A conversion of one OpenVINO network in progress: what graph_from_ir uses. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "infer/logic/openvino_ir.h"

namespace regard::infer {

class IrConversion {
 public:
  IrConversion(const IrNetwork& network, std::span<const std::uint8_t> weights, Graph& graph);
  /// Converts every layer. Throws ImportRefusal.
  void run();

 private:
  using Convert = void (IrConversion::*)(const IrLayer&);
  [[nodiscard]] static const std::map<std::string, Convert>& converters();
  [[nodiscard]] std::vector<const IrLayer*> in_order() const;

  void parameter(const IrLayer& layer);
  void constant(const IrLayer& layer);
  void converted_type(const IrLayer& layer);
  void shape_of(const IrLayer& layer);
  void gather(const IrLayer& layer);
  void concatenate(const IrLayer& layer);
  void arithmetic(const IrLayer& layer);
  void activation(const IrLayer& layer);
  void parametric_relu(const IrLayer& layer);
  void softmax(const IrLayer& layer);
  void convolution(const IrLayer& layer);
  void group_convolution(const IrLayer& layer);
  void pooling(const IrLayer& layer);
  void normalization(const IrLayer& layer);
  void mean(const IrLayer& layer);
  void reshape(const IrLayer& layer);
  void transpose(const IrLayer& layer);
  void matrix_product(const IrLayer& layer);
  void result(const IrLayer& layer);

  [[nodiscard]] const IrSource& source(const IrLayer& layer, std::size_t input) const;
  [[nodiscard]] const IrPort& input(const IrLayer& layer, std::size_t index) const;
  [[nodiscard]] const IrPort& output(const IrLayer& layer) const;
  [[nodiscard]] bool is_constant(const IrLayer& layer, std::size_t input) const;
  [[nodiscard]] const Tensor& tensor(const IrLayer& layer, std::size_t input) const;
  [[nodiscard]] std::vector<std::int64_t> integers(const IrLayer& layer, std::size_t input) const;
  /// The Graph's name for the value at an input; constants enter the Graph on first use.
  [[nodiscard]] std::string value(const IrLayer& layer, std::size_t input);
  void set(const IrLayer& layer, std::string name);
  void set(const IrLayer& layer, Tensor tensor);
  [[nodiscard]] Attributes window(const IrLayer& layer) const;  ///< strides and padding
  [[nodiscard]] std::string variance_scaled(const IrLayer& layer, const std::string& centred,
                                            const std::vector<std::int64_t>& axes);

  const IrNetwork& network_;
  std::span<const std::uint8_t> weights_;
  Graph& graph_;
  std::map<std::string, const IrLayer*> layers_;
  std::map<IrSource, Tensor> constants_;
  std::map<IrSource, std::string> names_;
};

}  // namespace regard::infer
