#include <algorithm>
#include <array>
#include <numeric>

#include "detect/io/run.h"
#include "detect/logic/clothing.h"
#include "detect/logic/decode.h"
#include "detect/logic/planes.h"

namespace regard::detect {
namespace {

constexpr std::array strides{8, 16, 32, 64};
constexpr int side_limit = 4096;
constexpr int tiles_limit = 8;
constexpr std::int64_t distance_count = 4 * picodet_bins;

const char* const doing = "setting up the object detector";

/// RGB, 0..255, by the mean and deviation of ImageNet, as in PaddleDetection's PicoDet configuration (NormalizeImage).
constexpr PlaneOptions planes_of_picodet() {
  constexpr std::array mean{123.675F, 116.28F, 103.53F};
  constexpr std::array deviation{58.395F, 57.12F, 57.375F};
  PlaneOptions options;
  options.order = ColourOrder::rgb;
  for (std::size_t c = 0; c < 3; ++c) {
    options.scale[c] = 1 / deviation[c];
    options.offset[c] = -mean[c] / deviation[c];
  }
  return options;
}

int grid(int side, int stride) { return (side + stride - 1) / stride; }

/// Side of the square input; 0 when the network is not a PicoDet. Outputs are told apart by shape, their names vary.
int picodet_side(const infer::Model& model) {
  if (model.inputs().size() != 1 || model.outputs().size() != 2 * strides.size()) return 0;
  const std::vector<std::int64_t>& input = model.inputs()[0].shape;
  if (input.size() != 4 || input[1] != 3 || input[2] != input[3] || input[2] < strides.back() || input[2] > side_limit)
    return 0;
  const int side = static_cast<int>(input[2]);
  for (const int stride : strides) {
    for (const std::int64_t width : {std::int64_t{object_class_count}, distance_count}) {
      const std::vector<std::int64_t> shape{1, std::int64_t{grid(side, stride)} * grid(side, stride), width};
      const auto count = std::count_if(model.outputs().begin(), model.outputs().end(),
                                       [&](const infer::TensorSpec& spec) { return spec.shape == shape; });
      if (count != 1) return 0;
    }
  }
  return side;
}

Result<void> check_options(const ObjectOptions& options) {
  const bool fits = options.threshold.value > 0 && options.threshold.value <= 1 && options.suppression >= 0 &&
                    options.suppression <= 1 && options.tiles >= 1 && options.tiles <= tiles_limit;
  if (fits) return {};
  return fail(ErrorKind::invalid_input, doing, "an option is out of range",
              "threshold 0..1, suppression 0..1, tiles 1..8");
}

std::span<const float> output_of_shape(const infer::Outputs& outputs, std::int64_t cells, std::int64_t width) {
  for (const infer::TensorView& view : outputs.all()) {
    if (view.shape.size() == 3 && view.shape[1] == cells && view.shape[2] == width) return view.values;
  }
  return {};
}

Result<std::vector<PicodetLevel>> levels_of(const infer::Outputs& outputs, int side) {
  std::vector<PicodetLevel> levels;
  for (const int stride : strides) {
    const int cells = grid(side, stride);
    const std::int64_t count = std::int64_t{cells} * cells;
    const PicodetLevel level{stride, cells, cells, output_of_shape(outputs, count, object_class_count),
                             output_of_shape(outputs, count, distance_count)};
    if (level.scores.empty() || level.distances.empty()) {
      return fail(ErrorKind::unsupported, "finding objects", "the network's output does not have the shape it declares",
                  "choose a PicoDet, such as picodet_s_416_coco.onnx");
    }
    levels.push_back(level);
  }
  return levels;
}

Result<std::vector<Detection>> run_network(const infer::Model& model, const BgrImage& picture,
                                           std::span<const ObjectClass> classes, float threshold) {
  const Size input = picture.size();
  const std::span<float> planes =
      input_buffer(3 * static_cast<std::size_t>(input.width) * static_cast<std::size_t>(input.height));
  fill_planes(picture.view(), input, planes_of_picodet(), planes);
  const auto outputs = model.run({model.inputs()[0].name, {1, 3, input.height, input.width}, planes});
  if (!outputs) return tl::unexpected{outputs.error()};
  const auto levels = levels_of(*outputs, input.width);
  if (!levels) return tl::unexpected{levels.error()};
  return decode_picodet(*levels, classes, threshold);
}

}  // namespace

ObjectDetector::ObjectDetector(std::shared_ptr<const infer::Model> model, const ObjectOptions& options, int side)
    : model_{std::move(model)}, options_{options}, side_{side} {}

Result<ObjectDetector> ObjectDetector::create(std::shared_ptr<const infer::Model> model, const ObjectOptions& options) {
  CHECK(model != nullptr);
  const int side = picodet_side(*model);
  if (side == 0) {
    return fail(ErrorKind::unsupported, doing, describe(*model),
                "choose a PicoDet of the 80 COCO classes, such as picodet_s_416_coco.onnx");
  }
  if (auto fits = check_options(options); !fits) return pass_on(std::move(fits));
  return ObjectDetector{std::move(model), options, side};
}

Result<std::vector<Detection>> ObjectDetector::detect(const capture::Picture& picture, const Wanted& wanted) const {
  const std::vector<ObjectClass> classes = object_classes(wanted);
  if (classes.empty()) return std::vector<Detection>{};
  auto objects = look_at(picture, {options_.tiles, options_.suppression,
                                   [&](Size) {
                                     return Size{side_, side_};
                                   },
                                   [&](const BgrImage& pixels) {
                                     return run_network(*model_, pixels, classes, options_.threshold.value);
                                   }});
  if (!objects) return objects;
  for (Detection& object : *objects) {
    if (object.kind == Kind::person) object.clothing = clothing_of(picture.cut(object.box, clothing_sample).view());
  }
  return objects;
}

}  // namespace regard::detect
