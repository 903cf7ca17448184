// How many templates may still be made under a permit only goes down.
// STAGE: consent
// EXPECT: templates_left_.*is private within this context|is a private member|lvalue required|not assignable
#include "consent/consent.h"

using namespace regard;

std::uint64_t extend(consent::VerifyPermit& permit) {
#ifdef MISUSE
  permit.templates_left() = 1'000'000;
#endif
  return permit.templates_left();
}
