// A Graph as the bytes of an ONNX file. Inside infer's io only.
#pragma once

#include <cstdint>
#include <vector>

#include "infer/logic/graph.h"

namespace regard::infer {

/// Opset 13 and IR version 7: what ONNX 1.8 and every later runtime reads. Constants that nothing uses are left out.
/// The same graph gives the same bytes.
[[nodiscard]] std::vector<std::uint8_t> write_onnx(const Graph& graph);

}  // namespace regard::infer
