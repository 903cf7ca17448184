// A template is never made without a permit.
// STAGE: embed
// EXPECT: no matching (member )?function for call to
#include "embed/embed.h"

using namespace regard;

Result<embed::Template> make(const embed::FaceEmbedder& embedder, const capture::Picture& picture,
                             const FacePoints& points, consent::VerifyPermit& permit) {
#ifdef MISUSE
  static_cast<void>(permit);
  return embedder.embed(picture, points);
#else
  return embedder.embed(picture, points, permit);
#endif
}
