// The texts of models/*.toml, compiled in by cmake/embed_manifests.cmake so that the program needs no data files.
#pragma once

#include <span>
#include <string_view>

namespace regard::infer {

struct EmbeddedText {
  std::string_view name;  ///< file name without .toml
  std::string_view text;
};

[[nodiscard]] std::span<const EmbeddedText> embedded_manifests();

}  // namespace regard::infer
