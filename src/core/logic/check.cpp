#include "core/check.h"

#include <cstdio>
#include <cstdlib>

namespace regard {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "regard: broken promise inside the program: %s at %s:%d; please report this line\n", condition,
               file, line);
  std::abort();
}

}  // namespace regard
