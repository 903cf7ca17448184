// A permit is not trivially copyable: bytes cannot be cast into one.
// STAGE: consent
// EXPECT: no matching function for call to .*bit_cast
#include <array>
#include <bit>
#include <cstddef>

#include "consent/consent.h"

using namespace regard;

using Bytes = std::array<std::byte, sizeof(consent::AssociatePermit)>;

std::size_t cast(const Bytes& bytes) {
#ifdef MISUSE
  return std::bit_cast<consent::AssociatePermit>(bytes).templates_left();
#else
  return bytes.size();
#endif
}
