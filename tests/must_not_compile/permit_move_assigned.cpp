// A spent permit cannot be revived by moving another one into it: each stands for its own entry.
// STAGE: consent
// EXPECT: use of deleted function .*operator=|overload resolution selected (implicitly-)?deleted|deleted operator
#include "consent/consent.h"

using namespace regard;

bool revive(consent::IdentifyPermit& permit, consent::IdentifyPermit& other, Duration elapsed) {
#ifdef MISUSE
  permit = std::move(other);
#else
  static_cast<void>(other);
#endif
  return permit.is_live(elapsed);
}
