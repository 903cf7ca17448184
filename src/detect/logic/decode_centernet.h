// What CenterNet's output means: a tensor to objects in pixels of the network's input. Pure.
#pragma once

#include <span>
#include <vector>

#include "detect/detect.h"

namespace regard::detect {

/// Numbers in a row: x1, y1, x2, y2 in pixels of the input, score, class 0..79 in COCO order without gaps.
inline constexpr int centernet_values = 6;

/// Objects of `classes` (sorted) with a score of at least `threshold`, in the order of the rows. Class 0 becomes a
/// person. A row whose class is none of the 80 is not an object.
/// Source: Zhou et al., "Objects as Points", 2019; the network searches the peaks itself, so that
/// nothing is left to suppress within one run.
[[nodiscard]] std::vector<Detection> decode_centernet(std::span<const float> rows, std::span<const ObjectClass> classes,
                                                      float threshold);

}  // namespace regard::detect
