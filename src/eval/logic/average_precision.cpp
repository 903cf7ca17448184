#include <algorithm>
#include <array>
#include <numeric>
#include <random>

#include "eval/eval.h"

namespace regard::eval {
namespace {

using detect::ObjectClass;

constexpr std::size_t overlap_steps = 10;  // IoU .50, .55, ... .95
constexpr std::size_t most_per_image = 100;
constexpr std::size_t recall_points = 101;

/// What a detection turned out to be, at each overlap asked for.
enum class Verdict : char { right, wrong, uncounted };

struct Judged {
  float score = 0;
  std::size_t image = 0;
  std::array<Verdict, overlap_steps> verdicts{};
};

/// Everything of one class: detections by falling score, and how many truths each picture has.
struct ClassEvidence {
  std::vector<Judged> detections;
  std::vector<std::uint64_t> truths;  ///< per picture
};

double common_part(const PixelBox& found, const TruthBox& truth) {
  const double common = intersect(found, truth.box).area();
  const double together = truth.crowd ? found.area() : found.area() + truth.box.area() - common;
  return together > 0 ? common / together : 0;
}

/// Joins detections (best first) with truths of the same class in one picture at one overlap. cocoeval.py, evaluateImg.
void judge(const std::vector<const TruthBox*>& truths, const std::vector<PixelBox>& boxes, std::size_t step,
           std::vector<Judged>& judged) {
  const double least = std::min(0.5 + 0.05 * static_cast<double>(step), 1 - 1e-10);
  std::vector<char> taken(truths.size());
  for (std::size_t d = 0; d < boxes.size(); ++d) {
    std::size_t match = truths.size();
    double best = least;
    for (std::size_t t = 0; t < truths.size(); ++t) {
      if (taken[t] != 0 && !truths[t]->crowd) continue;
      if (match < truths.size() && !truths[match]->crowd && truths[t]->crowd)
        continue;  // a crowd never takes from an object
      const double common = common_part(boxes[d], *truths[t]);
      const bool replaces_crowd = match < truths.size() && truths[match]->crowd && !truths[t]->crowd && common >= least;
      if (common < best && !replaces_crowd) continue;
      best = common;
      match = t;
    }
    if (match == truths.size()) {
      judged[d].verdicts[step] = Verdict::wrong;
    } else {
      taken[match] = 1;
      judged[d].verdicts[step] = truths[match]->crowd ? Verdict::uncounted : Verdict::right;
    }
  }
}

std::map<ObjectClass, ClassEvidence> gather(std::span<const JudgedImage> images) {
  std::map<ObjectClass, ClassEvidence> classes;
  for (const JudgedImage& image : images) {
    for (const TruthBox& truth : image.truth) {
      if (!truth.crowd) classes[truth.object].truths.resize(images.size());
    }
  }
  for (auto& [object, evidence] : classes) {
    for (std::size_t i = 0; i < images.size(); ++i) {
      std::vector<const TruthBox*> truths;
      for (const TruthBox& truth : images[i].truth) {
        if (truth.object == object) truths.push_back(&truth);
        if (truth.object == object && !truth.crowd) ++evidence.truths[i];
      }
      std::vector<const detect::Detection*> found;
      for (const detect::Detection& one : images[i].found) {
        if (one.kind != detect::Kind::face && one.object == object) found.push_back(&one);
      }
      std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->score > b->score; });
      if (found.size() > most_per_image) found.resize(most_per_image);
      std::vector<PixelBox> boxes;
      std::vector<Judged> judged;
      for (const detect::Detection* one : found) {
        boxes.push_back(one->box);
        judged.push_back({one->score.value, i, {}});
      }
      for (std::size_t step = 0; step < overlap_steps; ++step) judge(truths, boxes, step, judged);
      evidence.detections.insert(evidence.detections.end(), judged.begin(), judged.end());
    }
    std::stable_sort(evidence.detections.begin(), evidence.detections.end(),
                     [](const Judged& a, const Judged& b) { return a.score > b.score; });
  }
  return classes;
}

