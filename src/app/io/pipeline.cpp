#include "app/pipeline.h"

#include <algorithm>

#include "image/image.h"

namespace regard::app {
namespace {

/// Side of the square in which the sharpness of faces is compared, so that size does not count twice.
constexpr Size appearance_size{64, 64};

/// After a longer outage, whoever stands in a track's place may be somebody else.
constexpr Duration longest_bridged_outage = std::chrono::seconds{10};

std::optional<track::FaceAppearance> appearance(const capture::Picture& picture, const detect::Detection& detection) {
  if (detection.kind != detect::Kind::face) return std::nullopt;
  const GreyImage grey = image::to_grey(picture.cut(detection.box, appearance_size).view());
  return track::FaceAppearance{image::sharpness(grey.view()), image::brightness(grey.view())};
}

bool is_wanted(const detect::Detection& detection, const detect::Wanted& wanted) {
  switch (detection.kind) {
    case detect::Kind::face:
      return wanted.faces;
    case detect::Kind::person:
      return wanted.persons;
    case detect::Kind::object:
      return std::ranges::find(wanted.objects, detection.object) != wanted.objects.end();
  }
  return false;
}

std::string class_label(const track::Track& track) {
  return std::string{track.kind == detect::Kind::face ? "face" : detect::class_name(track.object)};
}

}  // namespace

CameraPipeline::CameraPipeline(CameraOptions options, Networks networks, EventListener events,
                               AnalysisListener analysed, Workers* workers)
    : options_{std::move(options)},
      networks_{std::move(networks)},
      events_{std::move(events)},
      analysed_{std::move(analysed)},
      workers_{workers} {
  counts_.name = options_.name;
}

Result<std::unique_ptr<CameraPipeline>> CameraPipeline::open(CameraOptions options, Networks networks,
                                                             EventListener events, AnalysisListener analysed,
                                                             Workers* workers) {
  std::unique_ptr<CameraPipeline> pipeline{
      new CameraPipeline{std::move(options), std::move(networks), std::move(events), std::move(analysed), workers}};
  const auto listen = [raw = pipeline.get()](capture::CameraState state, const std::string& detail) {
    raw->note_state(state, detail);
  };
  auto source = capture::open_source(pipeline->options_.address, pipeline->options_.source, listen);
  if (!source) return pass_on(std::move(source));
  pipeline->source_ = std::move(*source);
  return pipeline;
}

// A source ends when its last frame is read. To the outside it ends when that frame was looked at and tracks are
// closed.
void CameraPipeline::note_state(capture::CameraState state, const std::string& detail) {
  if (state == capture::CameraState::ended) {
    const std::lock_guard lock{listener_mutex_};
    ended_ = detail;
    return;
  }
  auto written = events_(events::CameraEvent{options_.name, event_time(), state, detail});
  const std::lock_guard lock{listener_mutex_};
  if (!written && !listener_failure_) listener_failure_ = std::move(written).error();
}

Result<void> CameraPipeline::report_end() {
  std::optional<std::string> detail;
  {
    const std::lock_guard lock{listener_mutex_};
    detail.swap(ended_);
  }
  if (!detail) return {};
  return events_(events::CameraEvent{options_.name, event_time(), capture::CameraState::ended, *detail});
}

Result<void> CameraPipeline::listener_outcome() {
  const std::lock_guard lock{listener_mutex_};
  if (listener_failure_) return tl::unexpected<Error>{*listener_failure_};
  return {};
}

Timestamp CameraPipeline::event_time() const {
  // Events of a recording carry the recording's time, so that they stay in order with its tracks.
  const bool recorded = source_ && source_->kind() == capture::SourceKind::recorded;
  return recorded && last_time_ != Timestamp{} ? last_time_ : clock_->now();
}

Result<void> CameraPipeline::run(std::stop_token stop, Duration duration) {
  Result<void> outcome = watch(stop, duration);
  // After an error, frames may still be looked at elsewhere: they refer to this object.
  for (const Pending& pending : pending_) {
    using namespace std::chrono_literals;
    if (pending.found.valid() && pending.found.wait_for(0s) != std::future_status::deferred) pending.found.wait();
  }
  pending_.clear();
  if (tracker_) {
    for (const track::Track& track : tracker_->finish()) {
      if (auto reported = report(track, events::TrackEvent::Type::ended); !reported && outcome) outcome = reported;
    }
  }
  if (auto reported = report_end(); !reported && outcome) outcome = reported;
  return outcome;
}

Result<void> CameraPipeline::watch(std::stop_token stop, Duration duration) {
  const bool side_by_side = workers_ != nullptr && source_->kind() == capture::SourceKind::recorded;
  const std::size_t in_flight = side_by_side ? static_cast<std::size_t>(workers_->count()) : 0;
  while (!stop.stop_requested()) {
    auto frame = source_->next(stop);
    if (!frame) {
      if (auto finished = finish_until(0); !finished) return finished;
      return pass_on(std::move(frame));
    }
    if (auto told = listener_outcome(); !told) return told;
    if (!*frame || (duration > Duration::zero() && (*frame)->position >= duration)) break;
    begin(**frame);
    if (auto finished = finish_until(in_flight); !finished) return finished;
  }
  return finish_until(0);
}

// The gate looks at frames in their order; detection has no memory, so it may run elsewhere and ahead.
void CameraPipeline::begin(const capture::Frame& frame) {
  Pending pending{.frame = frame, .still = false, .found = {}};
  pending.still = options_.motion_gate && !gate_.should_analyse(frame.picture->luma(gate_.grid()), frame.position);
  if (!pending.still) {
    auto look = [this, picture = frame.picture] {
      const Duration begin = clock_->elapsed();
      Found found{.detections = detect(*picture), .took = {}};
      found.took = clock_->elapsed() - begin;
      return found;
    };
    const bool ahead = workers_ != nullptr && source_->kind() == capture::SourceKind::recorded;
    pending.found = ahead ? workers_->submit(std::move(look)) : std::async(std::launch::deferred, std::move(look));
  }
  pending_.push_back(std::move(pending));
}

Result<void> CameraPipeline::finish_until(std::size_t left) {
  while (pending_.size() > left) {
    Pending first = std::move(pending_.front());
    pending_.pop_front();
    if (auto finished = finish(std::move(first)); !finished) return finished;
  }
  return {};
}

Result<void> CameraPipeline::finish(Pending pending) {
  const capture::Frame& frame = pending.frame;
  if (!(frame.picture->size() == frame_size_)) {
    // A camera that changes its resolution starts afresh: boxes of the old pictures mean nothing in the new ones.
    if (tracker_) {
      for (const track::Track& track : tracker_->restart(frame.picture->size())) {
        if (auto reported = report(track, events::TrackEvent::Type::ended); !reported) return reported;
      }
    } else {
      tracker_.emplace(frame.picture->size(), track::Options{});
    }
    frame_size_ = frame.picture->size();
  }
  bridge_outage(frame);
  last_time_ = frame.time;
  last_position_ = frame.position;
  if (pending.still) {
    tracker_->hold(frame.position);
    ++counts_.still;
    return {};
  }
  auto [detections, detecting] = pending.found.get();
  if (!detections) return pass_on(std::move(detections));
  ++counts_.analysed;
  const Duration begin = clock_->elapsed();
  if (auto followed = follow(frame, *detections); !followed) return followed;
  const Duration following = clock_->elapsed() - begin;
  return analysed_ ? analysed_({frame, *detections, tracker_->tracks(), detecting, following}) : Result<void>{};
}

Result<void> CameraPipeline::follow(const capture::Frame& frame, std::span<const detect::Detection> detections) {
  std::vector<detect::Detection> wanted;
  std::vector<std::optional<track::FaceAppearance>> appearances;
  for (const detect::Detection& detection : detections) {
    if (!is_wanted(detection, options_.wanted)) continue;
    wanted.push_back(detection);
    appearances.push_back(appearance(*frame.picture, detection));
  }
  const track::Update update = tracker_->update(wanted, frame.index, frame.position, appearances);
  for (const track::Track& track : tracker_->tracks()) {
    if (track.state == track::State::confirmed) seen_at_[track.id] = track.box;
  }
  return report(update);
}

// Nobody was seen leaving while the connection was down: tracks are looked for where they were when it broke.
void CameraPipeline::bridge_outage(const capture::Frame& frame) {
  const std::uint64_t reconnections = source_->counts().reconnections;
  if (reconnections == reconnections_) return;
  reconnections_ = reconnections;
  const Duration gap = frame.position - last_position_;
  if (gap > std::chrono::milliseconds{1} && gap <= longest_bridged_outage) tracker_->hold(frame.position - Duration{1});
}

Result<std::vector<detect::Detection>> CameraPipeline::detect(const capture::Picture& picture) const {
  std::vector<detect::Detection> all;
  detect::Wanted looked_for = options_.wanted;
  looked_for.faces = looked_for.faces || options_.hide_faces;
  looked_for.persons = looked_for.persons || options_.hide_faces;
  if (networks_.faces && looked_for.faces) {
    auto faces = networks_.faces->detect(picture);
    if (!faces) return faces;
    all = std::move(*faces);
  }
  if (networks_.objects && (looked_for.persons || !looked_for.objects.empty())) {
    auto objects = networks_.objects->detect(picture, looked_for);
    if (!objects) return objects;
    all.insert(all.end(), objects->begin(), objects->end());
  }
  return all;
}

Result<void> CameraPipeline::report(const track::Update& update) {
  for (const track::Track& track : update.started) {
    if (auto reported = report(track, events::TrackEvent::Type::started); !reported) return reported;
  }
  for (const track::Track& track : update.ended) {
    if (auto reported = report(track, events::TrackEvent::Type::ended); !reported) return reported;
  }
  return {};
}

Result<void> CameraPipeline::report(const track::Track& track, events::TrackEvent::Type type) {
  const bool ended = type == events::TrackEvent::Type::ended;
  if (!ended) ++counts_.tracks[class_label(track)];
  // A lost track's own box is where it was expected; what ended is told from where it was last seen.
  const auto seen = seen_at_.find(track.id);
  const PixelBox box = ended && seen != seen_at_.end() ? seen->second : track.box;
  if (ended && seen != seen_at_.end()) seen_at_.erase(seen);
  return events_(events::TrackEvent{.type = type,
                                    .camera = options_.name,
                                    .time = last_time_,
                                    .track = track.id,
                                    .kind = track.kind,
                                    .object = track.object,
                                    .box = normalize(box, frame_size_),
                                    .score = ended ? track.best_score : track.score,
                                    .duration = track.last_seen - track.first_seen,
                                    .body = track.body});
}

events::Summary::Camera CameraPipeline::summary() const {
  events::Summary::Camera summary = counts_;
  const capture::SourceCounts source = source_->counts();
  summary.decoded = source.decoded;
  summary.skipped = source.skipped;
  summary.dropped = source.dropped;
  summary.reconnections = source.reconnections;
  return summary;
}

}  // namespace regard::app
