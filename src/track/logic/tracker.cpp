#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "track/logic/association.h"
#include "track/logic/attachment.h"
#include "track/logic/best_shot.h"
#include "track/logic/followed.h"
#include "track/track.h"

namespace regard::track {
namespace {

// A track that is not yet confirmed is given up when it is missing twice in a row: false alarms flicker.
constexpr int tentative_misses = 2;
// The largest height is forgotten by this part a second: someone who walks away grows smaller more slowly.
constexpr float forgetting = 0.1F;
// A new look at the clothes counts this much against all before.
constexpr float clothing_rate = 0.1F;
// Two tracks that overlap by more than this for so many frames follow one body: suppression lets no two detections
// overlap so far in one run, people side by side do not either.
constexpr float same_body = 0.7F;
constexpr int double_frames = 3;
// A longer gap than this many steps is crossed in as many steps.
constexpr int most_steps = 30;

/// Tracks of one kind and class: only they compete for a detection.
struct Pool {
  detect::Kind kind{};
  detect::ObjectClass object;
  std::vector<Followed> tracks;
};

/// One frame as it was given.
struct Look {
  std::span<const detect::Detection> detections;
  std::uint64_t frame = 0;
  Duration position{};
  Duration step{};  ///< since the frame before
  std::span<const std::optional<FaceAppearance>> appearances;
};

/// Runs the filter again from the last measurement along a straight line to the new one: what it believed in the
/// meantime was a guess. Source: OC-SORT (Cao et al., CVPR 2023), section 4.1, observation-centric re-update.
void cross_gap(Followed& one, const PixelBox& box, Duration position) {
  const Observation last = one.latest();
  const int steps = std::clamp(one.misses + 1, 1, most_steps);
  const double step = seconds(position - last.position) / steps;
  one.motion = one.anchor;
  for (int i = 1; i <= steps; ++i) {
    const float part = static_cast<float>(i) / static_cast<float>(steps);
    const auto between = [part](float from, float to) { return from + (to - from) * part; };
    one.motion.predict(step);
    one.motion.correct({between(last.box.x, box.x), between(last.box.y, box.y), between(last.box.width, box.width),
                        between(last.box.height, box.height)});
  }
}

/// Averages the clothes of a track over time.
void wear(Followed& one, const detect::Detection& detection) {
  if (!detection.clothing) return;
  if (!one.clothing) one.clothing = detection.clothing;
  for (std::size_t h = 0; h < one.clothing->histograms.size(); ++h) {
    for (std::size_t i = 0; i < detect::Clothing::bins; ++i) {
      float& value = one.clothing->histograms[h][i];
      value += clothing_rate * (detection.clothing->histograms[h][i] - value);
    }
  }
}

void take_best_shot(Track& track, float quality, std::uint64_t frame, Duration position) {
  if (track.best && track.best->quality >= quality) return;
  track.best = BestShot{frame, position, track.box, track.points, quality};
}

}  // namespace

struct Tracker::State_ {
  Size frame;
  Options options;
  std::vector<Pool> pools;
  std::vector<Track> visible;  ///< what tracks() shows
  std::uint64_t last_id = 0;
  Duration now{};
  bool started = false;

