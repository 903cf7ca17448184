// Which manifest comes first, and whether an installed file is the pinned one. Pure.
#pragma once

#include <string>

#include "infer/packs.h"

namespace regard::infer {

/// Pack `standard`, then added packs, then `npm`; within a pack by task, rank, name.
[[nodiscard]] bool preferred(const Manifest& a, const Manifest& b);

/// What is really in a file.
struct Content {
  std::uint64_t size = 0;
  std::string sha256;
};

/// Errors: corrupt, with file, expected and got.
[[nodiscard]] Result<void> matches(const PinnedFile& expected, const Content& got, const std::string& doing);

}  // namespace regard::infer
