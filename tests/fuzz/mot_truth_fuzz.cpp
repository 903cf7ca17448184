#include <cstddef>
#include <cstdint>

#include "eval/eval.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto rows = regard::eval::parse_mot_truth({reinterpret_cast<const char*>(bytes), size}, "fuzz");
  if (rows) {
    for (const auto& row : *rows) CHECK(row.frame >= 1 && row.box.area() > 0);
  }
  return 0;
}
