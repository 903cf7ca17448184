#include "infer/importers.h"
#include "two_parts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto [topology, weights] = two_parts(bytes, size);
  (void)regard::infer::import_weight_list({"fuzz.text", topology}, {"fuzz.bin", weights});
  return 0;
}
