// A permit is used once: it cannot be copied.
// STAGE: consent
// EXPECT: use of deleted function .*EnrolPermit|call to (implicitly-)?deleted
#include "consent/consent.h"

using namespace regard;

consent::EnrolPermit twice(consent::EnrolPermit& permit) {
#ifdef MISUSE
  return permit;
#else
  return std::move(permit);
#endif
}
