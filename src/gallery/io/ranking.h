// The best that a search has seen so far.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "gallery/io/index.h"

namespace regard::gallery {

/// Scores from bytes: the best of each of the best subjects, and every template that may yet turn out to be one of
/// them when scores are computed exactly.
class Index::Ranking {
 public:
  struct Candidate {
    std::uint32_t position = 0;
    SubjectNumber subject = 0;
    float score = 0;
  };

  /// Scores may be off by `error`.
  Ranking(const SearchLimits& limits, float error) : subjects_{limits.subjects}, floor_{limits.floor}, error_{error} {}

  /// What a template's exact score must reach to matter.
  [[nodiscard]] float cutoff() const {
    return best_.size() < subjects_ ? floor_ : std::max(floor_, best_.back().score - error_);
  }

  void count_ranked() { ++ranked_; }
  [[nodiscard]] std::uint64_t ranked() const { return ranked_; }

  [[nodiscard]] bool wants(float score) const { return score + error_ >= cutoff(); }

  void offer(const Candidate& candidate) {
    if (!wants(candidate.score)) return;
    candidates_.push_back(candidate);
    raise(candidate);
    if (candidates_.size() >= 1024) prune();
  }

  void join(const Ranking& other) {
    ranked_ += other.ranked_;
    for (const Candidate& candidate : other.candidates_) offer(candidate);
  }

  /// Those that may be among the best, best first.
  [[nodiscard]] const std::vector<Candidate>& candidates() {
    prune();
    std::ranges::sort(candidates_, std::greater{}, &Candidate::score);
    return candidates_;
  }

 private:
  void raise(const Candidate& candidate) {
    const auto same = std::ranges::find(best_, candidate.subject, &Candidate::subject);
    if (same != best_.end()) {
      same->score = std::max(same->score, candidate.score);
    } else if (best_.size() < subjects_) {
      best_.push_back(candidate);
    } else if (candidate.score > best_.back().score) {
      best_.back() = candidate;
    }
    std::ranges::sort(best_, std::greater{}, &Candidate::score);
  }

  void prune() {
    const float least = cutoff() - error_;
    std::erase_if(candidates_, [&](const Candidate& candidate) { return candidate.score < least; });
  }

  std::size_t subjects_;
  float floor_;
  float error_;
  std::uint64_t ranked_ = 0;
  std::vector<Candidate> best_;  ///< of different subjects, best first
  std::vector<Candidate> candidates_;
};

}  // namespace regard::gallery
