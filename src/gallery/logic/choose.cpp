#include "gallery/logic/choose.h"

#include <algorithm>

namespace regard::gallery {

float adjusted(const Scored& candidate, std::span<const Scored> all, std::span<const ConfusedPair> confused) {
  float lowered = 0;
  for (const ConfusedPair& pair : confused) {
    if (pair.claimed != candidate.subject) continue;
    const auto other = std::ranges::find(all, pair.truly, &Scored::subject);
    if (other != all.end() && other->score >= candidate.score - pair.offset) lowered = std::max(lowered, pair.offset);
  }
  return candidate.score - candidate.offset - lowered;
}

std::optional<Chosen> choose(std::span<const Scored> candidates, std::span<const ConfusedPair> confused,
                             const ChooseLimits& limits) {
  std::optional<Chosen> best;
  float second = limits.floor;
  for (const Scored& candidate : candidates) {
    const float score = adjusted(candidate, candidates, confused);
    if (!best || score > best->score) {
      if (best) second = std::max(second, best->score);
      best = Chosen{candidate.subject, score, 0};
    } else {
      second = std::max(second, score);
    }
  }
  if (!best) return std::nullopt;
  best->margin = best->score - second;
  if (!(best->score >= limits.threshold) || !(best->margin >= limits.margin)) return std::nullopt;
  return best;
}

float floor_of(float threshold, float margin, std::span<const ConfusedPair> confused) {
  float widest = margin;
  for (const ConfusedPair& pair : confused) widest = std::max(widest, pair.offset);
  return threshold - widest;
}

}  // namespace regard::gallery
