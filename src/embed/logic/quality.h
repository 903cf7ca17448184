// When a face picture is good enough, and what to say when it is not. Pure.
#pragma once

#include <optional>

#include "embed/embed.h"

namespace regard::embed {

/// What was measured on one face; names and meaning as in ISO/IEC 29794-5.
struct Measures {
  float sharpness = 0;   ///< variance of the Laplacian of the face aligned to 112 pixels, over the variance of its luma
  float brightness = 0;  ///< mean luma of the face, 0..255
  float contrast = 0;    ///< standard deviation of its luma
  float eye_distance = 0;  ///< pixels of the picture between the eyes
  float roll = 0;          ///< degrees, of the line between the eyes
  float occlusion = 0;     ///< share of the face whose colour is not the face's, 0..1
  std::optional<float> yaw;
  std::optional<float> pitch;
  std::optional<float> network;  ///< of LightQNet, 0..1
};

/// Every measure with its limits, and advice where it is beyond them.
[[nodiscard]] Quality assess(const Measures& measures, Strictness strictness);

/// How far a component is from its nearest limit, as a share of that limit; negative when it is beyond.
[[nodiscard]] float margin_of(const QualityComponent& component);

/// The share of cells of a 112-pixel aligned face whose colour is far from the face's median colour: a hand, a mask, a
/// scarf. Beards and shadows change brightness more than colour and count little.
[[nodiscard]] float occlusion_of(const BgrImage& aligned);

/// Angle of the line between the eyes in degrees, positive clockwise in the image.
[[nodiscard]] float roll_of(const FacePoints& points);
[[nodiscard]] float eye_distance_of(const FacePoints& points);

}  // namespace regard::embed
