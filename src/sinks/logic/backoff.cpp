#include "sinks/logic/backoff.h"

#include <algorithm>

namespace regard::sinks {

Duration pause_after(unsigned failures, Duration first, Duration longest, double chance) {
  Duration pause = std::min(first, longest);
  for (unsigned i = 1; i < failures && pause < longest; ++i) pause = std::min(longest, pause * 2);
  return from_seconds(seconds(pause) * (1 - 0.2 * chance));
}

}  // namespace regard::sinks
