// The one way from a picture to an aligned face.
#pragma once

#include "embed/embed.h"
#include "embed/logic/align.h"

namespace regard::embed {

/// The square of `side` pixels into which `to_input` takes the picture; black where the picture ends.
[[nodiscard]] BgrImage aligned_face(const capture::Picture& picture, const Similarity& to_input, int side);

}  // namespace regard::embed
