// Each template is taken off the permit: one that cannot count cannot be lent.
// STAGE: embed
// EXPECT: discards qualifiers|no matching (member )?function for call to
#include "embed/embed.h"

using namespace regard;

Result<embed::Template> make(const embed::FaceEmbedder& embedder, const capture::Picture& picture,
                             const FacePoints& points, consent::IdentifyPermit& permit) {
#ifdef MISUSE
  const consent::IdentifyPermit& lent = permit;
#else
  consent::IdentifyPermit& lent = permit;
#endif
  return embedder.embed(picture, points, lent);
}
