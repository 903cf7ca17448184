// The colours that somebody wears, coarsely, to tell two people of one picture apart for as long as they are followed.
// Pure.
#pragma once

#include "detect/detect.h"

namespace regard::detect {

/// The size at which a body's box is looked at.
inline constexpr Size clothing_sample{16, 48};

/// The colours of a body's box, cut and scaled to `clothing_sample`.
[[nodiscard]] Clothing clothing_of(const BgrView& body);

}  // namespace regard::detect
