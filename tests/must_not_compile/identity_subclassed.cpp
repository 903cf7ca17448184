// An identity of one's own cannot be derived: the constructor is the vault's.
// STAGE: gallery
// EXPECT: Identity.*is private within this context|private constructor
#include "gallery/gallery.h"

using namespace regard;

struct Claimed : gallery::Identity {
#ifdef MISUSE
  explicit Claimed(consent::SubjectId subject) : Identity{std::move(subject), {}, {}, 1.0F, 1.0F, 0.0F} {}
#else
  explicit Claimed(gallery::Identity concluded) : Identity{std::move(concluded)} {}
#endif
};

float score(const Claimed& claimed) { return claimed.score(); }
