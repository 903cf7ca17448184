// A template is not trivially copyable: it cannot be cast into bytes.
// STAGE: embed
// EXPECT: no matching function for call to .*bit_cast
#include <array>
#include <bit>
#include <cstddef>

#include "embed/embed.h"

using namespace regard;

using Bytes = std::array<std::byte, sizeof(embed::Template)>;

std::size_t cast(const embed::Template& found) {
#ifdef MISUSE
  return std::bit_cast<Bytes>(found).size();
#else
  return found.size() + sizeof(Bytes);
#endif
}
