// One detection per thing: the best of those that overlap. Pure.
#pragma once

#include <span>
#include <vector>

#include "detect/detect.h"

namespace regard::detect {

/// Greedy non-maximum suppression: best score first, a detection is dropped when its overlap with a kept one of the
/// same kind and class is above `threshold`. Ties keep the order given. Costs n log n + kept * n.
[[nodiscard]] std::vector<Detection> suppress(const std::vector<Detection>& detections, float threshold);

/// A detection of one of several overlapping regions, in pixels of the frame.
struct RegionDetection {
  Detection detection;
  bool cut = false;  ///< touches the border of its region, so it may be a part of something; see is_cut
};

/// As `suppress`, for regions that overlap: whole detections come before cut ones, and a cut one is also dropped when
/// more than half of it lies in a kept one, so that nothing is counted twice on a seam.
[[nodiscard]] std::vector<Detection> merge_regions(std::vector<RegionDetection> detections, float threshold);

}  // namespace regard::detect