/// Average precision at one overlap, each picture counted `weights[i]` times; negative when no truth is left.
double average_precision(const ClassEvidence& evidence, std::size_t step, std::span<const int> weights) {
  double truths = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) truths += static_cast<double>(evidence.truths[i]) * weights[i];
  if (truths == 0) return -1;
  std::vector<std::pair<double, double>> curve;  // recall, precision
  curve.reserve(evidence.detections.size());
  double right = 0;
  double wrong = 0;
  for (const Judged& one : evidence.detections) {
    const int weight = weights[one.image];
    if (weight == 0 || one.verdicts[step] == Verdict::uncounted) continue;
    (one.verdicts[step] == Verdict::right ? right : wrong) += weight;
    curve.emplace_back(right / truths, right / (right + wrong));
  }
  for (std::size_t i = curve.size(); i-- > 1;) curve[i - 1].second = std::max(curve[i - 1].second, curve[i].second);
  double sum = 0;
  std::size_t at = 0;
  for (std::size_t point = 0; point < recall_points; ++point) {
    const double recall = static_cast<double>(point) / (recall_points - 1);
    while (at < curve.size() && curve[at].first < recall) ++at;
    if (at < curve.size()) sum += curve[at].second;
  }
  return sum / recall_points;
}

struct Means {
  double ap50 = 0;
  double ap50_95 = 0;
  double ap50_person = 0;
  double ap50_95_person = 0;
};

Means means(const std::map<ObjectClass, ClassEvidence>& classes, std::span<const int> weights) {
  Means result;
  double counted = 0;
  for (const auto& [object, evidence] : classes) {
    const double at_half = average_precision(evidence, 0, weights);
    if (at_half < 0) continue;
    double over_all = 0;
    for (std::size_t step = 0; step < overlap_steps; ++step)
      over_all += average_precision(evidence, step, weights) / overlap_steps;
    result.ap50 += at_half;
    result.ap50_95 += over_all;
    ++counted;
    if (object.value == 0) {
      result.ap50_person = at_half;
      result.ap50_95_person = over_all;
    }
  }
  if (counted > 0) {
    result.ap50 /= counted;
    result.ap50_95 /= counted;
  }
  return result;
}

Estimate interval(double value, std::vector<double>& sample) {
  std::sort(sample.begin(), sample.end());
  const auto at = [&](double part) {
    return sample[static_cast<std::size_t>(part * static_cast<double>(sample.size() - 1) + 0.5)];
  };
  return {value, at(0.025), at(0.975)};
}

}  // namespace

DetectionScores score_detections(std::span<const JudgedImage> images, Score working_threshold) {
  const std::vector<int> once(images.size(), 1);
  DetectionScores scores;
  for (const auto& [object, evidence] : gather(images)) {
    ClassScores& one = scores.classes[object];
    one.ap50 = average_precision(evidence, 0, once);
    for (std::size_t step = 0; step < overlap_steps; ++step)
      one.ap50_95 += average_precision(evidence, step, once) / overlap_steps;
    one.truths = std::accumulate(evidence.truths.begin(), evidence.truths.end(), std::uint64_t{0});
    for (const Judged& detection : evidence.detections) {
      if (detection.score < working_threshold.value) break;
      if (detection.verdicts[0] == Verdict::right) ++one.found;
      if (detection.verdicts[0] == Verdict::wrong) ++one.wrong;
    }
    scores.ap50 += one.ap50;
    scores.ap50_95 += one.ap50_95;
  }
  if (!scores.classes.empty()) {
    scores.ap50 /= static_cast<double>(scores.classes.size());
    scores.ap50_95 /= static_cast<double>(scores.classes.size());
  }
  return scores;
}

DetectionEstimates bootstrap_detections(std::span<const JudgedImage> images, std::uint64_t seed, int rounds) {
  CHECK(rounds >= 1 && !images.empty());
  const std::map<ObjectClass, ClassEvidence> classes = gather(images);
  const Means value = means(classes, std::vector<int>(images.size(), 1));
  std::mt19937_64 random{seed};
  std::array<std::vector<double>, 4> samples;
  for (int round = 0; round < rounds; ++round) {
    std::vector<int> weights(images.size());
    for (std::size_t i = 0; i < images.size(); ++i) ++weights[random() % images.size()];
    const Means drawn = means(classes, weights);
    samples[0].push_back(drawn.ap50);
    samples[1].push_back(drawn.ap50_95);
    samples[2].push_back(drawn.ap50_person);
    samples[3].push_back(drawn.ap50_95_person);
  }
  return {interval(value.ap50, samples[0]), interval(value.ap50_95, samples[1]),
          interval(value.ap50_person, samples[2]), interval(value.ap50_95_person, samples[3])};
}

}  // namespace regard::eval
