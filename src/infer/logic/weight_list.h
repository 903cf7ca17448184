// The dlib face descriptor from its bare weight list. Pure.
#pragma once

#include <cstdint>
#include <span>

#include "infer/logic/graph.h"

namespace regard::infer {

/// `manifest` lists the weights (TensorFlow.js's form), `weights` are their bytes. The layers are those of dlib's
/// dnn_face_recognition_resnet_model_v1 (King 2017), as face-api names them. Throws ImportRefusal (corrupt).
[[nodiscard]] Graph graph_from_weight_list(std::span<const std::uint8_t> manifest,
                                           std::span<const std::uint8_t> weights);

}  // namespace regard::infer
