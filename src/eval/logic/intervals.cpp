#include <algorithm>
#include <cmath>

#include "eval/eval.h"

namespace regard::eval {

Estimate proportion(std::uint64_t hits, std::uint64_t trials) {
  CHECK(hits <= trials);
  if (trials == 0) return {0, 0, 1};
  constexpr double z = 1.959963984540054;  // the normal distribution's 97.5 % point
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(hits) / n;
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {p, std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace regard::eval
