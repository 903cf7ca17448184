// What the evaluation commands share: files in, figures out.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/core.h"
#include "eval/eval.h"

namespace regard::app {

enum class Below { this_folder, all_folders };

/// JPEG, PNG, WebP and PPM files of a folder, sorted. Errors: not_found (no such folder, no image in it).
[[nodiscard]] Result<std::vector<std::filesystem::path>> images_in(const std::filesystem::path& folder, Below below);

/// Errors: not_found.
[[nodiscard]] Result<std::string> read_text(const std::filesystem::path& file);
/// Errors: unavailable.
[[nodiscard]] Result<void> write_text(const std::filesystem::path& file, const std::string& text);

/// [low, high].
[[nodiscard]] nlohmann::ordered_json interval(const eval::Estimate& estimate);
/// "99.40 % (98.70 to 99.70)".
[[nodiscard]] std::string percent(const eval::Estimate& estimate);

}  // namespace regard::app
