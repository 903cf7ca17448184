#include <algorithm>
#include <array>

#include "detect/io/networks.h"
#include "detect/io/run.h"
#include "detect/logic/decode.h"
#include "detect/planes.h"

namespace regard::detect {
namespace {

constexpr std::array strides{8, 16, 32, 64};
constexpr int side_limit = 4096;
constexpr std::int64_t distance_count = 4 * picodet_bins;

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

std::int64_t cells_of(int side, int stride) { return std::int64_t{grid(side, stride)} * grid(side, stride); }

/// Side of the square input; 0 when the network is not a PicoDet. Outputs are told apart by shape, their names vary.
int picodet_side(const infer::Model& model) {
  if (model.inputs().size() != 1 || model.outputs().size() != 2 * strides.size()) return 0;
  const std::vector<std::int64_t>& input = model.inputs()[0].shape;
  if (input.size() != 4 || input[1] != 3 || input[2] != input[3] || input[2] < strides.back() || input[2] > side_limit)
    return 0;
  const int side = static_cast<int>(input[2]);
  for (const int stride : strides) {
    for (const std::int64_t width : {std::int64_t{object_class_count}, distance_count}) {
      if (count_outputs(model, {1, cells_of(side, stride), width}) != 1) return 0;
    }
  }
  return side;
}

Result<std::vector<PicodetLevel>> levels_of(const infer::Outputs& outputs, int side) {
  std::vector<PicodetLevel> levels;
  for (const int stride : strides) {
    const int cells = grid(side, stride);
    const std::int64_t count = cells_of(side, stride);
    const PicodetLevel level{stride, cells, cells, output_of(outputs, {1, count, object_class_count}),
                             output_of(outputs, {1, count, distance_count})};
    if (level.scores.empty() || level.distances.empty()) {
      return fail(ErrorKind::unsupported, "finding objects", "the network's output does not have the shape it declares",
                  "choose a PicoDet, such as picodet_s_416_coco.onnx");
    }
    levels.push_back(level);
  }
  return levels;
}

class Picodet final : public ObjectNetwork {
 public:
  Picodet(std::shared_ptr<const infer::Model> model, int side) : model_{std::move(model)}, side_{side} {}

  [[nodiscard]] int side() const override { return side_; }

  [[nodiscard]] Result<std::vector<Detection>> find(const BgrImage& picture, std::span<const ObjectClass> classes,
                                                    float threshold) const override {
    const auto outputs = run_on(*model_, picture, {side_, side_}, planes_of_picodet());
    if (!outputs) return tl::unexpected{outputs.error()};
    const auto levels = levels_of(*outputs, side_);
    if (!levels) return tl::unexpected{levels.error()};
    return decode_picodet(*levels, classes, threshold);
  }

 private:
  std::shared_ptr<const infer::Model> model_;
  int side_;
};

}  // namespace

std::shared_ptr<const ObjectNetwork> as_picodet(const std::shared_ptr<const infer::Model>& model) {
  const int side = picodet_side(*model);
  if (side == 0) return nullptr;
  return std::make_shared<const Picodet>(model, side);
}

}  // namespace regard::detect
