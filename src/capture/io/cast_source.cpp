// cast:SCENE as a camera: in real time when it has no end, as a recording when it has.
#include <atomic>
#include <chrono>
#include <cmath>

#include "capture/io/sources.h"
#include "capture/logic/pacing.h"
#include "cast/cast.h"

namespace regard::capture {
namespace {

class CastSource final : public Source {
 public:
  CastSource(const cast::SceneOptions& scene, const SourceOptions& options, StateListener listener)
      : stage_{scene},
        pacer_{options.frames_per_second, from_seconds(1 / scene.frames_per_second)},
        listener_{std::move(listener)},
        clock_{system_clock()},
        opened_at_{clock_->now()} {}

  Result<std::optional<Frame>> next(std::stop_token stop) override {
    if (state_ == CameraState::connecting) {
      started_ = clock_->elapsed();
      change(CameraState::live);
    }
    while (!stop.stop_requested()) {
      const std::uint64_t index = next_index_++;
      const Duration position = position_of(index);
      if (length() && position >= *length()) {
        change(CameraState::ended);
        return std::nullopt;
      }
      if (!pacer_.take(position)) {
        ++skipped_;
        continue;
      }
      if (kind() == SourceKind::live && !keep_time(position, stop)) continue;
      auto pixels = stage_.render(index).picture.pixels();
      ++decoded_;
      return Frame{index, position, opened_at_ + position, make_picture(std::move(pixels))};
    }
    return std::nullopt;
  }

  [[nodiscard]] SourceKind kind() const override { return length() ? SourceKind::recorded : SourceKind::live; }
  [[nodiscard]] Size size() const override { return stage_.options().size; }
  [[nodiscard]] std::optional<Duration> length() const override {
    if (!(stage_.options().seconds > 0)) return std::nullopt;
    return from_seconds(stage_.options().seconds);
  }
  [[nodiscard]] SourceCounts counts() const override { return {decoded_, skipped_, dropped_, 0, 0}; }
  [[nodiscard]] CameraState state() const override { return state_; }

 private:
  [[nodiscard]] Duration position_of(std::uint64_t index) const {
    return from_seconds(static_cast<double>(index) / stage_.options().frames_per_second);
  }

  // Waits until it is time for `position`. False when that has passed by more than one wanted frame: whoever is slower
  // than the scene misses frames, as with any camera.
  bool keep_time(Duration position, const std::stop_token& stop) {
    const Duration wait = position - (clock_->elapsed() - started_);
    if (wait > Duration{0}) return pause(wait, stop);
    const double period = pacer_.takes_all() ? 1 / stage_.options().frames_per_second : pacer_.period();
    if (-seconds(wait) < period) return true;
    ++dropped_;
    return false;
  }

  void change(CameraState state) {
    state_ = state;
    if (listener_) listener_(state, "");
  }

  cast::Stage stage_;
  Pacer pacer_;
  StateListener listener_;
  std::unique_ptr<Clock> clock_;
  Timestamp opened_at_;
  Duration started_{};
  std::uint64_t next_index_ = 0;
  std::atomic<std::uint64_t> decoded_{0};
  std::atomic<std::uint64_t> skipped_{0};
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<CameraState> state_{CameraState::connecting};
};

}  // namespace

OpenedSource open_cast(const std::string& scene, const SourceOptions& options, StateListener listener) {
  auto read = cast::scene_from(scene);
  if (!read) return pass_on(std::move(read));
  return std::make_unique<CastSource>(*read, options, std::move(listener));
}

}  // namespace regard::capture
