#include "liveness/io/networks.h"

#include <algorithm>

#include "detect/planes.h"
#include "liveness/logic/region.h"

namespace regard::liveness {
namespace {

bool has_shape(const infer::Model& model, std::int64_t side, std::int64_t values) {
  if (model.inputs().size() != 1 || model.outputs().size() != 1) return false;
  const std::vector<std::int64_t>& in = model.inputs()[0].shape;
  const std::vector<std::int64_t>& out = model.outputs()[0].shape;
  return in.size() == 4 && in[0] <= 1 && in[1] == 3 && in[2] == side && in[3] == side && out.size() == 2 &&
         out[1] == values;
}

/// How a network wants to be fed and which of its outputs says "live".
struct Feeding {
  int side;
  float factor;
  bool inside;  ///< the region is moved inside the picture, and keeps the box's ratio
  detect::PlaneOptions planes;
  std::size_t live;
  std::size_t values;
};

class Square final : public LiveNetwork {
 public:
  Square(std::shared_ptr<const infer::Model> model, const Feeding& feeding)
      : model_{std::move(model)}, feeding_{feeding} {}

  [[nodiscard]] Result<float> look(const capture::Picture& picture, const PixelBox& face) const override {
    const PixelBox region =
        feeding_.inside ? widened_inside(face, feeding_.factor, picture.size()) : square_about(face, feeding_.factor);
    const Size size{feeding_.side, feeding_.side};
    const BgrImage crop = picture.cut(region, size);
    std::vector<float> planes(3 * static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height));
    detect::fill_planes(crop.view(), size, feeding_.planes, planes);
    const auto outputs = model_->run({model_->inputs()[0].name, {1, 3, size.height, size.width}, planes});
    if (!outputs) return tl::unexpected{outputs.error()};
    const std::span<const float> values = outputs->all()[0].values;
    if (values.size() != feeding_.values) {
      return fail(ErrorKind::unsupported, "judging liveness", "the network gave another number of values than declared",
                  "choose another network");
    }
    return std::clamp(values[feeding_.live], 0.0F, 1.0F);
  }

 private:
  std::shared_ptr<const infer::Model> model_;
  Feeding feeding_;
};

// models/*.toml says the same, network by network.
constexpr detect::PlaneOptions bgr_bytes{};
constexpr detect::PlaneOptions rgb_fractions{detect::ColourOrder::rgb, {1 / 255.0F, 1 / 255.0F, 1 / 255.0F}, {0, 0, 0}};
constexpr Feeding minifasnet_v2{80, 2.7F, true, bgr_bytes, 1, 3};
constexpr Feeding minifasnet_v1se{80, 4.0F, true, bgr_bytes, 1, 3};
constexpr Feeding antispoof{128, 1.3F, false, rgb_fractions, 0, 1};
constexpr Feeding liveness_32{32, 1.3F, false, rgb_fractions, 0, 2};

}  // namespace

bool is_minifasnet(const infer::Model& model) { return has_shape(model, 80, 3); }

Result<std::vector<std::shared_ptr<const LiveNetwork>>> as_live_networks(
    const std::vector<std::shared_ptr<const infer::Model>>& models) {
  const std::string doing = "setting up liveness";
  if (models.empty()) {
    return fail(ErrorKind::invalid_input, doing, "there is no network", "run `regard models install`");
  }
  std::vector<std::shared_ptr<const LiveNetwork>> networks;
  int minifasnets = 0;
  for (const auto& model : models) {
    CHECK(model != nullptr);
    const Feeding* feeding = nullptr;
    // The twins look alike from outside; the first is V2, as the ranks of their manifests say.
    if (is_minifasnet(*model)) feeding = minifasnets++ == 0 ? &minifasnet_v2 : &minifasnet_v1se;
    if (has_shape(*model, 128, 1)) feeding = &antispoof;
    if (has_shape(*model, 32, 2)) feeding = &liveness_32;
    if (feeding == nullptr || minifasnets > 2) {
      return fail(ErrorKind::unsupported, doing, "a network is none that is known",
                  "choose minifasnet-v2 and minifasnet-v1se, or liveness and antispoof of the npm pack");
    }
    networks.push_back(std::make_shared<const Square>(model, *feeding));
  }
  return networks;
}

}  // namespace regard::liveness
