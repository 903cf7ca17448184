// Leave to compare with one person is no leave to look through the gallery.
// STAGE: gallery
// EXPECT: could not convert|cannot convert|no viable conversion|no known conversion
#include "gallery/gallery.h"

using namespace regard;

Result<std::optional<gallery::Identity>> look_up(gallery::Vault& vault, consent::IdentifyPermit permit,
                                                 consent::VerifyPermit other, std::vector<embed::Template> templates) {
#ifdef MISUSE
  static_cast<void>(permit);
  return vault.identify(std::move(other), std::move(templates));
#else
  static_cast<void>(other);
  return vault.identify(std::move(permit), std::move(templates));
#endif
}
