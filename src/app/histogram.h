// How long things took, counted in steps as Prometheus wants them.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/core.h"

namespace regard::app {

/// Counts of durations by upper bound. Value; confined to one thread unless const.
class Histogram {
 public:
  /// Seconds: from a scaled-down detector on a fast machine (2 ms) to a camera whose pictures arrive too late (5 s).
  static constexpr std::array<double, 11> bounds{0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5};

  void observe(Duration took);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// The lines of one Prometheus histogram: `name`_bucket, `name`_sum and `name`_count, all with `labels`
  /// ("camera=\"door\"", already escaped).
  [[nodiscard]] std::string text(const std::string& name, const std::string& labels) const;

 private:
  std::array<std::uint64_t, bounds.size()> within_{};  ///< of each step alone
  std::uint64_t count_ = 0;
  double sum_ = 0;  ///< seconds
};

}  // namespace regard::app
