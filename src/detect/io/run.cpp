#include "detect/io/run.h"

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

}  // namespace regard::detect
