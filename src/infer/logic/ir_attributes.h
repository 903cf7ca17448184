// Attributes of OpenVINO layers: everything is a text there. All throw ImportRefusal (corrupt). Pure.
#pragma once

#include <string>
#include <vector>

#include "infer/logic/openvino_ir.h"

namespace regard::infer {

/// "Convolution \"name\"", for errors.
[[nodiscard]] std::string ir_where(const IrLayer& layer);
[[nodiscard]] std::string ir_text(const IrLayer& layer, const std::string& key, const std::string& otherwise);
[[nodiscard]] bool ir_boolean(const IrLayer& layer, const std::string& key, bool otherwise);
[[nodiscard]] std::int64_t ir_integer(const IrLayer& layer, const std::string& key);
[[nodiscard]] float ir_real(const IrLayer& layer, const std::string& key);
/// "1, 2, 3"; with `may_lack`, an absent or empty attribute is an empty list.
[[nodiscard]] std::vector<std::int64_t> ir_integers(const IrLayer& layer, const std::string& key,
                                                    bool may_lack = false);

}  // namespace regard::infer
