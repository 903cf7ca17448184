// Only the vault concludes who it is, under a permit.
// STAGE: gallery
// EXPECT: Identity.*is private within this context|calling a private constructor
#include "gallery/gallery.h"

using namespace regard;

gallery::Identity name(consent::SubjectId subject, const gallery::Identity& concluded) {
#ifdef MISUSE
  return gallery::Identity{std::move(subject), concluded.gallery(), concluded.entry(), 1.0F, 1.0F, 0.0F};
#else
  static_cast<void>(subject);
  return concluded;
#endif
}
