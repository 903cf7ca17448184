// There is no permit without a request: no default constructor.
// STAGE: consent
// EXPECT: no matching function for call to .*VerifyPermit|no matching constructor
#include "consent/consent.h"

using namespace regard;

Result<consent::VerifyPermit> make(consent::Gate& gate, const consent::VerifyRequest& request) {
#ifdef MISUSE
  static_cast<void>(gate);
  static_cast<void>(request);
  return consent::VerifyPermit{};
#else
  return gate.verify(request);
#endif
}
