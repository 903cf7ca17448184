// HOTA held against its definition, computed slowly: Luiten et al., "HOTA: A Higher Order Metric for Evaluating
// Multi-Object Tracking", IJCV 2020, equations for A(c), DetA, AssA and HOTA; which boxes are joined as in the authors'
// TrackEval (trackeval/metrics/hota.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "eval/eval.h"

namespace regard::eval {
namespace {

struct Match {
  std::uint64_t truth = 0;
  std::uint64_t found = 0;
  double common = 0;
};

/// Intersection over union in double, without core's.
double common_part(const PixelBox& a, const PixelBox& b) {
  const double width = std::min<double>(a.right(), b.right()) - std::max<double>(a.x, b.x);
  const double height = std::min<double>(a.bottom(), b.bottom()) - std::max<double>(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return width * height / (double{a.area()} + double{b.area()} - width * height);
}

double boxes_of(std::span<const JudgedFrame> frames, std::vector<NumberedBox> JudgedFrame::*list, std::uint64_t id) {
  double count = 0;
  for (const JudgedFrame& frame : frames) {
    for (const NumberedBox& box : frame.*list) count += box.id == id ? 1 : 0;
  }
  return count;
}

/// How well two numbers go together over the sequence: TrackEval's global alignment score.
double alignment_of(std::span<const JudgedFrame> frames, std::uint64_t truth, std::uint64_t found) {
  double together = 0;
  for (const JudgedFrame& frame : frames) {
    for (const NumberedBox& t : frame.truth) {
      for (const NumberedBox& f : frame.found) {
        if (t.id != truth || f.id != found) continue;
        double rest = -common_part(t.box, f.box);
        for (const NumberedBox& other : frame.found) rest += common_part(t.box, other.box);
        for (const NumberedBox& other : frame.truth) rest += common_part(other.box, f.box);
        if (rest > 0) together += common_part(t.box, f.box) / rest;
      }
    }
  }
  return together /
         (boxes_of(frames, &JudgedFrame::truth, truth) + boxes_of(frames, &JudgedFrame::found, found) - together);
}

/// Of all ways to join the boxes of one frame one to one, that with the largest sum of alignment times overlap.
std::vector<Match> best_matches(std::span<const JudgedFrame> frames, const JudgedFrame& frame) {
  std::vector<Match> chosen;
  std::vector<Match> best;
  double best_sum = -1;
  std::vector<bool> used(frame.found.size());
  const std::function<void(std::size_t, double)> try_from = [&](std::size_t t, double sum) {
    if (t == frame.truth.size()) {
      if (sum > best_sum) {
        best_sum = sum;
        best = chosen;
      }
      return;
    }
    try_from(t + 1, sum);
    for (std::size_t f = 0; f < frame.found.size(); ++f) {
      if (used[f]) continue;
      const double common = common_part(frame.truth[t].box, frame.found[f].box);
      used[f] = true;
      chosen.push_back({frame.truth[t].id, frame.found[f].id, common});
      try_from(t + 1, sum + common * alignment_of(frames, frame.truth[t].id, frame.found[f].id));
      chosen.pop_back();
      used[f] = false;
    }
  };
  try_from(0, 0);
  return best;
}

/// The sum of A(c) over the true positives: how much of its two tracks each of them shares.
double association(std::span<const JudgedFrame> frames, const std::vector<Match>& positives) {
  double sum = 0;
  for (const Match& one : positives) {
    double shared = 0;  // TPA(c)
    for (const Match& other : positives) shared += other.truth == one.truth && other.found == one.found ? 1 : 0;
    const double missed = boxes_of(frames, &JudgedFrame::truth, one.truth) - shared;   // FNA(c)
    const double strange = boxes_of(frames, &JudgedFrame::found, one.found) - shared;  // FPA(c)
    sum += shared / (shared + missed + strange);
  }
  return sum;
}

TrackingScores by_definition(std::span<const JudgedFrame> frames) {
  std::vector<Match> all;
  double truths = 0;
  double found = 0;
  for (const JudgedFrame& frame : frames) {
    const std::vector<Match> matches = best_matches(frames, frame);
    all.insert(all.end(), matches.begin(), matches.end());
    truths += static_cast<double>(frame.truth.size());
    found += static_cast<double>(frame.found.size());
  }
  TrackingScores mean;
  constexpr int steps = 19;
  for (int step = 1; step <= steps; ++step) {
    std::vector<Match> positives;
    for (const Match& one : all) {
      if (one.common >= 0.05 * step) positives.push_back(one);
    }
    const auto right = static_cast<double>(positives.size());
    const double associated = association(frames, positives);
    const double either = truths + found - right;  // TP + FN + FP
    mean.hota += std::sqrt(associated / either) / steps;
    mean.deta += right / either / steps;
    mean.assa += (right > 0 ? associated / right : 0) / steps;
  }
  return mean;
}

/// Three people in a narrow room, found roughly, sometimes missed, sometimes under another's number; and false alarms.
std::vector<JudgedFrame> random_sequence(std::mt19937& random) {
  std::uniform_real_distribution<float> place{0, 25};
  std::normal_distribution<float> error{0, 2};
  std::uniform_real_distribution<double> chance{0, 1};
  std::vector<JudgedFrame> frames(8);
  for (JudgedFrame& frame : frames) {
    std::uint64_t next = 11;
    for (std::uint64_t id = 1; id <= 3; ++id) {
      const PixelBox box{place(random), place(random), 10, 20};
      if (chance(random) < 0.9) frame.truth.push_back({id, box});
      if (chance(random) < 0.2) continue;
      frame.found.push_back({next++, {box.x + error(random), box.y + error(random), 10, 20 + error(random)}});
    }
    if (chance(random) < 0.3) frame.found.push_back({next, {place(random), place(random), 10, 20}});
  }
  return frames;
}

TEST(ScoreTracking, gives_the_hota_of_the_definition_for_random_sequences) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random{seed};
    const std::vector<JudgedFrame> frames = random_sequence(random);
    const TrackingScores expected = by_definition(frames);
    const TrackingScores scores = score_tracking(frames);
    // Overlaps are floats there and doubles here; a pair is on the other side of a step only if it is closer than that.
    EXPECT_NEAR(scores.hota, expected.hota, 1e-6);
    EXPECT_NEAR(scores.deta, expected.deta, 1e-6);
    EXPECT_NEAR(scores.assa, expected.assa, 1e-6);
    EXPECT_GT(scores.hota, 0.1);  // or the sequence would show nothing
    EXPECT_LT(scores.hota, 0.9);
  }
}

}  // namespace
}  // namespace regard::eval
