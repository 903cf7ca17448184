// Which part of a picture a network looks at. Pure.
#pragma once

#include "core/core.h"

namespace regard::liveness {

/// `face` widened about its centre by `factor`, less when the picture is too small for that, and moved inside it. Its
/// sides keep their ratio. Source: Silent-Face-Anti-Spoofing, generate_patches.py.
[[nodiscard]] PixelBox widened_inside(const PixelBox& face, float factor, Size picture);

/// A square about the centre of `face`, `factor` times its longer side; may reach outside the picture.
[[nodiscard]] PixelBox square_about(const PixelBox& face, float factor);

}  // namespace regard::liveness
