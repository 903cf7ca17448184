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

// Heights of one body in neighbouring frames differ by less than this factor, unless a part of it comes or goes.
constexpr float same_height = 1.35F;
// A weak detection is often a part of a body, or a box over two: it continues a track only when it has its height.
constexpr float same_height_weak = 1.25F;
// Edges agree when they are nearer than this part of the predicted height; the middle when nearer than half the width.
constexpr float same_edge = 0.15F;
constexpr float same_middle = 0.5F;
// Feet stand on the ground where nobody else stands; heads are seen above other heads. So feet are believed first.
constexpr float head_only = 0.3F;
// How fast a body may seem to grow when its box is in doubt, per second.
constexpr float growth = 0.1F;
constexpr float height_weight = 0.2F;
// A box that holds this part of each of two followed bodies, and is larger than they are by the second figure, is a box
// over both.
constexpr float held = 0.6F;
constexpr float larger = 1.4F;
// A box that lies in a followed body by this part, and begins where it begins, is its upper body seen twice.
constexpr float inside = 0.9F;
constexpr float same_top = 0.1F;

// Weight of entirely different clothes against overlap. In one-by-one-person-detection.mp4 two looks at the same person
// within three seconds differ by .03 (median) and .23 (95th percentile), looks at two people by .32 (median).
constexpr float clothing_weight = 2;
// Clothes that differ by more are another's. Looks a frame apart at somebody who stands alone differ by at most .21 in
// 99 %, looks at two people by at least .26 in 99 % (lobby, seeds 1 to 4, 10 frames a second); with people of 81 pixels
// (PETS09-S2L1) by at most .21 in 99 % and at least .22 in 95 %.
constexpr float other_clothes = 0.3F;
// A box just where the track must be may differ by so much more: it shows a neighbour or the background too.
constexpr float lenience = 0.4F;
// Clothes that differ by less are those of somebody lost: 99 % of looks at one person, see above.
constexpr float same_clothes = 0.22F;
// Somebody hidden walks on unseen: 1.4 m/s of a body of 1.75 m, in heights a second, and a start of a third of a
// height. Who comes back nearer or in part differs in height by less than the last factor.
constexpr float reach = 0.8F;
constexpr float reach_at_once = 0.33F;
constexpr float same_height_later = 1.6F;
// A body that covers more than this part of another hides it, or shows its own clothes instead.
constexpr float hiding = 0.25F;
// Who has not been found in so many frames is no longer where he is expected.
constexpr int still_there = 5;
// A body with less than this part in a box does not make the box larger.
constexpr float beside = 0.3F;

bool feet_agree(const PixelBox& predicted, const PixelBox& box) {
  return std::abs(predicted.bottom() - box.bottom()) < same_edge * predicted.height;
}
bool head_agrees(const PixelBox& predicted, const PixelBox& box) {
  return std::abs(predicted.y - box.y) < same_edge * predicted.height;
}

