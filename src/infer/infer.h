// infer: networks. Tensors in, tensors out; packs, checksums and importers are in infer/packs.h and infer/importers.h.
// Below the row: it knows nothing of faces or cameras.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/core.h"

namespace regard::infer {

/// A borrowed float tensor, row-major. Valid while its owner lives.
struct TensorView {
  std::string_view name;
  std::vector<std::int64_t> shape;
  std::span<const float> values;  ///< as many as the product of `shape`
};

/// A tensor's declared name and shape; -1 stands for a dimension that may vary.
struct TensorSpec {
  std::string name;
  std::vector<std::int64_t> shape;
};

/// Where a network is executed. `cpu` always exists; the others when the ONNX Runtime library offers them.
enum class Provider { cpu, cuda, openvino, coreml };

/// Whether a network's operators are rewritten into cheaper ones that compute the same (to rounding) when it is loaded.
enum class Operators { simplified, as_exported };

struct ModelOptions {
  Provider provider = Provider::cpu;
  int threads = 1;  ///< within one run; at least 1
  Operators operators = Operators::simplified;
};

/// The results of one run. Owns its tensors; confined to one thread.
class Outputs {
 public:
  Outputs();
  Outputs(Outputs&&) noexcept;
  Outputs& operator=(Outputs&&) noexcept;
  ~Outputs();

  [[nodiscard]] std::span<const TensorView> all() const;
  /// The tensor of that name; it must be one of the model's outputs (Model::outputs()).
  [[nodiscard]] const TensorView& operator[](std::string_view name) const;

 private:
  friend class Model;
  struct State;
  explicit Outputs(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// One loaded network. Immutable: `run` may be called from several threads at once.
class Model {
 public:
  /// Loads an ONNX file. Errors: not_found, corrupt (not a network), unsupported (provider not in this library, or a
  /// network whose inputs and outputs are not all float).
  [[nodiscard]] static Result<Model> open(const std::filesystem::path& file, const ModelOptions& options = {});
  /// Loads an ONNX network from memory; `name` is used in errors.
  [[nodiscard]] static Result<Model> open(std::span<const std::uint8_t> onnx, const std::string& name,
                                          const ModelOptions& options = {});

  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;
  ~Model();

  [[nodiscard]] std::span<const TensorSpec> inputs() const;
  [[nodiscard]] std::span<const TensorSpec> outputs() const;

  /// Runs the network once. `inputs` are matched by name; every declared input must be given.
  /// Errors: invalid_input (a name or shape that the network does not take), unavailable (the runtime failed).
  [[nodiscard]] Result<Outputs> run(std::span<const TensorView> inputs) const;
  /// The same for a network with one input.
  [[nodiscard]] Result<Outputs> run(const TensorView& input) const;

  /// Runs once on zeros, varying dimensions taken as 1 for the first and `side` for the others, so that the first real
  /// run is not slow.
  [[nodiscard]] Result<void> warm_up(std::int64_t side = 320) const;

 private:
  struct State;
  explicit Model(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The providers that the linked ONNX Runtime offers, `cpu` first.
[[nodiscard]] std::vector<Provider> available_providers();
/// "cpu", "cuda", ...; Errors: invalid_input with the known names.
[[nodiscard]] Result<Provider> provider_from(std::string_view name);

}  // namespace regard::infer
