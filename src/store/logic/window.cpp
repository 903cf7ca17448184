#include "store/logic/window.h"

#include <algorithm>

namespace regard::store {

Window cover(std::vector<Window> windows, Timestamp now) {
  std::erase_if(windows, [](const Window& window) { return window.until <= window.from; });
  std::ranges::sort(windows, {}, &Window::from);
  Window stretch;
  for (const Window& window : windows) {
    const bool begun = stretch.until > stretch.from;
    if (begun && window.from <= stretch.until) {
      stretch.until = std::max(stretch.until, window.until);
      continue;
    }
    if (begun && stretch.until > now) break;  // holds `now`, or is the next to begin
    stretch = window;
  }
  return stretch;
}

Window window_of(const consent::Watchlist& watchlist) {
  const Window closed{watchlist.proposed, watchlist.proposed};
  if (watchlist.closed || watchlist.suspended) return closed;
  if (watchlist.approvals.size() < consent::approvals_needed) return closed;
  Timestamp approved = watchlist.approvals.front().at;
  for (const consent::Approval& approval : watchlist.approvals) approved = std::max(approved, approval.at);
  return watchlist.until > approved ? Window{approved, watchlist.until} : closed;
}

}  // namespace regard::store
