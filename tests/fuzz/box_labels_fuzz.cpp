#include <cstddef>
#include <cstdint>

#include "eval/eval.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto rows = regard::eval::parse_labels({reinterpret_cast<const char*>(bytes), size}, "fuzz");
  if (rows) {
    for (const auto& row : *rows)
      CHECK(row.object.value >= 0 && row.object.value < 80 && row.box.width > 0 && row.box.width <= 1);
  }
  return 0;
}
