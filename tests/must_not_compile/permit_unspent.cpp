// A permit that was spent cannot be made live again from outside.
// STAGE: consent
// EXPECT: minted_.*is private within this context|is a private member|is inaccessible
#include "consent/consent.h"

using namespace regard;

bool unspend(consent::EnrolPermit& permit, Duration elapsed) {
#ifdef MISUSE
  permit.minted_ = true;
#endif
  return permit.is_live(elapsed);
}
