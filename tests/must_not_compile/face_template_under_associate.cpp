// Bodies are associated by their clothes for an hour, faces never.
// STAGE: embed
// EXPECT: no matching (member )?function for call to.*embed|no matching (member )?function for call to
#include "embed/embed.h"

using namespace regard;

Result<embed::Template> make(const embed::FaceEmbedder& embedder, const capture::Picture& picture,
                             const FacePoints& points, consent::VerifyPermit& permit, consent::AssociatePermit& other) {
#ifdef MISUSE
  static_cast<void>(permit);
  return embedder.embed(picture, points, other);
#else
  static_cast<void>(other);
  return embedder.embed(picture, points, permit);
#endif
}
