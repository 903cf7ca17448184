// How well a thing can be seen in one frame. Pure.
#pragma once

#include <optional>

#include "track/track.h"

namespace regard::track {

/// Yaw and roll of a head in degrees from its five points; pitch is left 0, five points do not tell it.
[[nodiscard]] HeadPose pose_of(const FacePoints& points);

/// Quality 0..1 of a face for a later look: a product of size, pose, sharpness and exposure, so that one bad property
/// is not outweighed by good ones. Without points or appearance those factors count as middling.
[[nodiscard]] float face_quality(const PixelBox& box, const std::optional<FacePoints>& points,
                                 const std::optional<FaceAppearance>& appearance);

/// Quality 0..1 of a body or object: its size, its score and how much of it is inside the frame's margins.
[[nodiscard]] float body_quality(const PixelBox& box, Score score, Size frame);

}  // namespace regard::track
