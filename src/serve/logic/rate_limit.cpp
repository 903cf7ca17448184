#include <algorithm>

#include "serve/serve.h"

namespace regard::serve {

double RateLimit::left_at(Duration now) const { return std::min(burst_, left_ + seconds(now - at_) * rate_); }

bool RateLimit::take(Duration now) {
  left_ = left_at(now);
  at_ = now;
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

bool RateLimit::is_full(Duration now) const { return left_at(now) >= burst_; }

}  // namespace regard::serve
