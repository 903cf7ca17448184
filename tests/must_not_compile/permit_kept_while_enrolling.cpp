// The vault spends the permit: it must be given away.
// STAGE: gallery
// EXPECT: use of deleted function .*EnrolPermit|call to (implicitly-)?deleted
#include "gallery/gallery.h"

using namespace regard;

Result<gallery::Enrolment> enrol(gallery::Vault& vault, consent::EnrolPermit& permit,
                                 std::vector<embed::Template> templates) {
#ifdef MISUSE
  return vault.enrol(permit, std::move(templates));
#else
  return vault.enrol(std::move(permit), std::move(templates));
#endif
}
