// A passer-by who was looked up cannot be enrolled on the side.
// STAGE: gallery
// EXPECT: could not convert|cannot convert|no viable conversion|no known conversion
#include "gallery/gallery.h"

using namespace regard;

Result<gallery::Enrolment> add(gallery::Vault& vault, consent::EnrolPermit permit, consent::IdentifyPermit other,
                               std::vector<embed::Template> templates) {
#ifdef MISUSE
  static_cast<void>(permit);
  return vault.enrol(std::move(other), std::move(templates));
#else
  static_cast<void>(other);
  return vault.enrol(std::move(permit), std::move(templates));
#endif
}
