// TensorFlow.js graph models as a Graph. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "infer/logic/graph.h"

namespace regard::infer {

/// `topology` is model.json; `weights` the shards put together; `outputs` the nodes wanted.
/// Throws ImportRefusal (corrupt, unsupported naming operator and node).
[[nodiscard]] Graph graph_from_tfjs(std::span<const std::uint8_t> topology, std::span<const std::uint8_t> weights,
                                    std::span<const std::string> outputs);

}  // namespace regard::infer
