// A network on its way from a foreign format to ONNX: what importers build, and io writes. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/core.h"

namespace regard::infer {

/// Element types that importers know.
enum class Element { float32, int32, int64, boolean };

/// "float32", ...
[[nodiscard]] std::string_view element_name(Element element);

/// A constant tensor, row-major. `int32` and `boolean` values are kept in `integers` as well.
struct Tensor {
  Element element = Element::float32;
  std::vector<std::int64_t> shape;
  std::vector<float> floats;           ///< for float32
  std::vector<std::int64_t> integers;  ///< for the others

  [[nodiscard]] std::int64_t count() const;
};

[[nodiscard]] Tensor float_tensor(std::vector<std::int64_t> shape, std::vector<float> values);
[[nodiscard]] Tensor integer_tensor(std::vector<std::int64_t> values);  ///< int64, one dimension
/// Rearranges dimensions: result.shape[i] = tensor.shape[order[i]].
[[nodiscard]] Tensor transposed(const Tensor& tensor, std::span<const std::size_t> order);

using Attribute = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>>;
using Attributes = std::map<std::string, Attribute>;

/// One ONNX operator of opset 13.
struct Operation {
  std::string type;
  std::vector<std::string> inputs;  ///< "" stands for one that is left out
  std::vector<std::string> outputs;
  Attributes attributes;
};

/// An input or output; -1 stands for a dimension that may vary. Always float32.
struct Port {
  std::string name;
  std::vector<std::int64_t> shape;
  bool any_shape = false;  ///< for outputs whose shape is left to the runtime
};

/// A network. Values are named; names that importers make begin with '~'.
struct Graph {
  std::vector<Port> inputs;
  std::vector<Port> outputs;
  std::map<std::string, Tensor> constants;
  std::vector<Operation> operations;  ///< in an order in which every input is there before it is used

  /// Adds a constant and returns its name.
  [[nodiscard]] std::string constant(Tensor tensor);
  /// Adds an operation with one output and returns that output's name.
  [[nodiscard]] std::string add(std::string type, std::vector<std::string> inputs, Attributes attributes = {});
  /// Adds an operation with `count` outputs.
  [[nodiscard]] std::vector<std::string> add_many(std::string type, std::vector<std::string> inputs,
                                                  Attributes attributes, std::size_t count);
  /// Makes the value `from` an output called `name`, as float32.
  void output(const std::string& from, const std::string& name, std::vector<std::int64_t> shape, bool any_shape);

 private:
  [[nodiscard]] std::string fresh();
  std::uint64_t names_ = 0;
  std::int64_t elements_ = 0;
};

/// Thrown inside importers only; whoever calls one turns it into an Error.
struct ImportRefusal {
  ErrorKind kind{};
  std::string cause;
};

[[noreturn]] void refuse_corrupt(const std::string& cause);
[[noreturn]] void refuse_unsupported(const std::string& cause);

/// Product of dimensions. Throws ImportRefusal when one is negative or the product exceeds `most_elements`.
[[nodiscard]] std::int64_t checked_count(std::span<const std::int64_t> shape);
/// 128 million numbers in a tensor or network: half a gigabyte, far above the largest here (7 M).
inline constexpr std::int64_t most_elements = std::int64_t{1} << 27;

}  // namespace regard::infer
