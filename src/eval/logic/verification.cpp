#include "eval/verification.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace regard::eval {
namespace {

bool matches(const Comparison& comparison, float threshold) {
  return comparison.score && *comparison.score >= threshold;
}

/// Scores of one kind, falling; and how many there are with those that have no score.
struct Scores {
  std::vector<float> falling;
  std::uint64_t count = 0;
};
Scores scores_of(std::span<const Comparison> comparisons, bool mated) {
  Scores scores;
  for (const Comparison& one : comparisons) {
    if (one.mated != mated) continue;
    ++scores.count;
    if (one.score) scores.falling.push_back(*one.score);
  }
  std::sort(scores.falling.rbegin(), scores.falling.rend());
  return scores;
}

std::uint64_t at_least(const Scores& scores, float threshold) {
  const auto end =
      std::partition_point(scores.falling.begin(), scores.falling.end(), [&](float s) { return s >= threshold; });
  return static_cast<std::uint64_t>(end - scores.falling.begin());
}

}  // namespace

Estimate accuracy(std::span<const Comparison> comparisons, float threshold) {
  const auto right = std::count_if(comparisons.begin(), comparisons.end(), [&](const Comparison& one) {
    return (one.score && *one.score >= threshold) == one.mated;
  });
  return proportion(static_cast<std::uint64_t>(right), comparisons.size());
}

float best_threshold(std::span<const Comparison> comparisons) {
  std::vector<Comparison> rising;
  for (const Comparison& one : comparisons) {
    if (one.score) rising.push_back(one);
  }
  if (rising.empty()) return 0;
  std::sort(rising.begin(), rising.end(), [](const Comparison& a, const Comparison& b) { return *a.score < *b.score; });
  // `right` counts relative to accepting everything: going up past a non-mated score wins one, past a mated one loses.
  std::int64_t right = 0;
  std::int64_t most = std::numeric_limits<std::int64_t>::min();
  double widest = 0;
  double best = 0;
  const auto consider = [&](double low, double high) {
    if (right > most || (right == most && high - low > widest)) {
      most = right;
      widest = high - low;
      best = (low + high) / 2;
    }
  };
  // Below all scores and above all scores there is a gap as well; half a unit wide, so that it wins only by accuracy.
  consider(*rising.front().score - 1e-3, *rising.front().score);
  for (std::size_t i = 0; i < rising.size(); ++i) {
    right += rising[i].mated ? -1 : 1;
    const double low = *rising[i].score;
    const double high = i + 1 < rising.size() ? static_cast<double>(*rising[i + 1].score) : low + 1e-3;
    if (high > low) consider(low, high);
  }
  return static_cast<float>(best);
}

std::vector<DetPoint> det_curve(std::span<const Comparison> comparisons) {
  const Scores mated = scores_of(comparisons, true);
  const Scores other = scores_of(comparisons, false);
  std::vector<DetPoint> curve;
  if (mated.count == 0 || other.count == 0) return curve;
  std::vector<float> thresholds;
  thresholds.insert(thresholds.end(), mated.falling.begin(), mated.falling.end());
  thresholds.insert(thresholds.end(), other.falling.begin(), other.falling.end());
  std::sort(thresholds.begin(), thresholds.end());
  thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
  if (!thresholds.empty()) {
    thresholds.push_back(std::nextafter(thresholds.back(), std::numeric_limits<float>::infinity()));
  }
  for (const float threshold : thresholds) {
    curve.push_back({threshold, static_cast<double>(at_least(other, threshold)) / static_cast<double>(other.count),
                     static_cast<double>(mated.count - at_least(mated, threshold)) / static_cast<double>(mated.count)});
  }
  return curve;
}

double equal_error_rate(std::span<const DetPoint> curve) {
  if (curve.empty()) return 0;
  const auto nearest = std::min_element(curve.begin(), curve.end(), [](const DetPoint& a, const DetPoint& b) {
    return std::abs(a.fmr - a.fnmr) < std::abs(b.fmr - b.fnmr);
  });
  return (nearest->fmr + nearest->fnmr) / 2;
}

OperatingPoint operating_point(std::span<const Comparison> comparisons, double wanted_fmr) {
  const Scores mated = scores_of(comparisons, true);
  const Scores other = scores_of(comparisons, false);
  OperatingPoint point;
  point.wanted_fmr = wanted_fmr;
  point.supported = static_cast<double>(other.count) * wanted_fmr >= 1;
  // So many false matches are allowed; the threshold lies just above the first score that is one too many.
  const auto allowed = static_cast<std::size_t>(std::floor(wanted_fmr * static_cast<double>(other.count) + 1e-9));
  point.threshold = allowed < other.falling.size()
                        ? std::nextafter(other.falling[allowed], std::numeric_limits<float>::infinity())
                        : -std::numeric_limits<float>::max();
  point.fmr = proportion(at_least(other, point.threshold), other.count);
  point.tar = proportion(at_least(mated, point.threshold), mated.count);
  return point;
}

namespace {

struct Counts {
  std::uint64_t mated = 0;
  std::uint64_t non_mated = 0;
  std::uint64_t false_matches = 0;
  std::uint64_t false_non_matches = 0;
  void add(const Comparison& one, float threshold) {
    const bool match = matches(one, threshold);
    ++(one.mated ? mated : non_mated);
    if (one.mated && !match) ++false_non_matches;
    if (!one.mated && match) ++false_matches;
  }
};

bool is_within(const Estimate& group, const Estimate& all) { return group.low <= (1 + allowed_excess) * all.value; }

}  // namespace

Differential differential(std::span<const GroupComparison> comparisons, float threshold) {
  Counts all;
  std::map<std::string, Counts> counts;
  for (const GroupComparison& one : comparisons) {
    all.add(one.comparison, threshold);
    counts[one.group].add(one.comparison, threshold);
  }
  Differential result;
  result.fmr = proportion(all.false_matches, all.non_mated);
  result.fnmr = proportion(all.false_non_matches, all.mated);
  for (const auto& [group, count] : counts) {
    GroupRates rates{count.mated, count.non_mated, proportion(count.false_matches, count.non_mated),
                     proportion(count.false_non_matches, count.mated), true};
    rates.within = is_within(rates.fmr, result.fmr) && is_within(rates.fnmr, result.fnmr);
    result.within = result.within && rates.within;
    result.groups.emplace(group, rates);
  }
  return result;
}

AttackFigures score_attacks(std::span<const std::optional<float>> live,
                            const std::map<std::string, std::vector<std::optional<float>>>& attacks, float threshold) {
  const auto accepted = [&](std::span<const std::optional<float>> scores) {
    return static_cast<std::uint64_t>(std::count_if(
        scores.begin(), scores.end(), [&](const std::optional<float>& s) { return s && *s >= threshold; }));
  };
  AttackFigures figures;
  figures.bpcer = proportion(live.size() - accepted(live), live.size());
  for (const auto& [species, scores] : attacks) {
    const Estimate apcer = proportion(accepted(scores), scores.size());
    figures.apcer_worst = std::max(figures.apcer_worst, apcer.value);
    figures.apcer.emplace(species, apcer);
  }
  figures.acer = (figures.bpcer.value + figures.apcer_worst) / 2;
  return figures;
}

}  // namespace regard::eval
