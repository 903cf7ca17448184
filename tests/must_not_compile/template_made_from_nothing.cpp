// There is no empty template.
// STAGE: embed
// EXPECT: no matching (function for call|constructor)
#include "embed/embed.h"

using namespace regard;

std::size_t make(const embed::Template& given) {
#ifdef MISUSE
  embed::Template made;
  return made.size() + given.size();
#else
  return given.size();
#endif
}
