#include "capture/logic/pacing.h"

#include <algorithm>
#include <cmath>

namespace regard::capture {

// Half a frame's distance of tolerance: time stamps are rounded (Matroska: to 1 ms) and cameras jitter, and a frame
// that is a little early must not miss the slot that it was meant for.
Pacer::Pacer(double frames_per_second, Duration frame_duration)
    : period_{frames_per_second > 0 ? 1 / frames_per_second : 0} {
  set_frame_duration(frame_duration);
}

void Pacer::set_frame_duration(Duration frame_duration) {
  frame_duration_ = std::max(0.0, seconds(frame_duration));
  tolerance_ = std::min(period_, frame_duration_ > 0 ? frame_duration_ : period_ / 4) / 2;
}

std::int64_t Pacer::slot(double position) const {
  return static_cast<std::int64_t>(std::floor((position + tolerance_) / period_));
}

bool Pacer::take(Duration position) {
  if (takes_all()) return true;
  const std::int64_t here = slot(seconds(position));
  if (last_slot_ && here <= *last_slot_) return false;
  last_slot_ = here;
  return true;
}

bool Pacer::may_be_due(Duration position) const {
  if (takes_all() || frame_duration_ <= 0) return true;
  const double here = seconds(position);
  // The frame before may be missing or late by half a distance; then this one is the slot's first.
  return slot(here) != slot(here - 1.5 * frame_duration_);
}

bool Pacer::has_taken(Duration position) const {
  return !takes_all() && last_slot_ && slot(seconds(position)) <= *last_slot_;
}

void Timeline::restart(Duration position) {
  origin_.reset();
  base_ = position;
}

std::optional<Duration> Timeline::foresee(std::optional<Duration> stamp) const {
  if (!stamp || !origin_) return std::nullopt;
  return base_ + (*stamp - *origin_);
}

Duration Timeline::place(std::optional<Duration> stamp, std::optional<Duration> arrival) {
  const Duration next = last_ ? *last_ + std::max(step_, Duration{1}) : base_;
  Duration position = arrival.value_or(next);
  if (stamp) {
    if (!origin_) origin_ = stamp;
    position = base_ + (*stamp - *origin_);
    const Duration expected = arrival.value_or(position);
    if (position > expected + longest_stray || position < expected - longest_stray) {
      origin_ = stamp;
      base_ = position = expected;
    }
  }
  if (last_ && position <= *last_) position = *last_ + Duration{1};
  last_ = position;
  return position;
}

void FrameDistance::observe(Duration stamp) {
  // A step back or a long gap is a new beginning.
  if (!stamps_.empty() && (stamp <= stamps_.back() || stamp > stamps_.back() + std::chrono::seconds{2}))
    stamps_.clear();
  stamps_.push_back(stamp);
  if (stamps_.size() > window) stamps_.pop_front();
}

std::optional<Duration> FrameDistance::usual() const {
  if (stamps_.size() < window) return std::nullopt;
  return (stamps_.back() - stamps_.front()) / static_cast<Duration::rep>(window - 1);
}

void KeyFrameRhythm::observe(Duration position, bool key) {
  latest_ = std::max(latest_, position);
  if (!key) return;
  if (last_key_) {
    const double gap = seconds(position - *last_key_);
    // Forget an old maximum slowly, so that one long gap does not count for ever.
    longest_gap_ = gap >= longest_gap_ ? gap : longest_gap_ + (gap - longest_gap_) / 8;
    gaps_ = std::min(gaps_ + 1, needed);
  }
  last_key_ = position;
}

bool KeyFrameRhythm::enough_for(double period) const {
  constexpr double rounding = 1.02;  // time stamps of both are rounded
  if (gaps_ < needed || period <= 0 || !last_key_) return false;
  return longest_gap_ <= period * rounding && seconds(latest_ - *last_key_) <= period * rounding;
}

Duration retry_delay(int attempt, Duration first, Duration longest, double random) {
  const double doubled = seconds(first) * std::exp2(std::clamp(attempt, 0, 30));
  return from_seconds(std::min(doubled, seconds(longest)) * (0.5 + 0.5 * std::clamp(random, 0.0, 1.0)));
}

}  // namespace regard::capture
