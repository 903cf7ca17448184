// A spent permit cannot be overwritten by another one.
// STAGE: consent
// EXPECT: use of deleted function .*operator=|overload resolution selected (implicitly-)?deleted|deleted operator
#include "consent/consent.h"

using namespace regard;

bool revive(consent::IdentifyPermit& permit, consent::IdentifyPermit& other, Duration elapsed) {
#ifdef MISUSE
  permit = other;
#else
  static_cast<void>(other);
#endif
  return permit.is_live(elapsed);
}
