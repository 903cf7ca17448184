// A template is in one place: it cannot be copied.
// STAGE: embed
// EXPECT: use of deleted function .*Template|call to deleted
#include "embed/embed.h"

using namespace regard;

embed::Template keep(embed::Template& found) {
#ifdef MISUSE
  return found;
#else
  return std::move(found);
#endif
}
