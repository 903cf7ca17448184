// A body template needs an AssociatePermit: nobody is enrolled by their clothes.
// STAGE: embed
// EXPECT: cannot convert|no viable conversion|invalid initialization of reference|cannot bind|non-const lvalue
#include "embed/embed.h"

using namespace regard;

Result<embed::Template> make(const embed::BodyEmbedder& embedder, const capture::Picture& picture, const PixelBox& body,
                             consent::AssociatePermit& permit, consent::EnrolPermit& other) {
#ifdef MISUSE
  static_cast<void>(permit);
  return embedder.embed(picture, body, other);
#else
  static_cast<void>(other);
  return embedder.embed(picture, body, permit);
#endif
}
