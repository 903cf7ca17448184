#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "eval/verification.h"

namespace regard::eval {

float open_set_threshold(std::span<const GalleryProbe> probes, double wanted_fpir) {
  std::vector<float> strangers;
  std::size_t count = 0;
  for (const GalleryProbe& probe : probes) {
    if (probe.mated) continue;
    ++count;
    if (probe.best_other) strangers.push_back(*probe.best_other);
  }
  std::ranges::sort(strangers, std::greater{});
  const auto allowed = static_cast<std::size_t>(std::floor(wanted_fpir * static_cast<double>(count) + 1e-9));
  if (strangers.size() <= allowed) return -1.0F;
  // Just above the first stranger who may not be named any more.
  return std::nextafter(strangers[allowed], std::numeric_limits<float>::infinity());
}

OpenSetFigures open_set(std::span<const GalleryProbe> probes, float threshold) {
  std::uint64_t strangers = 0;
  std::uint64_t named = 0;
  std::uint64_t enrolled = 0;
  std::uint64_t missed = 0;
  for (const GalleryProbe& probe : probes) {
    if (!probe.mated) {
      ++strangers;
      if (probe.best_other && *probe.best_other >= threshold) ++named;
      continue;
    }
    ++enrolled;
    const bool right = probe.mate && *probe.mate >= threshold && (!probe.best_other || *probe.mate > *probe.best_other);
    if (!right) ++missed;
  }
  return {threshold, proportion(named, strangers), proportion(missed, enrolled)};
}

}  // namespace regard::eval
