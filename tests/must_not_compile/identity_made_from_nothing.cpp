// There is no identity that the vault did not conclude.
// STAGE: gallery
// EXPECT: no matching (function for call|constructor)
#include "gallery/gallery.h"

using namespace regard;

consent::SubjectId name(const gallery::Identity& concluded) {
#ifdef MISUSE
  gallery::Identity made;
  return made.subject();
#else
  return concluded.subject();
#endif
}
