// Text that people type. Included where it is needed: few stages read any.
#pragma once

#include <cstddef>
#include <string_view>

namespace regard {

/// Insertions, deletions and replacements of bytes that turn `a` into `b`. Levenshtein, 1965.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace regard
