// A picture of a face that is held before the camera instead of the face: printed on paper, or played on a screen.
#pragma once

#include <string_view>

#include "cast/cast.h"
#include "cast/logic/raster.h"

namespace regard::cast {

/// The sheet or tablet at one moment.
struct Medium {
  Transform place;  ///< takes its own plane (x to the right, y up, facing z) into the world
  Vec2 half;        ///< metres
  float bend = 0;   ///< how far the middle of a sheet comes forward, metres
  Vec2 border;      ///< share of the half sizes that is border
};

/// What is shown on the medium: this size, upright.
inline constexpr Size shown_size{480, 640};

/// `attack` is "print" or "screen"; `seed` and `time` decide how the hand moves.
[[nodiscard]] Medium medium_at(std::string_view attack, std::uint64_t seed, double time);

/// The picture as it looks on paper or on a screen, with its border.
[[nodiscard]] Texture medium_texture(std::string_view attack, const BgrImage& shown, const Medium& medium);

void draw_medium(std::string_view attack, const Medium& medium, const Texture& texture, Vec3 hand, const Camera& camera,
                 Drawing& drawing);

/// The truth of the picture that is shown, moved to where the camera sees it.
[[nodiscard]] ActorTruth seen_on(const Medium& medium, const ActorTruth& shown, const Camera& camera, Size size);

}  // namespace regard::cast
