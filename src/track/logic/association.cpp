#include "track/logic/association.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "track/assignment.h"

namespace regard::track {

const Observation& Followed::earlier(Duration age) const {
  const std::size_t held = std::min(recent_count, recent.size());
  const Duration oldest = latest().position - age;
  std::size_t back = 0;
  while (back + 1 < held && recent[(recent_count - 2 - back) % recent.size()].position >= oldest) ++back;
  return recent[(recent_count - 1 - back) % recent.size()];
}

namespace {

constexpr float forbidden = std::numeric_limits<float>::infinity();
// More than any allowed pair costs, so that as many pairs as possible are made among those that are allowed.
constexpr float unpaired = 4;
// 99 % of a chi-square distribution with two degrees of freedom.
constexpr float gate = 9.21F;
// Weight of a turn by 180 degrees against overlap, and how far back a direction is measured: OC-SORT (Cao et al., CVPR
// 2023, section 4.2) uses .2 and three frames of 30 per second at walking pace, here half a second for noise at small
// sizes.
constexpr float direction_weight = 0.2F;
constexpr Duration direction_span = std::chrono::milliseconds{500};
// A direction counts fully when the box has moved by this part of its height: below, it is the detector's jitter.
constexpr float steady_move = 0.25F;
// Boxes are widened by one standard deviation of the prediction on each side, within these parts of the height: .3 and
// .5 are the buffers of C-BIoU; a new track of unknown velocity may need more.
constexpr float least_widening = 0.2F;
constexpr float most_widening = 1.0F;

PixelBox widened(const PixelBox& box, float by) {
  return {box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by};
}

/// 0 when a continuation keeps the track's direction, 1 when it turns back; less when the track hardly moves.
float turn(const Followed& one, const PixelBox& next) {
  const PixelPoint from = one.earlier(direction_span).box.centre();
  const PixelPoint now = one.latest().box.centre();
  const PixelPoint to = next.centre();
  const float moved = std::hypot(now.x - from.x, now.y - from.y);
  const float would = std::hypot(to.x - from.x, to.y - from.y);
  if (moved <= 0 || would <= 0) return 0;
  const float cosine = ((now.x - from.x) * (to.x - from.x) + (now.y - from.y) * (to.y - from.y)) / (moved * would);
  const float angle = std::acos(std::clamp(cosine, -1.0F, 1.0F)) / std::numbers::pi_v<float>;
  return angle * std::min(1.0F, moved / (steady_move * std::max(1.0F, one.latest().box.height)));
}

/// The state of one association: who is still free.
class Pairing {
 public:
  Pairing(std::span<const Followed> tracks, std::span<const detect::Detection> detections)
      : tracks_{tracks}, detections_{detections}, taken_track_(tracks.size()), taken_detection_(detections.size()) {
    predicted_.reserve(tracks.size());
    for (const Followed& one : tracks) predicted_.push_back(one.motion.box());
  }

  /// Pairs the free tracks for which `takes_part` with the free of `candidates` at the smallest sum of `cost`.
  template <typename Filter, typename Cost>
  void run(std::span<const std::size_t> candidates, Filter takes_part, Cost cost) {
    std::vector<std::size_t> rows;
    for (std::size_t t = 0; t < tracks_.size(); ++t) {
      if (taken_track_[t] == 0 && takes_part(tracks_[t])) rows.push_back(t);
    }
    std::vector<std::size_t> columns;
    for (const std::size_t d : candidates) {
      if (taken_detection_[d] == 0) columns.push_back(d);
    }
    if (rows.empty() || columns.empty()) return;
    std::vector<float> costs;
    costs.reserve(rows.size() * columns.size());
    for (const std::size_t t : rows) {
      for (const std::size_t d : columns) costs.push_back(cost(tracks_[t], predicted_[t], detections_[d].box));
    }
    const std::vector<int> chosen =
        assign(costs, static_cast<int>(rows.size()), static_cast<int>(columns.size()), unpaired);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (chosen[r] < 0) continue;
      const std::size_t d = columns[static_cast<std::size_t>(chosen[r])];
      taken_track_[rows[r]] = 1;
      taken_detection_[d] = 1;
      result_.pairs.emplace_back(rows[r], d);
    }
  }

  Association finish(std::span<const std::size_t> strong) && {
    for (const std::size_t d : strong) {
      if (taken_detection_[d] == 0) result_.fresh.push_back(d);
    }
    return std::move(result_);
  }

 private:
  std::span<const Followed> tracks_;
  std::span<const detect::Detection> detections_;
  std::vector<PixelBox> predicted_;
  std::vector<char> taken_track_;
  std::vector<char> taken_detection_;
  Association result_;
};

}  // namespace

Association associate(std::span<const Followed> tracks, std::span<const detect::Detection> detections,
                      std::span<const std::size_t> indices, const Options& options) {
  std::vector<std::size_t> strong;
  std::vector<std::size_t> weak;
  for (const std::size_t d : indices) {
    if (detections[d].score >= options.high) {
      strong.push_back(d);
    } else if (detections[d].score >= options.low) {
      weak.push_back(d);
    }
  }
  const auto known = [](const Followed& one) { return one.track.state != State::tentative; };
  const auto seen_just_now = [&](const Followed& one) { return known(one) && one.misses == 0; };
  const auto tentative = [&](const Followed& one) { return !known(one); };
  const auto by_overlap = [](float least) {
    return [least](const Followed& one, const PixelBox& predicted, const PixelBox& box) {
      const float common = overlap(predicted, box);
      return common < least ? forbidden : 1 - common + direction_weight * turn(one, box);
    };
  };
  const auto widely = [&](const Followed& one, const PixelBox& predicted, const PixelBox& box) {
    const float by = std::clamp(one.motion.uncertainty(), least_widening * box.height, most_widening * box.height);
    const float common = overlap(widened(predicted, by), widened(box, by));
    if (common < options.first_overlap || one.motion.distance(box) > gate) return forbidden;
    return 1 - common + direction_weight * turn(one, box);
  };

  Pairing pairing{tracks, detections};
  pairing.run(strong, known, by_overlap(options.first_overlap));
  pairing.run(weak, seen_just_now, by_overlap(options.second_overlap));
  pairing.run(strong, known, widely);
  pairing.run(strong, tentative, by_overlap(options.first_overlap));
  pairing.run(strong, tentative, widely);
  return std::move(pairing).finish(strong);
}

}  // namespace regard::track
