// Makes exported networks cheaper without changing what they compute.
#pragma once

#include <cstddef>
#include <string>

namespace onnx {
class GraphProto;
class ModelProto;
}  // namespace onnx

namespace regard::infer {

/// What `simplify` made of a network.
struct Simplified {
  std::string onnx;             ///< the network, serialised
  std::size_t weights = 0;      ///< that were listed as inputs
  std::size_t activations = 0;  ///< hard swishes that were spelled out
  std::size_t enlargements = 0;
  std::size_t outputs = 0;  ///< that were cut from a common convolution
};

/// The four below, on a serialised network. What is not a network, or needs none of them, comes back as it was.
[[nodiscard]] Simplified simplify(std::string onnx);

/// Some exporters list every weight among the network's inputs. Since version 4 of the format that means "may be given
/// anew with every run" (ONNX IR specification, "Graphs"), so that ONNX Runtime neither folds nor packs nor reorders
/// such weights, and runs convolutions without its blocked layout. infer::Model cannot be given weights: they are taken
/// off the list. Returns how many.
std::size_t settle_weights(onnx::ModelProto& model);

/// Rewrites x * clip(x + 3, 0, 6) / 6, which exporters spell with four operators, as x * HardSigmoid(x) with slope 1/6
/// and offset 1/2: the same function (Howard et al., "Searching for MobileNetV3", ICCV 2019, section 5.2), which ONNX
/// Runtime knows and computes within the convolution before it. Returns how many.
std::size_t fuse_hard_swish(onnx::GraphProto& graph);

/// Enlarging by a whole factor s to the nearest pixel: output x stands at (x + .5) / s - .5 of the input
/// ("half_pixel"), which is less than half a pixel from floor(x / s) ("asymmetric", "floor"), so both take the same
/// pixel. ONNX Runtime has a fast way for the second spelling only. Returns how many were spelled anew.
std::size_t respell_nearest(onnx::GraphProto& graph);

/// Detectors often end in one convolution whose channels are split into scores (through a sigmoid) and boxes, each then
/// turned from [1,C,H,W] into [1,H*W,C]. Here each part gets the convolution of its own channels, which costs the same,
/// takes the sigmoid in, and writes its numbers in the wanted order at once. Returns how many parts there were.
std::size_t separate_outputs(onnx::GraphProto& graph);

}  // namespace regard::infer
