#include <algorithm>
#include <cmath>

#include "image/image.h"
#include "liveness/io/networks.h"
#include "liveness/liveness.h"
#include "liveness/logic/border.h"
#include "liveness/logic/judge.h"
#include "liveness/logic/moire.h"
#include "liveness/logic/region.h"

namespace regard::liveness {

struct Detector::State {
  std::vector<std::shared_ptr<const LiveNetwork>> networks;
  Family family = Family::minifasnet;
  Options options;
};

namespace {

/// The patch about the middle of the face in the picture's own pixels, moved inside it where it can be.
PixelBox patch_about(const PixelBox& face, Size picture) {
  const float x = std::round(face.x + face.width / 2) - moire_side / 2.0F;
  const float y = std::round(face.y + face.height / 2) - moire_side / 2.0F;
  return {std::clamp(x, 0.0F, std::max(0.0F, static_cast<float>(picture.width - moire_side))),
          std::clamp(y, 0.0F, std::max(0.0F, static_cast<float>(picture.height - moire_side))), moire_side, moire_side};
}

float look_for_moire(const capture::Picture& picture, const PixelBox& face) {
  const BgrImage patch = picture.cut(patch_about(face, picture.size()), {moire_side, moire_side});
  return moire_cue(strongest_peak(image::to_grey(patch.view())));
}

float look_for_border(const capture::Picture& picture, const PixelBox& face) {
  const PixelBox region = square_about(face, border_reach);
  const BgrImage around = picture.cut(region, {border_side, border_side});
  const float scale = border_side / region.width;
  const PixelBox seen{-region.x * scale, -region.y * scale, static_cast<float>(picture.size().width) * scale,
                      static_cast<float>(picture.size().height) * scale};
  return border_cue(border_of(straight_sides(image::to_grey(around.view()), seen)));
}

}  // namespace

Detector::Detector(std::shared_ptr<const State> state) : state_{std::move(state)} {}

Result<Detector> Detector::create(std::vector<std::shared_ptr<const infer::Model>> models, const Options& options) {
  auto networks = as_live_networks(models);
  if (!networks) return pass_on(std::move(networks));
  if (!(options.threshold > 0 && options.threshold <= 1)) {
    return fail(ErrorKind::invalid_input, "setting up liveness", "the threshold is out of range", "choose 0..1");
  }
  auto state = std::make_shared<State>();
  state->family = is_minifasnet(*models.front()) ? Family::minifasnet : Family::human;
  state->networks = std::move(*networks);
  state->options = options;
  return Detector{std::move(state)};
}

Result<Observation> Detector::look(const capture::Picture& picture, const detect::Detection& face) const {
  if (!(face.box.width >= 1 && face.box.height >= 1) || !std::isfinite(face.box.area())) {
    return fail(ErrorKind::invalid_input, "judging liveness", "the face has no area", "use another picture");
  }
  Observation observation;
  std::vector<float> opinions;
  for (const auto& network : state_->networks) {
    auto opinion = network->look(picture, face.box);
    if (!opinion) return pass_on(std::move(opinion));
    opinions.push_back(*opinion);
  }
  observation.network = agreed(opinions);
  observation.moire = look_for_moire(picture, face.box);
  observation.border = look_for_border(picture, face.box);
  return observation;
}

Liveness Detector::judge(const Observation& observation) const {
  return liveness::judge({&observation, 1}, state_->family, state_->options);
}

Liveness Detector::judge(const std::vector<Observation>& observations) const {
  return liveness::judge(observations, state_->family, state_->options);
}

}  // namespace regard::liveness
