// The weight lists of TensorFlow.js: JSON that says which tensors follow each other in a row of binary shards.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "infer/logic/graph.h"

namespace regard::infer {

using Weights = std::map<std::string, Tensor>;

/// Decodes a `weightsManifest` (a list of groups, each with `weights`) from the shards' bytes put one after the other.
/// Numbers stored as float16, or as uint8 or uint16 with scale and minimum, become float32.
/// Throws ImportRefusal (corrupt, unsupported).
[[nodiscard]] Weights decode_weights(const nlohmann::json& groups, std::span<const std::uint8_t> bytes);

/// Parses JSON of bounded size. Throws ImportRefusal.
[[nodiscard]] nlohmann::json parse_json(std::span<const std::uint8_t> bytes);

}  // namespace regard::infer
