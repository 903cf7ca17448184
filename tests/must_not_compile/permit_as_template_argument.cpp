// Permits are classes, not templates: there is nothing to specialise from outside to become their friend.
// STAGE: consent
// EXPECT: not a class template|is not a template|explicit specialization of|no template named
#include "consent/consent.h"

using namespace regard;

struct Mine {};

#ifdef MISUSE
namespace regard::consent {
template <>
class EnrolPermit<Mine> {};
}  // namespace regard::consent
#endif

std::uint64_t left(const consent::EnrolPermit& permit, const Mine& /*mine*/) { return permit.templates_left(); }
