// A container of templates cannot be copied either.
// STAGE: embed
// EXPECT: use of deleted function|call to deleted|static assertion failed|must be constructible
#include "embed/embed.h"

using namespace regard;

std::size_t keep(std::vector<embed::Template> found) {
#ifdef MISUSE
  const std::vector<embed::Template> kept = found;
#else
  const std::vector<embed::Template> kept = std::move(found);
#endif
  return kept.size();
}
