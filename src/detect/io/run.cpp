#include "detect/io/run.h"

#include <algorithm>

namespace regard::detect {
namespace {

std::string describe(std::span<const infer::TensorSpec> specs) {
  std::string text;
  for (const infer::TensorSpec& spec : specs) {
    text += (text.empty() ? "" : ", ") + spec.name + " [";
    for (std::size_t i = 0; i < spec.shape.size(); ++i) text += (i ? "," : "") + std::to_string(spec.shape[i]);
    text += "]";
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace

std::span<float> input_buffer(std::size_t count) {
  thread_local std::vector<float> buffer;
  if (buffer.size() < count) buffer.resize(count);
  return {buffer.data(), count};
}

std::string describe(const infer::Model& model) {
  return "the network takes " + describe(model.inputs()) + " and gives " + describe(model.outputs());
}

std::ptrdiff_t count_outputs(const infer::Model& model, const std::vector<std::int64_t>& shape) {
  return std::count_if(model.outputs().begin(), model.outputs().end(),
                       [&](const infer::TensorSpec& spec) { return spec.shape == shape; });
}

std::span<const float> output_of(const infer::Outputs& outputs, const std::vector<std::int64_t>& shape) {
  for (const infer::TensorView& view : outputs.all()) {
    if (view.shape == shape) return view.values;
  }
  return {};
}

Result<infer::Outputs> run_on(const infer::Model& model, const BgrImage& picture, Size input,
                              const PlaneOptions& options) {
  const std::span<float> planes =
      input_buffer(3 * static_cast<std::size_t>(input.width) * static_cast<std::size_t>(input.height));
  fill_planes(picture.view(), input, options, planes);
  return model.run({model.inputs()[0].name, {1, 3, input.height, input.width}, planes});
}

}  // namespace regard::detect
