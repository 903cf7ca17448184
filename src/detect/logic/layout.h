// Where a picture lies in a network's input, and the way back. Pure.
#pragma once

#include <vector>

#include "core/core.h"
#include "detect/detect.h"

namespace regard::detect {

/// A part of the frame as one run of a network sees it.
struct View {
  PixelBox region;  ///< in pixels of the frame
  Size content;     ///< the region's size in the network's input, from its top left corner
};

/// `size` scaled so that its longer side is at most `longest_side`; never enlarged, each side at least 1.
[[nodiscard]] Size shrink_to(Size size, int longest_side);

/// `size` scaled so that its longer side is `side`, larger or smaller, each side at least 1.
[[nodiscard]] Size fit_to(Size size, int side);

/// `size` with both sides rounded up to a multiple of `step`.
[[nodiscard]] Size pad_to_multiple(Size size, int step);

/// The whole frame and, when `tiles` > 1, `tiles` x `tiles` regions of equal size that overlap by a fifth of their side
/// and cover it.
[[nodiscard]] std::vector<PixelBox> plan_regions(Size frame, int tiles);

/// `detection`, found in the input of `view`, in pixels of the frame.
[[nodiscard]] Detection to_frame(const Detection& detection, const View& view);

/// Whether `box` touches a border of `region` that is not a border of the frame, so that it may be only a part of what
/// it shows.
[[nodiscard]] bool is_cut(const PixelBox& box, const PixelBox& region, Size frame);

}  // namespace regard::detect
