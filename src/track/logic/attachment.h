// Which body a face belongs to. Pure.
#pragma once

#include <span>
#include <vector>

#include "track/track.h"

namespace regard::track {

struct AttachedBox {
  TrackId id;
  PixelBox box;
  TrackId body;  ///< of a face: the body it has belonged to so far
};

/// For each face the body it belongs to, zero when none: the face lies in the upper part of the body's box, each body
/// has at most one face, and a face stays with its body while that still holds.
[[nodiscard]] std::vector<TrackId> attach(std::span<const AttachedBox> faces, std::span<const AttachedBox> bodies);

}  // namespace regard::track
