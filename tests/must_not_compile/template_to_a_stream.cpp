// A template cannot be printed.
// STAGE: embed
// EXPECT: no match for .operator<<|invalid operands to binary expression
#include <ostream>

#include "embed/embed.h"

using namespace regard;

void print(std::ostream& out, const embed::Template& found) {
#ifdef MISUSE
  out << found;
#else
  out << found.size();
#endif
}
