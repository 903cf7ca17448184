// A permit is no aggregate: it cannot be filled in by naming its members.
// STAGE: consent
// EXPECT: designated initializers? cannot be used|non-aggregate|no matching constructor|no matching function
#include "consent/consent.h"

using namespace regard;

Result<consent::RevealPermit> fill_in(consent::Gate& gate, const consent::RevealRequest& request) {
#ifdef MISUSE
  static_cast<void>(gate);
  consent::RevealPermit permit{.camera_ = request.camera};
  return permit;
#else
  return gate.reveal(request);
#endif
}
