#include <algorithm>
#include <array>

#include "detect/io/networks.h"
#include "detect/io/run.h"
#include "detect/logic/decode_blazeface.h"
#include "detect/logic/layout.h"
#include "detect/planes.h"

namespace regard::detect {
namespace {

constexpr Size input_size{blazeface_side, blazeface_side};

/// RGB, -1..1: MediaPipe, face_detection_back.pbtxt, ImageToTensorCalculator with output range -1..1.
constexpr PlaneOptions planes_of_blazeface() {
  constexpr float half = 127.5F;
  PlaneOptions options;
  options.order = ColourOrder::rgb;
  options.scale.fill(1 / half);
  options.offset.fill(-1);
  return options;
}

std::int64_t anchors_of(const BlazefaceGrid& grid) { return std::int64_t{grid.side} * grid.side * grid.per_cell; }

/// Outputs are told apart by shape: their names are those that a converter gave.
bool is_blazeface(const infer::Model& model) {
  const std::vector<std::int64_t> input{1, 3, blazeface_side, blazeface_side};
  if (model.inputs().size() != 1 || model.inputs()[0].shape != input ||
      model.outputs().size() != 2 * blazeface_grids.size())
    return false;
  return std::all_of(blazeface_grids.begin(), blazeface_grids.end(), [&](const BlazefaceGrid& grid) {
    return count_outputs(model, {1, anchors_of(grid), 1}) == 1 &&
           count_outputs(model, {1, anchors_of(grid), blazeface_values}) == 1;
  });
}

Result<std::vector<BlazefaceLevel>> levels_of(const infer::Outputs& outputs) {
  std::vector<BlazefaceLevel> levels;
  for (const BlazefaceGrid& grid : blazeface_grids) {
    const BlazefaceLevel level{grid.stride, grid.side, grid.per_cell, output_of(outputs, {1, anchors_of(grid), 1}),
                               output_of(outputs, {1, anchors_of(grid), blazeface_values})};
    if (level.scores.empty() || level.values.empty()) {
      return fail(ErrorKind::unsupported, "finding faces", "the network's output does not have the shape it declares",
                  "install the network anew: regard models install npm");
    }
    levels.push_back(level);
  }
  return levels;
}

class Blazeface final : public FaceNetwork {
 public:
  explicit Blazeface(std::shared_ptr<const infer::Model> model) : model_{std::move(model)} {}

  [[nodiscard]] Size size_for(Size region) const override { return fit_to(region, blazeface_side); }

  [[nodiscard]] Result<std::vector<Detection>> find(const BgrImage& picture, float threshold) const override {
    const auto outputs = run_on(*model_, picture, input_size, planes_of_blazeface());
    if (!outputs) return tl::unexpected{outputs.error()};
    const auto levels = levels_of(*outputs);
    if (!levels) return tl::unexpected{levels.error()};
    return decode_blazeface(*levels, threshold);
  }

 private:
  std::shared_ptr<const infer::Model> model_;
};

}  // namespace

std::shared_ptr<const FaceNetwork> as_blazeface(const std::shared_ptr<const infer::Model>& model) {
  if (!is_blazeface(*model)) return nullptr;
  return std::make_shared<const Blazeface>(model);
}

}  // namespace regard::detect
