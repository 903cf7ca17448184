// Makes exported networks cheaper without changing what they compute.
#pragma once

#include <cstddef>
#include <string>

namespace regard::infer {

/// What `fuse_hard_swish` made of a network.
struct Fused {
  std::string onnx;       ///< the network, serialised
  std::size_t count = 0;  ///< activations that were rewritten
};

/// Rewrites x * clip(x + 3, 0, 6) / 6, which exporters spell with four operators, as x * HardSigmoid(x) with slope 1/6
/// and offset 1/2: the same function (Howard et al., "Searching for MobileNetV3", ICCV 2019, section 5.2) in two passes
/// over memory instead of four. What is not a network, or has no such activation, comes back as it was with count 0.
[[nodiscard]] Fused fuse_hard_swish(std::string onnx);

}  // namespace regard::infer
