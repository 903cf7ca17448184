// When a row may be searched.
#pragma once

#include <vector>

#include "consent/consent.h"
#include "core/core.h"

namespace regard::store {

/// From `from` until just before `until`; empty when they are equal.
struct Window {
  Timestamp from;
  Timestamp until;
  friend bool operator==(const Window&, const Window&) = default;
};

/// One stretch of time without a gap that `windows` cover together: the one that holds `now`, else the next to begin,
/// else the last that ended; empty when there is none. (A gap means that templates were erased in between, so one
/// stretch is enough.)
[[nodiscard]] Window cover(std::vector<Window> windows, Timestamp now);

/// When the gallery of a watchlist may be searched: from its last approval to its end; empty unless it is fully
/// approved and neither suspended nor closed.
[[nodiscard]] Window window_of(const consent::Watchlist& watchlist);

}  // namespace regard::store
