// Who it is, given scores: thresholds, margins, and what operators said about mistaken identities.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace regard::gallery {

/// One subject's best cosine with a probe.
struct Scored {
  std::uint32_t subject = 0;
  float score = 0;
  float offset = 0;  ///< that operators subtract from it
};

/// `claimed` was named where it was `truly`.
struct ConfusedPair {
  std::uint32_t claimed = 0;
  std::uint32_t truly = 0;
  float offset = 0;
};

struct ChooseLimits {
  float threshold = 0;
  float margin = 0;
  float floor = -1;  ///< scores below were not looked for: nobody left out has more
};

struct Chosen {
  std::uint32_t subject = 0;
  float score = 0;   ///< after offsets
  float margin = 0;  ///< to the second best, at most to the floor
};

/// The score of `candidate` after offsets. A confused pair's offset counts when the other one is no less like the probe
/// than `claimed` lowered by it: then either might be meant. A probe that is like `claimed` alone loses nothing.
[[nodiscard]] float adjusted(const Scored& candidate, std::span<const Scored> all,
                             std::span<const ConfusedPair> confused);

/// The best of `candidates`, if it reaches the threshold and is better than the second by the margin.
[[nodiscard]] std::optional<Chosen> choose(std::span<const Scored> candidates, std::span<const ConfusedPair> confused,
                                           const ChooseLimits& limits);

/// What must be looked for so that `choose` sees all that it would: below the threshold by the margin or the largest
/// offset of a pair.
[[nodiscard]] float floor_of(float threshold, float margin, std::span<const ConfusedPair> confused);

}  // namespace regard::gallery
