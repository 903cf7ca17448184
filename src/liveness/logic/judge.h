// From what was seen to a verdict. Pure.
#pragma once

#include <span>

#include "liveness/liveness.h"

namespace regard::liveness {

/// The raw score at which a family of networks takes a face for a live one: chosen on dev data, see docs/numbers.md.
enum class Family { minifasnet, human };

/// How much is left of the networks' opinion after the cues: network * (1 - moire) * (1 - border), moved so that the
/// family's threshold lies at one half. Several observations of one track are averaged cue by cue first, the networks'
/// in the logarithm: one frame that is surely an attack outweighs several that look well.
[[nodiscard]] Liveness judge(std::span<const Observation> observations, Family family, const Options& options);

/// The geometric mean: every network may object. Empty: 0.
[[nodiscard]] float agreed(std::span<const float> opinions);

/// The border cue of the four sides' best edge, see border.h.
[[nodiscard]] float border_cue(float third_best_side);
/// The moire cue of the strongest peak, see moire.h.
[[nodiscard]] float moire_cue(float peak);

}  // namespace regard::liveness
