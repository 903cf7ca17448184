// importers: networks that are published in other forms, made into ONNX. Numbers are kept; names of inputs and outputs
// are those of the original, so that a network means the same whichever way it came.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/core.h"
#include "infer/packs.h"

namespace regard::infer {

/// Raised whenever the same input would make other bytes, so that networks imported earlier are made anew.
inline constexpr int importer_version = 1;

/// A fetched file: its name for errors, and its bytes, borrowed.
struct SourceFile {
  std::string name;
  std::span<const std::uint8_t> bytes;
};

/// A TensorFlow.js graph model (model.json, then its weight shards in the order of weightsManifest) as an ONNX file.
/// `outputs` are nodes, which become outputs of that name. An image input [1, H, W, 3] becomes [1, 3, H, W]; outputs
/// keep their layout and become float32. Errors: corrupt, unsupported naming the operator and node.
[[nodiscard]] Result<std::vector<std::uint8_t>> import_tfjs(const SourceFile& topology,
                                                            std::span<const SourceFile> weights,
                                                            std::span<const std::string> outputs);

/// An OpenVINO IR of version 10 or 11 (.xml and .bin) as an ONNX file. The batch dimension becomes free.
/// Errors: corrupt, unsupported naming the operator and layer.
[[nodiscard]] Result<std::vector<std::uint8_t>> import_openvino_ir(const SourceFile& xml, const SourceFile& bin);

/// The bare weight list of the dlib face descriptor as @vladmandic/face-api publishes it. Input "input" [1,3,150,150],
/// output "descriptor" [1,128]. Errors: corrupt.
[[nodiscard]] Result<std::vector<std::uint8_t>> import_weight_list(const SourceFile& manifest,
                                                                   const SourceFile& weights);

/// Whichever of the three `import` asks for; `files` in the order of `import.files`.
[[nodiscard]] Result<std::vector<std::uint8_t>> import_network(const Import& import, std::span<const SourceFile> files);

}  // namespace regard::infer
