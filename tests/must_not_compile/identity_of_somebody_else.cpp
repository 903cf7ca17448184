// An identity cannot be turned into another person's.
// STAGE: gallery
// EXPECT: discards qualifiers|no match for .operator=|passing .const|no viable overloaded
#include "gallery/gallery.h"

using namespace regard;

consent::SubjectId rename(gallery::Identity& concluded, const consent::SubjectId& other) {
#ifdef MISUSE
  concluded.subject() = other;
#else
  static_cast<void>(other);
#endif
  return concluded.subject();
}
