// Only Gate makes permits: their constructors are private.
// STAGE: consent
// EXPECT: EnrolPermit.*is private within this context|calling a private constructor
#include "consent/consent.h"

using namespace regard;

Result<consent::EnrolPermit> forge(consent::Gate& gate, const consent::EnrolRequest& request) {
#ifdef MISUSE
  static_cast<void>(gate);
  return consent::EnrolPermit{consent::EntryId{1}, Duration::max(), request.subject, request.gallery};
#else
  return gate.enrol(request);
#endif
}
