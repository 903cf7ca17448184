#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "eval/eval.h"
#include "track/assignment.h"

namespace regard::eval {
namespace {

constexpr float least_overlap = 0.5F;
constexpr float forbidden = std::numeric_limits<float>::infinity();
constexpr int hota_steps = 19;  // IoU .05, .10, ... .95
constexpr double rounding = 1e-7;

/// Frames with numbers made dense (0, 1, ...) and the overlap of every true with every found box.
struct Frame {
  std::vector<std::size_t> truth;
  std::vector<std::size_t> found;
  std::vector<float> overlaps;  ///< truth x found

  [[nodiscard]] float at(std::size_t t, std::size_t f) const { return overlaps[t * found.size() + f]; }
};

struct Sequence {
  std::vector<Frame> frames;
  std::size_t truth_ids = 0;
  std::size_t found_ids = 0;
  std::vector<double> truth_count;  ///< boxes of each true number
  std::vector<double> found_count;
};

/// `found` without the boxes that are joined with an ignored one.
std::vector<NumberedBox> counted(const JudgedFrame& frame) {
  const std::size_t columns = frame.truth.size() + frame.ignored.size();
  std::vector<float> costs;
  costs.reserve(frame.found.size() * columns);
  for (const NumberedBox& one : frame.found) {
    for (std::size_t c = 0; c < columns; ++c) {
      const PixelBox& other = c < frame.truth.size() ? frame.truth[c].box : frame.ignored[c - frame.truth.size()];
      const float common = overlap(one.box, other);
      costs.push_back(common < least_overlap ? forbidden : -common);
    }
  }
  const std::vector<int> joined =
      track::assign(costs, static_cast<int>(frame.found.size()), static_cast<int>(columns), 0);
  std::vector<NumberedBox> kept;
  for (std::size_t f = 0; f < frame.found.size(); ++f) {
    if (joined[f] < static_cast<int>(frame.truth.size())) kept.push_back(frame.found[f]);
  }
  return kept;
}

std::size_t dense(std::map<std::uint64_t, std::size_t>& numbers, std::uint64_t id, std::vector<double>& count) {
  const std::size_t number = numbers.emplace(id, numbers.size()).first->second;
  if (number == count.size()) count.push_back(0);
  ++count[number];
  return number;
}

Sequence prepare(std::span<const JudgedFrame> frames) {
  Sequence sequence;
  std::map<std::uint64_t, std::size_t> truth_numbers;
  std::map<std::uint64_t, std::size_t> found_numbers;
  for (const JudgedFrame& given : frames) {
    const std::vector<NumberedBox> found = counted(given);
    Frame frame;
    for (const NumberedBox& one : given.truth)
      frame.truth.push_back(dense(truth_numbers, one.id, sequence.truth_count));
    for (const NumberedBox& one : found) frame.found.push_back(dense(found_numbers, one.id, sequence.found_count));
    for (const NumberedBox& t : given.truth) {
      for (const NumberedBox& f : found) frame.overlaps.push_back(overlap(t.box, f.box));
    }
    sequence.frames.push_back(std::move(frame));
  }
  sequence.truth_ids = truth_numbers.size();
  sequence.found_ids = found_numbers.size();
  return sequence;
}

/// CLEAR-MOT: a pair of the frame before is kept while it still overlaps enough, the rest is joined by overlap.
void score_clear(const Sequence& sequence, TrackingScores& scores) {
  constexpr float keeps = 1000;  // outweighs any overlap
  constexpr auto nobody = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> last(sequence.truth_ids, nobody);      // ever joined with
  std::vector<std::size_t> previous(sequence.truth_ids, nobody);  // joined with in the frame before
  double overlaps = 0;
  std::uint64_t joined_pairs = 0;
  for (const Frame& frame : sequence.frames) {
    std::vector<float> costs;
    for (std::size_t t = 0; t < frame.truth.size(); ++t) {
      for (std::size_t f = 0; f < frame.found.size(); ++f) {
        const float common = frame.at(t, f);
        const float kept = previous[frame.truth[t]] == frame.found[f] ? keeps : 0;
        costs.push_back(common < least_overlap ? forbidden : -common - kept);
      }
    }
    const std::vector<int> joined =
        track::assign(costs, static_cast<int>(frame.truth.size()), static_cast<int>(frame.found.size()), 0);
    previous.assign(previous.size(), nobody);
    std::uint64_t pairs = 0;
    for (std::size_t t = 0; t < joined.size(); ++t) {
      if (joined[t] < 0) continue;
      const auto f = static_cast<std::size_t>(joined[t]);
      const std::size_t truth = frame.truth[t];
      if (last[truth] != nobody && last[truth] != frame.found[f]) ++scores.switches;
      last[truth] = previous[truth] = frame.found[f];
      overlaps += frame.at(t, f);
      ++pairs;
    }
    joined_pairs += pairs;
    scores.truths += frame.truth.size();
    scores.misses += frame.truth.size() - pairs;
    scores.false_positives += frame.found.size() - pairs;
  }
  const auto wrong = static_cast<double>(scores.misses + scores.false_positives + scores.switches);
  scores.mota = scores.truths > 0 ? 1 - wrong / static_cast<double>(scores.truths) : 0;
  scores.motp = joined_pairs > 0 ? overlaps / static_cast<double>(joined_pairs) : 0;
}

/// IDF1: the one-to-one pairing of true and found numbers over the whole sequence that agrees in the most boxes.
void score_identity(const Sequence& sequence, TrackingScores& scores) {
  std::vector<float> agreeing(sequence.truth_ids * sequence.found_ids);
  double truths = 0;
  double found = 0;
  for (const Frame& frame : sequence.frames) {
    truths += static_cast<double>(frame.truth.size());
    found += static_cast<double>(frame.found.size());
    for (std::size_t t = 0; t < frame.truth.size(); ++t) {
      for (std::size_t f = 0; f < frame.found.size(); ++f) {
        if (frame.at(t, f) >= least_overlap) ++agreeing[frame.truth[t] * sequence.found_ids + frame.found[f]];
      }
    }
  }
  std::vector<float> costs = agreeing;
  for (float& cost : costs) cost = -cost;
  const std::vector<int> joined =
      track::assign(costs, static_cast<int>(sequence.truth_ids), static_cast<int>(sequence.found_ids), 0);
  double right = 0;
  for (std::size_t t = 0; t < joined.size(); ++t) {
    if (joined[t] >= 0) right += agreeing[t * sequence.found_ids + static_cast<std::size_t>(joined[t])];
  }
  scores.idf1 = truths + found > 0 ? 2 * right / (truths + found) : 0;
}

/// How well each true number goes with each found one over the whole sequence (HOTA, section 4.5 and TrackEval).
std::vector<double> alignment(const Sequence& sequence) {
  std::vector<double> together(sequence.truth_ids * sequence.found_ids);
  for (const Frame& frame : sequence.frames) {
    std::vector<double> of_truth(frame.truth.size());
    std::vector<double> of_found(frame.found.size());
    for (std::size_t t = 0; t < frame.truth.size(); ++t) {
      for (std::size_t f = 0; f < frame.found.size(); ++f) {
        of_truth[t] += frame.at(t, f);
        of_found[f] += frame.at(t, f);
      }
    }
    for (std::size_t t = 0; t < frame.truth.size(); ++t) {
      for (std::size_t f = 0; f < frame.found.size(); ++f) {
        const double rest = of_truth[t] + of_found[f] - frame.at(t, f);
        if (rest > 0) together[frame.truth[t] * sequence.found_ids + frame.found[f]] += frame.at(t, f) / rest;
      }
    }
  }
  for (std::size_t t = 0; t < sequence.truth_ids; ++t) {
    for (std::size_t f = 0; f < sequence.found_ids; ++f) {
      double& value = together[t * sequence.found_ids + f];
      value /= sequence.truth_count[t] + sequence.found_count[f] - value;
    }
  }
  return together;
}

/// The pairs of true and found boxes that HOTA joins in one frame, and how far they overlap.
struct Joined {
  std::size_t truth = 0;
  std::size_t found = 0;
  double common = 0;
};

std::vector<Joined> join_for_hota(const Frame& frame, const std::vector<double>& aligned, std::size_t found_ids) {
  std::vector<float> costs;
  for (std::size_t t = 0; t < frame.truth.size(); ++t) {
    for (std::size_t f = 0; f < frame.found.size(); ++f) {
      costs.push_back(static_cast<float>(-aligned[frame.truth[t] * found_ids + frame.found[f]] * frame.at(t, f)));
    }
  }
  const std::vector<int> chosen =
      track::assign(costs, static_cast<int>(frame.truth.size()), static_cast<int>(frame.found.size()), 0);
  std::vector<Joined> result;
  for (std::size_t t = 0; t < chosen.size(); ++t) {
    if (chosen[t] < 0) continue;
    const auto f = static_cast<std::size_t>(chosen[t]);
    result.push_back({frame.truth[t], frame.found[f], frame.at(t, f)});
  }
  return result;
}

void score_hota(const Sequence& sequence, TrackingScores& scores) {
  const std::vector<double> aligned = alignment(sequence);
  double truths = 0;
  double found = 0;
  std::vector<Joined> all;
  for (const Frame& frame : sequence.frames) {
    truths += static_cast<double>(frame.truth.size());
    found += static_cast<double>(frame.found.size());
    const std::vector<Joined> joined = join_for_hota(frame, aligned, sequence.found_ids);
    all.insert(all.end(), joined.begin(), joined.end());
  }
  for (int step = 1; step <= hota_steps; ++step) {
    const double least = 0.05 * step - rounding;
    std::map<std::pair<std::size_t, std::size_t>, double> matches;
    double right = 0;
    for (const Joined& one : all) {
      if (one.common < least) continue;
      ++matches[{one.truth, one.found}];
      ++right;
    }
    double associated = 0;
    for (const auto& [pair, count] : matches) {
      associated += count * count / (sequence.truth_count[pair.first] + sequence.found_count[pair.second] - count);
    }
    const double deta = truths + found > 0 ? right / (truths + found - right) : 0;
    const double assa = right > 0 ? associated / right : 0;
    scores.deta += deta / hota_steps;
    scores.assa += assa / hota_steps;
    scores.hota += std::sqrt(deta * assa) / hota_steps;
  }
}

}  // namespace

std::uint64_t Visits::number(std::uint64_t person, Duration position) {
  Visit& visit = visits_[person];
  if (visit.number == 0 || position - visit.last > absence_) visit.number = ++count_;
  visit.last = position;
  return visit.number;
}

TrackingScores score_tracking(std::span<const JudgedFrame> frames) {
  const Sequence sequence = prepare(frames);
  TrackingScores scores;
  scores.frames = frames.size();
  score_clear(sequence, scores);
  score_identity(sequence, scores);
  score_hota(sequence, scores);
  return scores;
}

}  // namespace regard::eval