  Pool& pool_of(const detect::Detection& detection);
  void predict(Duration position);
  void join(Followed& one, const Look& look, const Pair& pair);
  void miss(Followed& one, Duration step) const;
  void begin(Pool& pool, const detect::Detection& detection, Duration position);
  void advance(Pool& pool, const Look& look, Update& update);
  void judge(Track& track, const Look& look, std::size_t source, Update& update);
  static void drop_doubles(Pool& pool, Update& update);
  void end_old(Update& update, bool all);
  void attach_faces();
  void show();
};

Pool& Tracker::State_::pool_of(const detect::Detection& detection) {
  const auto same = [&](const Pool& pool) { return pool.kind == detection.kind && pool.object == detection.object; };
  const auto found = std::find_if(pools.begin(), pools.end(), same);
  return found != pools.end() ? *found : pools.emplace_back(Pool{detection.kind, detection.object, {}});
}

void Tracker::State_::predict(Duration position) {
  const double step = seconds(position - now);
  for (Pool& pool : pools) {
    for (Followed& one : pool.tracks) {
      if (one.misses > 0) one.motion.fade(step);
      one.motion.predict(step);
    }
  }
}

void Tracker::State_::join(Followed& one, const Look& look, const Pair& pair) {
  const detect::Detection& detection = look.detections[pair.detection];
  const Duration position = look.position;
  const bool doubtful = pair.trust == Trust::doubtful;
  const auto since = static_cast<float>(seconds(position - one.latest().position));
  const float tallest = one.tallest * std::exp(-forgetting * since);
  PixelBox box = detection.box;
  if (doubtful) {
    box = repaired(one.motion.box(), detection.box, tallest, since);
    one.motion.correct(box);
    one.tallest = tallest;
  } else {
    if (one.misses > 0) {
      cross_gap(one, box, position);
    } else {
      one.motion.correct(box);
    }
    one.tallest = std::max(box.height, tallest);
    if (detection.score >= options.high && pair.clothes == Clothes::own) wear(one, detection);
  }
  one.anchor = one.motion;
  one.misses = 0;
  one.unseen = {};
  one.remember(position, box);
  Track& track = one.track;
  if (track.state == State::lost) track.state = State::confirmed;
  // A box that grew covers somebody else as well: what is told is the part that is this one's.
  track.box = doubtful && detection.box.height > box.height ? box : detection.box;
  track.score = detection.score;
  track.best_score = std::max(track.best_score, detection.score);
  track.points = detection.points;
  track.last_seen = position;
  ++track.hits;
}

void Tracker::State_::miss(Followed& one, Duration step) const {
  ++one.misses;
  one.unseen += step;
  if (one.track.state == State::confirmed) one.track.state = State::lost;
  one.track.box = one.motion.box();
  one.track.points.reset();
}

void Tracker::State_::begin(Pool& pool, const detect::Detection& detection, Duration position) {
  Followed& one = pool.tracks.emplace_back(detection.box, detection.kind);
  one.remember(position, detection.box);
  one.tallest = detection.box.height;
  wear(one, detection);
  Track& track = one.track;
  track.kind = detection.kind;
  track.object = detection.object;
  track.box = detection.box;
  track.score = detection.score;
  track.best_score = detection.score;
  track.first_seen = position;
  track.last_seen = position;
  track.hits = 1;
  track.points = detection.points;
}

void Tracker::State_::advance(Pool& pool, const Look& look, Update& update) {
  constexpr std::size_t nothing = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> indices;
  for (std::size_t d = 0; d < look.detections.size(); ++d) {
    if (look.detections[d].kind == pool.kind && look.detections[d].object == pool.object) indices.push_back(d);
  }
  const Association found = associate(pool.tracks, look.detections, indices, options);
  std::vector<std::size_t> source(pool.tracks.size(), nothing);
  for (const Pair& pair : found.pairs) {
    source[pair.track] = pair.detection;
    join(pool.tracks[pair.track], look, pair);
  }
  for (Followed& one : pool.tracks) one.behind = one.behind && one.misses > 0;
  for (const std::size_t t : found.hidden) pool.tracks[t].behind |= pool.tracks[t].misses == 0;
  for (std::size_t t = 0; t < source.size(); ++t) {
    if (source[t] == nothing) miss(pool.tracks[t], look.step);
  }
  for (const std::size_t d : found.fresh) {
    begin(pool, look.detections[d], look.position);
    source.push_back(d);
  }
  for (std::size_t t = 0; t < source.size(); ++t) {
    if (source[t] != nothing) judge(pool.tracks[t].track, look, source[t], update);
  }
  drop_doubles(pool, update);
}

void Tracker::State_::judge(Track& track, const Look& look, std::size_t source, Update& update) {
  const std::optional<FaceAppearance> seen = look.appearances.empty() ? std::nullopt : look.appearances[source];
  const float quality = track.kind == detect::Kind::face ? face_quality(track.box, track.points, seen)
                                                         : body_quality(track.box, track.score, frame);
  take_best_shot(track, quality, look.frame, look.position);
  const auto needed = static_cast<std::uint64_t>(std::max(1, options.confirm_hits));
  if (track.state == State::tentative && track.hits >= needed) {
    track.state = State::confirmed;
    track.id = {++last_id};  // only now, so that no number is missing among those that are told
    update.started.push_back(track);
  }
}

void Tracker::State_::drop_doubles(Pool& pool, Update& update) {
  std::vector<char> dropped(pool.tracks.size());
  for (std::size_t a = 0; a < pool.tracks.size(); ++a) {
    for (std::size_t b = a + 1; b < pool.tracks.size(); ++b) {
      Followed& older = pool.tracks[a];  // tracks stand in the order of their beginning
      Followed& younger = pool.tracks[b];
      if (older.misses == 0 && younger.misses == 0) {
        younger.doubled = overlap(older.track.box, younger.track.box) > same_body ? younger.doubled + 1 : 0;
        if (younger.doubled >= double_frames) dropped[b] = 1;
      }
    }
  }
  std::size_t at = 0;
  std::erase_if(pool.tracks, [&](const Followed& one) {
    if (dropped[at++] == 0) return false;
    if (one.track.state != State::tentative) update.ended.push_back(one.track);
    return true;
  });
}

void Tracker::State_::end_old(Update& update, bool all) {
  for (Pool& pool : pools) {
    std::erase_if(pool.tracks, [&](const Followed& one) {
      if (one.track.state == State::tentative) return all || one.misses >= tentative_misses;
      if (!all && one.unseen <= (one.behind ? options.hidden_for : options.lost_for)) return false;
      update.ended.push_back(one.track);
      return true;
    });
  }
  std::sort(update.ended.begin(), update.ended.end(), [](const Track& a, const Track& b) { return a.id < b.id; });
}

void Tracker::State_::attach_faces() {
  std::vector<AttachedBox> faces;
  std::vector<AttachedBox> bodies;
  std::vector<Track*> targets;
  for (Pool& pool : pools) {
    for (Followed& one : pool.tracks) {
      if (one.misses > 0) continue;
      if (pool.kind == detect::Kind::person && one.track.state == State::confirmed)
        bodies.push_back({one.track.id, one.track.box, {}});
      if (pool.kind != detect::Kind::face) continue;
      faces.push_back({one.track.id, one.track.box, one.track.body});
      targets.push_back(&one.track);
    }
  }
  const std::vector<TrackId> owners = attach(faces, bodies);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (owners[i].value != 0) targets[i]->body = owners[i];
  }
}

