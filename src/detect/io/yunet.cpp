#include <algorithm>
#include <array>

#include "detect/io/networks.h"
#include "detect/io/run.h"
#include "detect/logic/decode.h"
#include "detect/logic/layout.h"
#include "detect/planes.h"

namespace regard::detect {
namespace {

constexpr std::array strides{8, 16, 32};
constexpr int largest_stride = strides.back();

bool has_output(const infer::Model& model, const std::string& name, std::int64_t width) {
  return std::any_of(model.outputs().begin(), model.outputs().end(), [&](const infer::TensorSpec& spec) {
    return spec.name == name && spec.shape.size() == 3 && (spec.shape[2] == width || spec.shape[2] < 0);
  });
}

bool is_yunet(const infer::Model& model) {
  bool fits = model.inputs().size() == 1 && model.inputs()[0].shape.size() == 4 && model.inputs()[0].shape[1] == 3 &&
              model.inputs()[0].shape[2] < 0 && model.inputs()[0].shape[3] < 0;
  for (const int stride : strides) {
    const std::string suffix = "_" + std::to_string(stride);
    fits = fits && has_output(model, "cls" + suffix, 1) && has_output(model, "obj" + suffix, 1) &&
           has_output(model, "bbox" + suffix, 4) && has_output(model, "kps" + suffix, 10);
  }
  return fits;
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

class Yunet final : public FaceNetwork {
 public:
  Yunet(std::shared_ptr<const infer::Model> model, int longest_side)
      : model_{std::move(model)}, longest_side_{longest_side} {}

  [[nodiscard]] Size size_for(Size region) const override { return shrink_to(region, longest_side_); }

  [[nodiscard]] Result<std::vector<Detection>> find(const BgrImage& picture, float threshold) const override {
    const Size input = pad_to_multiple(picture.size(), largest_stride);
    const auto outputs = run_on(*model_, picture, input, {});
    if (!outputs) return tl::unexpected{outputs.error()};
    const auto levels = levels_of(*outputs, input);
    if (!levels) return tl::unexpected{levels.error()};
    return decode_yunet(*levels, threshold);
  }

 private:
  std::shared_ptr<const infer::Model> model_;
  int longest_side_;
};

}  // namespace

std::shared_ptr<const FaceNetwork> as_yunet(const std::shared_ptr<const infer::Model>& model, int longest_side) {
  if (!is_yunet(*model)) return nullptr;
  return std::make_shared<const Yunet>(model, longest_side);
}

}  // namespace regard::detect
