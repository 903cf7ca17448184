// A function that calls itself a friend is none unless the class names it.
// STAGE: embed
// EXPECT: secret_.*is private within this context|is a private member
#include "embed/embed.h"

using namespace regard;

namespace regard::embed {
std::size_t compare(const Template& found) {
#ifdef MISUSE
  return found.secret_.size();
#else
  return found.size();
#endif
}
}  // namespace regard::embed