float height_ratio(const PixelBox& a, const PixelBox& b) {
  const float ratio = std::max(1.0F, a.height) / std::max(1.0F, b.height);
  return std::max(ratio, 1 / ratio);
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

/// What a stage of the association asks of clothes.
enum class Dress {
  not_another,  ///< clothes that are not known may be anybody's
  the_same,     ///< they must be known on both sides, and alike
};

/// The state of one association: who is still free.
class Pairing {
 public:
  Pairing(std::span<const Followed> tracks, std::span<const detect::Detection> detections)
      : tracks_{tracks}, detections_{detections}, taken_track_(tracks.size()), taken_detection_(detections.size()) {
    predicted_.reserve(tracks.size());
    for (const Followed& one : tracks) predicted_.push_back(one.motion.box());
  }

  /// Pairs the free tracks for which `takes_part` with the free of `candidates` at the smallest sum of `cost` and
  /// difference in clothes.
  template <typename Filter, typename Cost>
  void run(std::span<const std::size_t> candidates, Filter takes_part, Cost cost, Trust trust = Trust::full,
           Dress dress = Dress::not_another) {
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
      for (const std::size_t d : columns) {
        const float place = cost(tracks_[t], predicted_[t], detections_[d]);
        costs.push_back(place < forbidden ? place + clothing_cost(t, d, dress) : forbidden);
      }
    }
    const std::vector<int> chosen =
        assign(costs, static_cast<int>(rows.size()), static_cast<int>(columns.size()), unpaired);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (chosen[r] >= 0) take(rows[r], columns[static_cast<std::size_t>(chosen[r])], trust);
    }
  }

  /// What begins a track: strong enough, free, and neither a box over two followed things nor a part of one.
  Association finish(std::span<const std::size_t> strong, Score fresh) && {
    for (const std::size_t d : strong) {
      const detect::Detection& one = detections_[d];
      if (taken_detection_[d] == 0 && one.score >= fresh && !is_over_two(one.box) && !is_part(one.box))
        result_.fresh.push_back(d);
    }
    for (std::size_t t = 0; t < tracks_.size(); ++t) {
      if (taken_track_[t] == 0 && is_hidden(t)) result_.hidden.push_back(t);
    }
    return std::move(result_);
  }

 private:
  void take(std::size_t t, std::size_t d, Trust trust) {
    taken_track_[t] = 1;
    taken_detection_[d] = 1;
    const bool as_it_is = trust == Trust::full || is_whole_again(t, d);
    result_.pairs.push_back({t, d, as_it_is ? Trust::full : Trust::doubtful, clothes(t, d)});
  }

  [[nodiscard]] float clothing_cost(std::size_t t, std::size_t d, Dress dress) const {
    const std::optional<detect::Clothing>& worn = tracks_[t].clothing;
    const std::optional<detect::Clothing>& seen = detections_[d].clothing;
    if (!worn || !seen) return dress == Dress::the_same ? forbidden : 0;
    const float apart = difference(*worn, *seen);
    return apart > most_different(t, d, dress) ? forbidden : clothing_weight * apart;
  }

  [[nodiscard]] float most_different(std::size_t t, std::size_t d, Dress dress) const {
    if (dress == Dress::the_same) return same_clothes;
    // A part of a body shows other clothes than the whole.
    if (height_ratio(predicted_[t], detections_[d].box) > same_height) return forbidden;
    const bool expected = tracks_[t].misses == 0 || !is_hidden(t);
    return other_clothes + (expected ? lenience * overlap(predicted_[t], detections_[d].box) : 0);
  }

  /// Whether somebody else, who was missing in at most so many frames up to now, stands in front of or behind `box`.
  [[nodiscard]] bool is_covered(const PixelBox& box, std::size_t t, int most_misses) const {
    for (std::size_t other = 0; other < tracks_.size(); ++other) {
      if (other == t || tracks_[other].track.state == State::tentative || tracks_[other].misses > most_misses) continue;
      if (intersect(box, predicted_[other]).area() > hiding * box.area()) return true;
    }
    return false;
  }

  /// Whether somebody who was seen a frame ago stands where the track is expected.
  [[nodiscard]] bool is_hidden(std::size_t t) const { return is_covered(predicted_[t], t, 0); }

  [[nodiscard]] Clothes clothes(std::size_t t, std::size_t d) const {
    // Where clothing is looked at: the middle half of the width, from the shoulders to the ankles.
    const PixelBox& box = detections_[d].box;
    const PixelBox dress{box.x + box.width / 4, box.y + box.height / 7, box.width / 2, box.height * 0.73F};
    return is_covered(dress, t, still_there) ? Clothes::mixed : Clothes::own;
  }

  /// Whether a taller box shows more of one body rather than a second one: its head is where it was, and nobody else is
  /// followed there.
  [[nodiscard]] bool is_whole_again(std::size_t t, std::size_t d) const {
    const PixelBox& box = detections_[d].box;
    if (box.height < predicted_[t].height || !head_agrees(predicted_[t], box)) return false;
    for (std::size_t other = 0; other < tracks_.size(); ++other) {
      if (other == t || tracks_[other].track.state == State::tentative) continue;
      if (intersect(box, predicted_[other]).area() > beside * predicted_[other].area()) return false;
    }
    return true;
  }

  [[nodiscard]] bool is_over_two(const PixelBox& box) const {
    int inside_it = 0;
    for (std::size_t t = 0; t < tracks_.size(); ++t) {
      const float area = predicted_[t].area();
      const bool smaller = box.area() > larger * area;
      if (tracks_[t].track.state != State::tentative && smaller && intersect(box, predicted_[t]).area() > held * area)
        ++inside_it;
    }
    return inside_it >= 2;
  }

  [[nodiscard]] bool is_part(const PixelBox& box) const {
    for (std::size_t t = 0; t < tracks_.size(); ++t) {
      if (taken_track_[t] == 0 || tracks_[t].track.state == State::tentative) continue;
      const PixelBox& whole = predicted_[t];
      if (intersect(box, whole).area() > inside * box.area() && std::abs(box.y - whole.y) < same_top * whole.height)
        return true;
    }
    return false;
  }

  std::span<const Followed> tracks_;
  std::span<const detect::Detection> detections_;
  std::vector<PixelBox> predicted_;
  std::vector<char> taken_track_;
  std::vector<char> taken_detection_;
  Association result_;
};

}  // namespace

