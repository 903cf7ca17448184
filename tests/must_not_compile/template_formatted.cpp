// A template has no formatter.
// STAGE: embed
// EXPECT: [Cc]annot format an argument|static assertion failed|not formattable
#include <fmt/format.h>

#include "embed/embed.h"

using namespace regard;

std::string print(const embed::Template& found) {
#ifdef MISUSE
  return fmt::format("{}", found);
#else
  return fmt::format("{}", found.size());
#endif
}
