#include <string>
#include <vector>

#include "infer/importers.h"
#include "two_parts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto [topology, weights] = two_parts(bytes, size);
  const regard::infer::SourceFile shard{"fuzz.bin", weights};
  static const std::vector<std::string> outputs{"out"};
  (void)regard::infer::import_tfjs({"fuzz.json", topology}, {&shard, 1}, outputs);
  return 0;
}
