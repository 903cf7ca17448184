// What BlazeFace's outputs mean: tensors to faces in pixels of the network's input. Pure.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "detect/detect.h"

namespace regard::detect {

/// The anchors of one grid of BlazeFace: `per_cell` in the middle of each cell, cells row by row.
struct BlazefaceLevel {
  int stride = 0;
  int side = 0;                   ///< cells in a row and in a column
  int per_cell = 0;               ///< anchors
  std::span<const float> scores;  ///< one an anchor, before the sigmoid
  std::span<const float> values;  ///< blazeface_values an anchor
};
inline constexpr int blazeface_values = 16;

/// The grids of the back camera's network of 256 x 256: 896 anchors.
/// Source: MediaPipe, face_detection_back.pbtxt, SsdAnchorsCalculator (strides 16, 32, 32, 32, two anchors each).
struct BlazefaceGrid {
  int stride;
  int side;
  int per_cell;
};
inline constexpr std::array blazeface_grids{BlazefaceGrid{16, 16, 2}, BlazefaceGrid{32, 8, 6}};
inline constexpr int blazeface_side = 256;

/// Faces with a score of at least `threshold`, in the order of the anchors; several anchors see the same face.
///
/// The network's box begins at the brows. It is extended upwards by `forehead` of its height, so that it means what a
/// box of YuNet means, forehead to chin: blurring and the joining of faces to bodies count on that.
///
/// The network gives six points: eyes, nose, the middle of the mouth, ears. The mouth corners of FacePoints are
/// ESTIMATES: the mouth is taken to run parallel to the line of the eyes, each corner `mouth_half_width` of the
/// distance between the eyes from its middle. They are good for showing and for aligning; do not read a smile or a
/// turned head from them.
/// Source: Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs",
/// 2019; MediaPipe, TensorsToDetectionsCalculator with scale 256, no exponential on sizes, scores clipped at 100.
[[nodiscard]] std::vector<Detection> decode_blazeface(std::span<const BlazefaceLevel> levels, float threshold);

/// What a face reaches above the network's box, in heights of that box. On 329 faces of LFW in pictures of 330 x 250
/// pixels, found by YuNet at score .8 and by BlazeFace at .6, YuNet's box begins .182 of its height higher and ends
/// .008 lower; the network's box has .810 of its height: .182 / .810.
inline constexpr float forehead = 0.22F;

/// Half of the mouth's width, in distances between the eyes: that of a mean face, as in the template to which ArcFace
/// aligns (Deng et al., 2019; InsightFace, `arcface_dst`): mouth 29.18 pixels wide, eyes 35.24 apart.
inline constexpr float mouth_half_width = 0.5F * 29.18F / 35.24F;

/// Five points of the four that BlazeFace has in common with them; see decode_blazeface.
[[nodiscard]] FacePoints with_mouth_corners(PixelPoint right_eye, PixelPoint left_eye, PixelPoint nose,
                                            PixelPoint mouth);

}  // namespace regard::detect
