#include "detect/io/networks.h"
#include "detect/io/run.h"
#include "detect/logic/decode_centernet.h"
#include "detect/planes.h"

namespace regard::detect {
namespace {

constexpr int side_limit = 4096;
constexpr const char* output_name = "tower_0/detections";

/// RGB, 0..255: the mean and deviation are part of the graph.
constexpr PlaneOptions planes_of_centernet() {
  PlaneOptions options;
  options.order = ColourOrder::rgb;
  return options;
}

/// Side of the square input; 0 when the network is not this CenterNet. The name is looked at too, because rows of six
/// numbers are a common output that others fill in another order.
int centernet_side(const infer::Model& model) {
  if (model.inputs().size() != 1 || model.outputs().size() != 1) return 0;
  const std::vector<std::int64_t>& input = model.inputs()[0].shape;
  const infer::TensorSpec& output = model.outputs()[0];
  const bool fits = input.size() == 4 && input[1] == 3 && input[2] == input[3] && input[2] > 0 &&
                    input[2] <= side_limit && output.name == output_name && output.shape.size() == 3 &&
                    output.shape[0] == 1 && output.shape[2] == centernet_values;
  return fits ? static_cast<int>(input[2]) : 0;
}

class Centernet final : public ObjectNetwork {
 public:
  Centernet(std::shared_ptr<const infer::Model> model, int side) : model_{std::move(model)}, side_{side} {}

  [[nodiscard]] int side() const override { return side_; }

  [[nodiscard]] Result<std::vector<Detection>> find(const BgrImage& picture, std::span<const ObjectClass> classes,
                                                    float threshold) const override {
    const auto outputs = run_on(*model_, picture, {side_, side_}, planes_of_centernet());
    if (!outputs) return tl::unexpected{outputs.error()};
    const std::span<const float> rows = (*outputs)[output_name].values;
    if (rows.size() % centernet_values != 0) {
      return fail(ErrorKind::unsupported, "finding objects", "the network's output does not have the shape it declares",
                  "install the network anew: regard models install npm");
    }
    return decode_centernet(rows, classes, threshold);
  }

 private:
  std::shared_ptr<const infer::Model> model_;
  int side_;
};

}  // namespace

std::shared_ptr<const ObjectNetwork> as_centernet(const std::shared_ptr<const infer::Model>& model) {
  const int side = centernet_side(*model);
  if (side == 0) return nullptr;
  return std::make_shared<const Centernet>(model, side);
}

}  // namespace regard::detect
