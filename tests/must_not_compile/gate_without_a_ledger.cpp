// There is no gate without a ledger to write to.
// STAGE: consent
// EXPECT: no matching function for call to .*Gate|no matching constructor
#include "consent/consent.h"

using namespace regard;

bool ask(consent::Records& records, consent::Ledger& ledger, const Clock& clock, const consent::EnrolRequest& request) {
#ifdef MISUSE
  static_cast<void>(ledger);
  consent::Gate gate{records, clock};
#else
  consent::Gate gate{records, ledger, clock};
#endif
  return gate.enrol(request).has_value();
}
