#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <utility>

#include "infer/infer.h"
#include "infer/io/simplify.h"

namespace regard::infer {
namespace {

Ort::Env& environment() {
  static Ort::Env env{ORT_LOGGING_LEVEL_FATAL, "regard"};
  return env;
}

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? "," : "") + std::to_string(shape[i]);
  return text + "]";
}

std::string_view provider_key(Provider provider) {
  switch (provider) {
    case Provider::cpu:
      return "CPUExecutionProvider";
    case Provider::cuda:
      return "CUDAExecutionProvider";
    case Provider::openvino:
      return "OpenVINOExecutionProvider";
    case Provider::coreml:
      return "CoreMLExecutionProvider";
  }
  return "";
}

constexpr std::array all_providers{std::pair{Provider::cpu, "cpu"}, std::pair{Provider::cuda, "cuda"},
                                   std::pair{Provider::openvino, "openvino"}, std::pair{Provider::coreml, "coreml"}};

std::string provider_name(Provider provider) {
  for (const auto& [known, name] : all_providers) {
    if (known == provider) return name;
  }
  return "?";
}

Result<Ort::SessionOptions> session_options(const ModelOptions& options, const std::string& name) {
  const std::vector<Provider> available = available_providers();
  if (std::find(available.begin(), available.end(), options.provider) == available.end()) {
    std::string offered;
    for (const Provider provider : available) offered += (offered.empty() ? "" : ", ") + provider_name(provider);
    return fail(ErrorKind::unsupported, "loading network " + name,
                "this ONNX Runtime library does not offer the provider " + provider_name(options.provider),
                "choose one of: " + offered);
  }
  Ort::SessionOptions session;
  session.SetIntraOpNumThreads(std::max(1, options.threads));
  session.SetInterOpNumThreads(1);
  session.SetExecutionMode(ORT_SEQUENTIAL);
  session.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  // Threads of a pool that wait by spinning burn the CPU that decoding needs.
  session.AddConfigEntry("session.intra_op.allow_spinning", "0");
  session.AddConfigEntry("session.inter_op.allow_spinning", "0");
  if (options.provider != Provider::cpu) {
    session.AppendExecutionProvider(provider_name(options.provider) == "cuda"       ? "CUDA"
                                    : provider_name(options.provider) == "openvino" ? "OpenVINO"
                                                                                    : "CoreML",
                                    {});
  }
  return session;
}

}  // namespace

struct Outputs::State {
  std::vector<Ort::Value> values;
  std::vector<TensorView> views;
};

Outputs::Outputs() : state_{std::make_unique<State>()} {}
Outputs::Outputs(std::unique_ptr<State> state) : state_{std::move(state)} {}
Outputs::Outputs(Outputs&&) noexcept = default;
Outputs& Outputs::operator=(Outputs&&) noexcept = default;
Outputs::~Outputs() = default;

std::span<const TensorView> Outputs::all() const { return state_->views; }

const TensorView& Outputs::operator[](std::string_view name) const {
  const auto found = std::find_if(state_->views.begin(), state_->views.end(),
                                  [&](const TensorView& view) { return view.name == name; });
  CHECK(found != state_->views.end());
  return *found;
}

struct Model::State {
  std::string name;
  Ort::Session session{nullptr};
  Ort::MemoryInfo memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  std::vector<TensorSpec> inputs;
  std::vector<TensorSpec> outputs;
  std::vector<const char*> input_names;
  std::vector<const char*> output_names;

  Result<void> describe();
  [[nodiscard]] Result<void> check(std::span<const TensorView> given) const;
};

Result<void> Model::State::describe() {
  Ort::AllocatorWithDefaultOptions allocator;
  const auto spec = [&](std::size_t index, bool input) -> Result<TensorSpec> {
    const Ort::TypeInfo type = input ? session.GetInputTypeInfo(index) : session.GetOutputTypeInfo(index);
    const auto text =
        input ? session.GetInputNameAllocated(index, allocator) : session.GetOutputNameAllocated(index, allocator);
    if (type.GetONNXType() != ONNX_TYPE_TENSOR ||
        type.GetTensorTypeAndShapeInfo().GetElementType() != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT) {
      return fail(ErrorKind::unsupported, "loading network " + name,
                  std::string{input ? "input " : "output "} + text.get() + " is not a float tensor",
                  "convert the network so that its inputs and outputs are float32");
    }
    return TensorSpec{text.get(), type.GetTensorTypeAndShapeInfo().GetShape()};
  };
  for (std::size_t i = 0; i < session.GetInputCount(); ++i) {
    auto one = spec(i, true);
    if (!one) return pass_on(std::move(one));
    inputs.push_back(std::move(*one));
  }
  for (std::size_t i = 0; i < session.GetOutputCount(); ++i) {
    auto one = spec(i, false);
    if (!one) return pass_on(std::move(one));
    outputs.push_back(std::move(*one));
  }
  for (const TensorSpec& one : inputs) input_names.push_back(one.name.c_str());
  for (const TensorSpec& one : outputs) output_names.push_back(one.name.c_str());
  return {};
}

