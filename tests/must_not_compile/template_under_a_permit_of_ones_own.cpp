// A class derived from Permit opens nothing: embed asks for the types that Gate mints.
// STAGE: embed
// EXPECT: no matching (member )?function for call to
#include "embed/embed.h"

using namespace regard;

struct HomeMade : consent::Permit {
  HomeMade() : Permit{consent::EntryId{1}, Duration::max(), 1} {}
};

Result<embed::Template> make(const embed::FaceEmbedder& embedder, const capture::Picture& picture,
                             const FacePoints& points, consent::VerifyPermit& permit) {
#ifdef MISUSE
  static_cast<void>(permit);
  HomeMade mine;
  return embedder.embed(picture, points, mine);
#else
  return embedder.embed(picture, points, permit);
#endif
}
