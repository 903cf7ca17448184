// How alike strangers look to each network: the table from which default thresholds come.
#pragma once

#include <span>
#include <string_view>

namespace regard::gallery {

/// One measured point of a network's non-mated scores: a share `fmr` of them reaches `cosine`.
struct TailPoint {
  double fmr = 0;
  double cosine = 0;
};

/// The points of the network or networks in a version ("name@digest", joined by +), largest share first; of an unknown
/// network a cautious guess.
[[nodiscard]] std::span<const TailPoint> tail_of(std::string_view version);

/// The quantile of the standard normal distribution that a share `upper` lies above; `upper` is within 0 and 1.
[[nodiscard]] double normal_quantile(double upper);

}  // namespace regard::gallery
