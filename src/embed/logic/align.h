// Where a face has to lie for a network, and what to cut from a picture so that it does. Pure.
#pragma once

#include <array>
#include <optional>

#include "core/core.h"

namespace regard::embed {

/// Right eye, left eye, nose, right and left mouth corner. As OpenCV counts: (0, 0) is the centre of the first pixel.
using FivePoints = std::array<PixelPoint, 5>;

/// x' = a x - b y + x0, y' = b x + a y + y0: rotation, uniform scale and shift.
struct Similarity {
  float a = 1;
  float b = 0;
  float x0 = 0;
  float y0 = 0;
  [[nodiscard]] PixelPoint operator()(PixelPoint p) const { return {a * p.x - b * p.y + x0, b * p.x + a * p.y + y0}; }
  [[nodiscard]] float scale() const;
  /// The way back; the scale must not be 0.
  [[nodiscard]] Similarity inverse() const;
};

/// The similarity that takes `from` nearest to `to` in the sense of least squares. Umeyama, "Least-squares estimation
/// of transformation parameters between two point patterns", IEEE PAMI 13(4), 1991; in the plane and without
/// reflection it has this closed form. Empty when `from` is one point or not finite.
[[nodiscard]] std::optional<Similarity> align(const FivePoints& from, const FivePoints& to);

/// What to ask of a picture so that one bilinear warp gives the aligned face.
struct Crop {
  PixelBox region;    ///< of the picture, from a whole pixel; may reach outside
  Size size;          ///< in which to cut it: its own, or smaller when the face is large
  Similarity to_net;  ///< from pixels of the cut to pixels of the network's input
};

/// The crop for a square input of `side` pixels, given where the picture's pixels go. The cut is never enlarged, and
/// not more than twice as fine as the input, which is what one bilinear warp can shrink without skipping pixels.
[[nodiscard]] Crop plan_crop(const Similarity& to_input, int side);

/// Where the five points lie in the input of each family of networks, in pixels of an input of their usual side.
[[nodiscard]] const FivePoints& retail_template();      ///< face-reidentification-retail-0095, 128 pixels
[[nodiscard]] const FivePoints& arcface_template();     ///< ArcFace, 112 pixels: MobileFaceNet, LightQNet
[[nodiscard]] const FivePoints& descriptor_template();  ///< the dlib face descriptor, 150 pixels

/// `points` of an input of `side` pixels, moved away from its middle by `factor`: a tighter crop when above 1.
[[nodiscard]] FivePoints tightened(const FivePoints& points, int side, float factor);

}  // namespace regard::embed