void Tracker::State_::show() {
  visible.clear();
  for (const Pool& pool : pools) {
    for (const Followed& one : pool.tracks) {
      if (one.track.state != State::tentative) visible.push_back(one.track);
    }
  }
  std::sort(visible.begin(), visible.end(), [](const Track& a, const Track& b) { return a.id < b.id; });
}

Tracker::Tracker(Size frame, const Options& options) : state_{std::make_unique<State_>()} {
  state_->frame = frame;
  state_->options = options;
}
Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;
Tracker::~Tracker() = default;

Update Tracker::update(std::span<const detect::Detection> detections, std::uint64_t frame, Duration position,
                       std::span<const std::optional<FaceAppearance>> appearances) {
  State_& s = *state_;
  CHECK(!s.started || position > s.now);
  CHECK(appearances.empty() || appearances.size() == detections.size());
  Update update;
  const Duration step = s.started ? position - s.now : Duration{};
  // Longer than anybody in plain view is looked for. Those hidden would be looked for longer, but not across a gap in
  // which nobody was seen: what happened meanwhile is not known.
  if (step > s.options.lost_for) s.end_old(update, true);
  if (step > Duration{}) s.predict(position);
  s.now = position;
  s.started = true;

  const Look look{detections, frame, position, step, appearances};
  for (const detect::Detection& detection : detections) (void)s.pool_of(detection);
  for (Pool& pool : s.pools) s.advance(pool, look, update);
  s.end_old(update, false);
  s.attach_faces();
  s.show();
  return update;
}

void Tracker::hold(Duration position) {
  State_& s = *state_;
  CHECK(!s.started || position > s.now);
  s.now = position;
  s.started = true;
  for (Pool& pool : s.pools) {
    for (Followed& one : pool.tracks) {
      one.motion.rest();
      if (one.misses == 0) {
        one.track.last_seen = position;
        one.anchor = one.motion;
        one.remember(position, one.track.box);
      }
    }
  }
  s.show();
}

std::vector<Track> Tracker::finish() {
  Update update;
  state_->end_old(update, true);
  state_->show();
  return std::move(update.ended);
}

std::vector<Track> Tracker::restart(Size frame) {
  std::vector<Track> ended = finish();
  state_->frame = frame;
  return ended;
}

std::span<const Track> Tracker::tracks() const { return state_->visible; }

}  // namespace regard::track
