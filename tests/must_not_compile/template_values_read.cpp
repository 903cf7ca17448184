// Nobody but the embedders and the vault reads the numbers of a template.
// STAGE: embed
// EXPECT: values.*is private within this context|is a private member
#include "embed/embed.h"

using namespace regard;

std::size_t read(const embed::Template& found) {
#ifdef MISUSE
  return found.values().size();
#else
  return found.size();
#endif
}
