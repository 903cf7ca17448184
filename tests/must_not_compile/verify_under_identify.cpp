// Leave to look a passer-by up is no leave to test them against one chosen person.
// STAGE: gallery
// EXPECT: could not convert|cannot convert|no viable conversion|no known conversion
#include "gallery/gallery.h"

using namespace regard;

Result<std::optional<gallery::Identity>> claim(gallery::Vault& vault, consent::VerifyPermit permit,
                                               consent::IdentifyPermit other, std::vector<embed::Template> templates) {
#ifdef MISUSE
  static_cast<void>(permit);
  return vault.verify(std::move(other), std::move(templates));
#else
  static_cast<void>(other);
  return vault.verify(std::move(permit), std::move(templates));
#endif
}
