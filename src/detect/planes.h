// Pixels as a network wants them: one plane of floats per colour. Pure.
#pragma once

#include <array>
#include <span>

#include "core/core.h"

namespace regard::detect {

enum class ColourOrder { bgr, rgb };

/// value = pixel * scale + offset, per plane in the order of the planes.
struct PlaneOptions {
  ColourOrder order = ColourOrder::bgr;
  std::array<float, 3> scale{1, 1, 1};
  std::array<float, 3> offset{0, 0, 0};
};

/// Writes `picture` into the top left corner of three planes of `size` floats each, one after the other; what the
/// picture does not cover is 0. `planes` holds exactly 3 * size.width * size.height floats; `size` is at least that of
/// the picture.
void fill_planes(const BgrView& picture, Size size, const PlaneOptions& options, std::span<float> planes);

}  // namespace regard::detect
