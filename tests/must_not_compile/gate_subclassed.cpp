// Gate is final: nobody inherits its right to mint.
// STAGE: consent
// EXPECT: cannot derive from .final.|is marked 'final'
#include "consent/consent.h"

using namespace regard;

#ifdef MISUSE
class MyGate : public consent::Gate {
 public:
  using Gate::Gate;
  consent::EnrolPermit mint(const consent::EnrolRequest& request) {
    return consent::EnrolPermit{consent::EntryId{1}, Duration::max(), request.subject, request.gallery};
  }
};
#else
using MyGate = consent::Gate;
#endif

Result<consent::EnrolPermit> enrol(MyGate& gate, const consent::EnrolRequest& request) { return gate.enrol(request); }
