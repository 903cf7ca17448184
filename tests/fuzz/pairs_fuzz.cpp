#include <cstddef>
#include <cstdint>

#include "eval/verification.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(bytes), size};
  if (const auto rows = regard::eval::parse_pairs(text, "fuzz")) {
    for (const auto& row : *rows) CHECK(!row.first.empty() && !row.second.empty());
  }
  if (const auto groups = regard::eval::parse_groups(text, "fuzz")) {
    for (const auto& [path, group] : *groups) CHECK(!path.empty() && !group.empty());
  }
  return 0;
}