PixelBox repaired(const PixelBox& predicted, const PixelBox& measured, float tallest, float step) {
  const float height = measured.height > predicted.height
                           ? std::min(measured.height, predicted.height * (1 + growth * step))
                           : std::max(measured.height, std::min(predicted.height, tallest));
  const float width = measured.height > predicted.height ? std::min(measured.width, predicted.width)
                                                         : std::max(measured.width, predicted.width);
  const float top = feet_agree(predicted, measured) ? measured.bottom() - height : measured.y;
  return {measured.centre().x - width / 2, top, width, height};
}

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
  const auto by_overlap = [](float least, float height) {
    return [least, height](const Followed& one, const PixelBox& predicted, const detect::Detection& detection) {
      const PixelBox& box = detection.box;
      const float common = overlap(predicted, box);
      const float ratio = height_ratio(predicted, box);
      if (common < least || ratio > height) return forbidden;
      return 1 - common + direction_weight * turn(one, box) + height_weight * std::log(ratio);
    };
  };
  const auto widely = [&](const Followed& one, const PixelBox& predicted, const detect::Detection& detection) {
    const PixelBox& box = detection.box;
    const float by = std::clamp(one.motion.uncertainty(), least_widening * box.height, most_widening * box.height);
    const float common = overlap(widened(predicted, by), widened(box, by));
    const float ratio = height_ratio(predicted, box);
    if (common < options.first_overlap || ratio > same_height || one.motion.distance(box) > gate) return forbidden;
    return 1 - common + direction_weight * turn(one, box) + height_weight * std::log(ratio);
  };
  const auto in_part = [](const Followed&, const PixelBox& predicted, const detect::Detection& detection) {
    const PixelBox& box = detection.box;
    const float aside = std::abs(predicted.centre().x - box.centre().x) / predicted.width;
    const bool feet = feet_agree(predicted, box);
    if (aside > same_middle || (!feet && !head_agrees(predicted, box))) return forbidden;
    return aside + (feet ? 0 : head_only);
  };
  const auto on_foot = [&](const Followed& one, const PixelBox& predicted, const detect::Detection& detection) {
    const PixelPoint from = one.latest().box.centre();
    const PixelPoint to = detection.box.centre();
    const float away = std::hypot(to.x - from.x, to.y - from.y) / std::max(1.0F, predicted.height);
    const float farthest = reach_at_once + reach * static_cast<float>(seconds(one.unseen));
    if (away > farthest || height_ratio(predicted, detection.box) > same_height_later) return forbidden;
    return away / farthest;
  };

  Pairing pairing{tracks, detections};
  pairing.run(strong, known, by_overlap(options.first_overlap, same_height));
  pairing.run(weak, seen_just_now, by_overlap(options.second_overlap, same_height_weak));
  pairing.run(strong, known, widely);
  pairing.run(strong, known, in_part, Trust::doubtful);
  pairing.run(strong, known, on_foot, Trust::full, Dress::the_same);
  pairing.run(strong, tentative, by_overlap(options.first_overlap, same_height));
  pairing.run(strong, tentative, widely);
  return std::move(pairing).finish(strong, options.fresh);
}

}  // namespace regard::track
