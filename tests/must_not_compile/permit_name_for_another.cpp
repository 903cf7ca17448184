// Names of different kinds cannot be mixed up: a gallery is not a person.
// STAGE: consent
// EXPECT: could not convert|no known conversion|no viable conversion|cannot convert
#include "consent/consent.h"

using namespace regard;

consent::EnrolRequest request(consent::Actor actor, consent::SubjectId subject, consent::GalleryName gallery) {
#ifdef MISUSE
  return {actor, gallery, subject};
#else
  return {actor, subject, gallery};
#endif
}
