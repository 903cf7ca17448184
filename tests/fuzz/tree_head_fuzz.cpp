#include <cstddef>
#include <cstdint>

#include "events/transparency.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto head = regard::events::tree_head_from({reinterpret_cast<const char*>(bytes), size});
  if (!head) return 0;
  const auto again = regard::events::tree_head_from(regard::events::to_json(*head));
  CHECK(again && *again == *head);
  return 0;
}
