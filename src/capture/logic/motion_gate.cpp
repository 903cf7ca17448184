#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "capture/capture.h"

namespace regard::capture {
namespace {

// How fast the reference follows the scene: slow enough that a walking person stays visible against it, fast enough
// that a parked car is part of the scene after about ten seconds (100 grey levels fall below 12 after 2.1 constants).
constexpr double adaptation_seconds = 5;

// Exposure and clouds move all cells together: up to so many grey levels of common change are not motion. More than
// that is a light being switched, which is worth a look.
constexpr float largest_common_change = 24;

// Noise of a cell, learnt as a slow mean of its absolute changes: a cell must change by more than so many times that.
constexpr float noise_multiple = 4;
// A busy cell must not become blind: its threshold grows at most to this multiple of `pixel_threshold`.
constexpr float highest_threshold_multiple = 3;
constexpr double noise_seconds = 20;
constexpr int first_frames = 8;

float common_change(std::vector<float>& changes) {
  const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2);
  std::nth_element(changes.begin(), middle, changes.end());
  return std::clamp(*middle, -largest_common_change, largest_common_change);
}

}  // namespace

MotionGate::MotionGate() : MotionGate{Options{}} {}

MotionGate::MotionGate(const Options& options) : options_{options} {
  CHECK(options.grid.width > 0 && options.grid.height > 0);
}

void MotionGate::start(const GreyImage& luma, Duration position) {
  reference_.assign(luma.bytes().begin(), luma.bytes().end());
  noise_.assign(reference_.size(), 0.0F);
  started_ = true;
  seen_ = 1;
  last_position_ = last_analysed_ = last_motion_ = position;
}

bool MotionGate::sees_motion(const GreyImage& luma, Duration position) {
  changes_.resize(reference_.size());
  const auto cells = luma.bytes();
  for (std::size_t i = 0; i < cells.size(); ++i) changes_[i] = static_cast<float>(cells[i]) - reference_[i];
  const float common = common_change(changes_);

  const double elapsed = std::max(0.0, seconds(position - last_position_));
  // The first frames are averaged plainly: one noisy picture is a poor reference.
  const double plain_average = seen_ < first_frames ? 1.0 / (seen_ + 1) : 0.0;
  const auto follow = static_cast<float>(std::max(1 - std::exp(-elapsed / adaptation_seconds), plain_average));
  const auto learn = static_cast<float>(std::max(1 - std::exp(-elapsed / noise_seconds), plain_average));
  seen_ = std::min(seen_ + 1, first_frames);
  const auto threshold = static_cast<float>(options_.pixel_threshold);
  std::size_t changed = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const float difference = static_cast<float>(cells[i]) - reference_[i];
    const float change = std::abs(difference - common);
    const float needed = std::clamp(noise_[i] * noise_multiple, threshold, threshold * highest_threshold_multiple);
    if (change > needed) ++changed;
    // An object passing by is one large change, not noise: it is learnt only in part.
    noise_[i] += (std::min(change, threshold * 2) - noise_[i]) * learn;
    reference_[i] += difference * follow;
  }
  last_position_ = position;
  return static_cast<double>(changed) > options_.changed_fraction * static_cast<double>(cells.size());
}

bool MotionGate::should_analyse(const GreyImage& luma, Duration position) {
  CHECK(luma.size() == options_.grid);
  if (!started_) {
    start(luma, position);
    return true;
  }
  if (sees_motion(luma, position)) last_motion_ = position, moved_ = true;
  const bool lingers = moved_ && position - last_motion_ <= options_.linger;
  if (lingers || position - last_analysed_ >= options_.refresh) {
    last_analysed_ = position;
    return true;
  }
  ++skipped_;
  return false;
}

}  // namespace regard::capture
