// The XML of an OpenVINO IR. Inside infer's io only.
#pragma once

#include <cstdint>
#include <span>

#include "infer/logic/openvino_ir.h"

namespace regard::infer {

/// Reads <net version="10|11">. Throws ImportRefusal (corrupt, unsupported).
[[nodiscard]] IrNetwork read_ir_xml(std::span<const std::uint8_t> xml);

}  // namespace regard::infer
