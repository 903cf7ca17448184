#include "app/histogram.h"

#include <fmt/core.h>

#include <algorithm>

namespace regard::app {

void Histogram::observe(Duration took) {
  const double value = std::max(0.0, seconds(took));
  ++count_;
  sum_ += value;
  const auto* const step = std::ranges::lower_bound(bounds, value);
  if (step != bounds.end()) ++within_[static_cast<std::size_t>(step - bounds.begin())];
}

std::string Histogram::text(const std::string& name, const std::string& labels) const {
  std::string lines;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    below += within_[i];
    lines += fmt::format("{}_bucket{{{},le=\"{}\"}} {}\n", name, labels, bounds[i], below);
  }
  return lines + fmt::format("{0}_bucket{{{1},le=\"+Inf\"}} {3}\n{0}_sum{{{1}}} {2:.6f}\n{0}_count{{{1}}} {3}\n", name,
                             labels, sum_, count_);
}

}  // namespace regard::app
