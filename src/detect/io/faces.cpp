#include <algorithm>
#include <array>

#include "detect/io/run.h"
#include "detect/logic/decode.h"
#include "detect/logic/layout.h"
#include "detect/logic/planes.h"

namespace regard::detect {
namespace {

constexpr std::array strides{8, 16, 32};
constexpr int largest_stride = strides.back();
constexpr int longest_side_limit = 8192;
constexpr int tiles_limit = 8;

const char* const doing = "setting up the face detector";

bool has_output(const infer::Model& model, const std::string& name, std::int64_t width) {
  return std::any_of(model.outputs().begin(), model.outputs().end(), [&](const infer::TensorSpec& spec) {
    return spec.name == name && spec.shape.size() == 3 && (spec.shape[2] == width || spec.shape[2] < 0);
  });
}

Result<void> check_model(const infer::Model& model) {
  bool fits = model.inputs().size() == 1 && model.inputs()[0].shape.size() == 4 && model.inputs()[0].shape[1] == 3 &&
              model.inputs()[0].shape[2] < 0 && model.inputs()[0].shape[3] < 0;
  for (const int stride : strides) {
    const std::string suffix = "_" + std::to_string(stride);
    fits = fits && has_output(model, "cls" + suffix, 1) && has_output(model, "obj" + suffix, 1) &&
           has_output(model, "bbox" + suffix, 4) && has_output(model, "kps" + suffix, 10);
  }
  if (fits) return {};
  return fail(ErrorKind::unsupported, doing, describe(model),
              "choose a YuNet with an input of varying size, such as yunet_n_dynamic.onnx");
}

Result<void> check_options(const FaceOptions& options) {
  const bool fits = options.threshold.value > 0 && options.threshold.value <= 1 && options.suppression >= 0 &&
                    options.suppression <= 1 && options.longest_side >= largest_stride &&
                    options.longest_side <= longest_side_limit && options.tiles >= 1 && options.tiles <= tiles_limit;
  if (fits) return {};
  return fail(ErrorKind::invalid_input, doing, "an option is out of range",
              "threshold 0..1, suppression 0..1, longest side 32..8192, tiles 1..8");
}

Result<std::vector<YunetLevel>> levels_of(const infer::Outputs& outputs, Size input) {
  std::vector<YunetLevel> levels;
  for (const int stride : strides) {
    const std::string suffix = "_" + std::to_string(stride);
    const YunetLevel level{stride,
                           input.width / stride,
                           input.height / stride,
                           outputs["cls" + suffix].values,
                           outputs["obj" + suffix].values,
                           outputs["bbox" + suffix].values,
                           outputs["kps" + suffix].values};
    const auto cells = static_cast<std::size_t>(level.columns) * static_cast<std::size_t>(level.rows);
    if (level.classes.size() != cells || level.objects.size() != cells || level.boxes.size() != 4 * cells ||
        level.points.size() != 10 * cells) {
      return fail(ErrorKind::unsupported, "finding faces", "the network's output does not cover its input",
                  "choose a YuNet, such as yunet_n_dynamic.onnx");
    }
    levels.push_back(level);
  }
  return levels;
}

Result<std::vector<Detection>> run_network(const infer::Model& model, const BgrImage& picture, float threshold) {
  const Size input = pad_to_multiple(picture.size(), largest_stride);
  const std::span<float> planes =
      input_buffer(3 * static_cast<std::size_t>(input.width) * static_cast<std::size_t>(input.height));
  fill_planes(picture.view(), input, {}, planes);
  const auto outputs = model.run({model.inputs()[0].name, {1, 3, input.height, input.width}, planes});
  if (!outputs) return tl::unexpected{outputs.error()};
  const auto levels = levels_of(*outputs, input);
  if (!levels) return tl::unexpected{levels.error()};
  return decode_yunet(*levels, threshold);
}

}  // namespace

FaceDetector::FaceDetector(std::shared_ptr<const infer::Model> model, const FaceOptions& options)
    : model_{std::move(model)}, options_{options} {}

Result<FaceDetector> FaceDetector::create(std::shared_ptr<const infer::Model> model, const FaceOptions& options) {
  CHECK(model != nullptr);
  if (auto fits = check_model(*model); !fits) return pass_on(std::move(fits));
  if (auto fits = check_options(options); !fits) return pass_on(std::move(fits));
  return FaceDetector{std::move(model), options};
}

Result<std::vector<Detection>> FaceDetector::detect(const capture::Picture& picture) const {
  return look_at(
      picture,
      {options_.tiles, options_.suppression, [&](Size region) { return shrink_to(region, options_.longest_side); },
       [&](const BgrImage& pixels) { return run_network(*model_, pixels, options_.threshold.value); }});
}

}  // namespace regard::detect
