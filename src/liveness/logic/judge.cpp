#include "liveness/logic/judge.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace regard::liveness {
namespace {

// Live photographs (LFW View 1 training images, portraits) reach .86 on the third best side and a peak of 1.2; printed
// and played faces of `cast` stay above .95 and 1.5 (seeds 1 to 20). docs/numbers.md has the commands.
constexpr float border_none = 0.86F;
constexpr float border_sure = 1.0F;
constexpr float moire_none = 1.2F;
constexpr float moire_sure = 1.6F;

// No opinion is surer than this: the logarithm of 0 would silence all other frames.
constexpr float least_opinion = 1e-3F;

float ramp(float value, float none, float sure) { return std::clamp((value - none) / (sure - none), 0.0F, 1.0F); }

// The threshold of each family on the raw score, from the same data.
float threshold_of(Family family) { return family == Family::minifasnet ? 0.06F : 0.3F; }

/// `raw` moved so that `threshold` becomes one half.
float centred(float raw, float threshold) {
  return raw < threshold ? 0.5F * raw / threshold : 0.5F + 0.5F * (raw - threshold) / (1 - threshold);
}

std::string with_figure(const std::string& words, float value) {
  const int hundredths = static_cast<int>(std::lround(100 * std::clamp(value, 0.0F, 1.0F)));
  return words + " (" + std::to_string(hundredths / 100) + "." + (hundredths % 100 < 10 ? "0" : "") +
         std::to_string(hundredths % 100) + ")";
}

std::vector<std::string> reasons_of(float network, float moire, float border, float raw_threshold) {
  std::vector<std::pair<float, std::string>> found;  // how much of the score each took away
  if (border > 0.1F) found.emplace_back(border, with_figure("a straight border around the face", border));
  if (moire > 0.1F) found.emplace_back(moire, with_figure("a periodic pattern as screens leave it", moire));
  if (network < raw_threshold) found.emplace_back(1 - network, with_figure("texture of a print or a screen", network));
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> reasons;
  reasons.reserve(found.size());
  for (auto& [weight, words] : found) reasons.push_back(std::move(words));
  return reasons;
}

}  // namespace

float agreed(std::span<const float> opinions) {
  if (opinions.empty()) return 0;
  float sum = 0;
  for (const float opinion : opinions) sum += std::log(std::clamp(opinion, least_opinion, 1.0F));
  return std::exp(sum / static_cast<float>(opinions.size()));
}

float border_cue(float third_best_side) { return ramp(third_best_side, border_none, border_sure); }
float moire_cue(float peak) { return ramp(peak, moire_none, moire_sure); }

Liveness judge(std::span<const Observation> observations, Family family, const Options& options) {
  if (observations.empty()) return {Score{0}, false, {"no face was seen"}};
  std::vector<float> opinions;
  float moire = 0;
  float border = 0;
  for (const Observation& one : observations) {
    opinions.push_back(one.network);
    moire += one.moire / static_cast<float>(observations.size());
    border += one.border / static_cast<float>(observations.size());
  }
  const float network = agreed(opinions);
  const float threshold = threshold_of(family);
  const float score = centred(network * (1 - moire) * (1 - border), threshold);
  Liveness verdict{Score{score}, score >= options.threshold, reasons_of(network, moire, border, threshold)};
  if (verdict.reasons.empty()) verdict.reasons.push_back(with_figure("no sign of a picture", network));
  return verdict;
}

}  // namespace regard::liveness