Result<void> Model::State::check(std::span<const TensorView> given) const {
  const auto refuse = [&](const std::string& cause) {
    std::string takes;
    for (const TensorSpec& spec : inputs) takes += (takes.empty() ? "" : ", ") + spec.name + shape_text(spec.shape);
    return fail(ErrorKind::invalid_input, "running network " + name, cause, "it takes " + takes);
  };
  if (given.size() != inputs.size()) return refuse("got " + std::to_string(given.size()) + " inputs");
  for (const TensorSpec& spec : inputs) {
    const auto match =
        std::find_if(given.begin(), given.end(), [&](const TensorView& view) { return view.name == spec.name; });
    if (match == given.end()) return refuse("input " + spec.name + " is missing");
    bool fits = match->shape.size() == spec.shape.size();
    std::size_t count = 1;
    for (std::size_t d = 0; fits && d < spec.shape.size(); ++d) {
      fits = match->shape[d] > 0 && (spec.shape[d] < 0 || spec.shape[d] == match->shape[d]);
      count *= static_cast<std::size_t>(std::max<std::int64_t>(match->shape[d], 0));
    }
    if (!fits || count != match->values.size()) {
      return refuse("input " + spec.name + " has shape " + shape_text(match->shape) + " with " +
                    std::to_string(match->values.size()) + " values");
    }
  }
  return {};
}

Model::Model(std::unique_ptr<State> state) : state_{std::move(state)} {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

Result<Model> Model::open(const std::filesystem::path& file, const ModelOptions& options) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream || !std::filesystem::is_regular_file(file)) {
    return fail(ErrorKind::not_found, "loading network " + file.string(), "there is no such file, or it cannot be read",
                "run `regard models install`");
  }
  const std::string bytes{std::istreambuf_iterator<char>{stream}, {}};
  return open({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, file.string(), options);
}

Result<Model> Model::open(std::span<const std::uint8_t> onnx, const std::string& name, const ModelOptions& options) {
  auto session = session_options(options, name);
  if (!session) return pass_on(std::move(session));
  std::string bytes{reinterpret_cast<const char*>(onnx.data()), onnx.size()};
  if (options.operators == Operators::simplified) bytes = simplify(std::move(bytes)).onnx;
  auto state = std::make_unique<State>();
  state->name = std::filesystem::path{name}.filename().string();
  try {
    state->session = Ort::Session{environment(), bytes.data(), bytes.size(), *session};
  } catch (const Ort::Exception& failure) {
    return fail(ErrorKind::corrupt, "loading network " + name, failure.what(),
                "run `regard models verify`, then `regard models install`");
  }
  if (auto described = state->describe(); !described) return pass_on(std::move(described));
  return Model{std::move(state)};
}

std::span<const TensorSpec> Model::inputs() const { return state_->inputs; }
std::span<const TensorSpec> Model::outputs() const { return state_->outputs; }

Result<Outputs> Model::run(std::span<const TensorView> inputs) const {
  if (auto fits = state_->check(inputs); !fits) return pass_on(std::move(fits));
  std::vector<Ort::Value> values;
  values.reserve(inputs.size());
  for (const TensorSpec& spec : state_->inputs) {
    const TensorView& view =
        *std::find_if(inputs.begin(), inputs.end(), [&](const TensorView& v) { return v.name == spec.name; });
    // The runtime reads inputs only; its interface wants a mutable pointer.
    values.push_back(Ort::Value::CreateTensor<float>(state_->memory, const_cast<float*>(view.values.data()),
                                                     view.values.size(), view.shape.data(), view.shape.size()));
  }
  auto result = std::make_unique<Outputs::State>();
  try {
    result->values = state_->session.Run(Ort::RunOptions{nullptr}, state_->input_names.data(), values.data(),
                                         values.size(), state_->output_names.data(), state_->output_names.size());
  } catch (const Ort::Exception& failure) {
    return fail(ErrorKind::unavailable, "running network " + state_->name, failure.what(),
                "check the memory of this machine and run `regard models verify`");
  }
  for (std::size_t i = 0; i < result->values.size(); ++i) {
    const auto info = result->values[i].GetTensorTypeAndShapeInfo();
    result->views.push_back(
        {state_->outputs[i].name, info.GetShape(), {result->values[i].GetTensorData<float>(), info.GetElementCount()}});
  }
  return Outputs{std::move(result)};
}

Result<Outputs> Model::run(const TensorView& input) const { return run(std::span{&input, 1}); }

Result<void> Model::warm_up(std::int64_t side) const {
  std::vector<std::vector<float>> zeros;
  std::vector<TensorView> views;
  zeros.reserve(state_->inputs.size());
  for (const TensorSpec& spec : state_->inputs) {
    std::vector<std::int64_t> shape = spec.shape;
    for (std::size_t d = 0; d < shape.size(); ++d) {
      if (shape[d] < 0) shape[d] = d == 0 ? 1 : side;
    }
    const auto count = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>{});
    zeros.emplace_back(static_cast<std::size_t>(count), 0.0F);
    views.push_back({spec.name, std::move(shape), zeros.back()});
  }
  if (auto outputs = run(views); !outputs) return pass_on(std::move(outputs));
  return {};
}

std::vector<Provider> available_providers() {
  const std::vector<std::string> offered = Ort::GetAvailableProviders();
  std::vector<Provider> result;
  for (const auto& [provider, name] : all_providers) {
    if (std::find(offered.begin(), offered.end(), provider_key(provider)) != offered.end()) result.push_back(provider);
  }
  return result;
}

Result<Provider> provider_from(std::string_view name) {
  std::string known;
  for (const auto& [provider, spelling] : all_providers) {
    if (name == spelling) return provider;
    known += (known.empty() ? "" : ", ") + std::string{spelling};
  }
  return fail(ErrorKind::invalid_input, "reading the execution provider", "\"" + std::string{name} + "\" is not known",
              "choose one of: " + known);
}

}  // namespace regard::infer
