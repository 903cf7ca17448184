// One camera from its address to its events. The only place that knows every stage.
#pragma once

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/workers.h"
#include "capture/capture.h"
#include "core/core.h"
#include "detect/detect.h"
#include "events/events.h"
#include "track/track.h"

namespace regard::app {

/// The networks that all cameras share. Immutable: any thread.
struct Networks {
  std::shared_ptr<const detect::FaceDetector> faces;
  std::shared_ptr<const detect::ObjectDetector> objects;
};

/// What was found in one frame, for whoever wants to show it. Valid during the call that hands it over.
struct Analysis {
  const capture::Frame& frame;
  std::span<const detect::Detection> detections;
  std::span<const track::Track> tracks;
  Duration detecting{};  ///< what finding took
  Duration following{};  ///< what tracking took, with the events that it told
};

struct CameraOptions {
  CameraName name;
  std::string address;
  capture::SourceOptions source;
  detect::Wanted wanted;
  bool motion_gate = true;  ///< leave frames of a scene that does not change unanalysed
  bool hide_faces = false;  ///< pictures will be shown: look for faces and bodies to blur even when they are not wanted
};

/// Takes every event in the order in which it happened on this camera. Errors end the camera.
using EventListener = std::function<Result<void>(const events::Event&)>;
/// Takes every analysed frame. Errors end the camera.
using AnalysisListener = std::function<Result<void>(const Analysis&)>;

/// Watches one camera. Confined to the thread that calls `run`.
class CameraPipeline {
 public:
  /// With `workers`, which must outlive it, frames of a recorded source are looked at side by side; the events stay in
  /// order. Errors: those of capture::open_source.
  [[nodiscard]] static Result<std::unique_ptr<CameraPipeline>> open(CameraOptions options, Networks networks,
                                                                    EventListener events, AnalysisListener analysed,
                                                                    Workers* workers = nullptr);

  /// Until the source ends, `stop` is requested or media time reaches `duration` (zero: no limit). Confirmed tracks are
  /// ended before it returns, and before the end of the source is told. Errors: those of the source, the networks and
  /// the listeners; what was counted until then is in `summary()`.
  [[nodiscard]] Result<void> run(std::stop_token stop, Duration duration);

  [[nodiscard]] events::Summary::Camera summary() const;
  [[nodiscard]] const capture::Source& source() const { return *source_; }
  [[nodiscard]] const CameraOptions& options() const { return options_; }

 private:
  CameraPipeline(CameraOptions options, Networks networks, EventListener events, AnalysisListener analysed,
                 Workers* workers);

  [[nodiscard]] Result<void> watch(std::stop_token stop, Duration duration);
  /// A frame whose detections may still be on their way.
  struct Found {
    Result<std::vector<detect::Detection>> detections;
    Duration took{};
  };
  struct Pending {
    capture::Frame frame;
    bool still = false;
    std::future<Found> found;
  };

  void begin(const capture::Frame& frame);
  [[nodiscard]] Result<void> finish_until(std::size_t left);
  [[nodiscard]] Result<void> finish(Pending pending);
  [[nodiscard]] Result<void> follow(const capture::Frame& frame, std::span<const detect::Detection> detections);
  [[nodiscard]] Result<std::vector<detect::Detection>> detect(const capture::Picture& picture) const;
  void bridge_outage(const capture::Frame& frame);
  [[nodiscard]] Timestamp event_time() const;
  void note_state(capture::CameraState state, const std::string& detail);
  [[nodiscard]] Result<void> report_end();
  [[nodiscard]] Result<void> listener_outcome();
  [[nodiscard]] Result<void> report(const track::Update& update);
  [[nodiscard]] Result<void> report(const track::Track& track, events::TrackEvent::Type type);

  CameraOptions options_;
  Networks networks_;
  EventListener events_;
  AnalysisListener analysed_;
  std::unique_ptr<Clock> clock_ = system_clock();
  // Camera events come from the source's thread: what they touch stands before the source and outlives it.
  std::mutex listener_mutex_;
  std::optional<Error> listener_failure_;
  std::optional<std::string> ended_;  ///< what the source said at its end, until that is reported
  std::unique_ptr<capture::Source> source_;
  capture::MotionGate gate_;
  Workers* workers_ = nullptr;
  std::deque<Pending> pending_;
  std::optional<track::Tracker> tracker_;
  std::unordered_map<TrackId, PixelBox> seen_at_;  ///< where each reported track was last measured
  Size frame_size_;
  Timestamp last_time_;
  Duration last_position_{};
  std::uint64_t reconnections_ = 0;
  events::Summary::Camera counts_;
};

}  // namespace regard::app
