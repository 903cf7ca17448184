// Recorded video: every due frame is handed out, however long the reader takes.
#include <cmath>

#include "capture/io/av_picture.h"
#include "capture/io/media.h"
#include "capture/io/sources.h"
#include "capture/logic/turned_picture.h"

namespace regard::capture {
namespace {

constexpr Duration patience = std::chrono::seconds{30};  // for a file on a network disk

class Recording final : public Source {
 public:
  static OpenedSource open(const Address& address, const SourceOptions& options, StateListener listener) {
    std::unique_ptr<Recording> source{new Recording{address, options, std::move(listener)}};
    auto media = Media::open(address, options, source->counters_, {}, patience);
    if (!media) return pass_on(std::move(media));
    source->begin(std::move(*media), options);
    return source;
  }

  Result<std::optional<Frame>> next(std::stop_token stop) override {
    while (state_ != CameraState::ended) {
      MediaStep step = media_->next(timeline_, pacer_, stop, patience);
      if (!step.frame) return finish(step);
      const Duration position = timeline_.place(step.frame->stamp, std::nullopt);
      last_position_ = position;
      note_damage();
      if (!pacer_.take(position)) {
        ++counters_.skipped;
        continue;
      }
      auto picture = turned(make_picture(std::move(step.frame->frame), pool_), media_->quarter_turns());
      if (!picture) continue;
      size_ = picture->size();
      return Frame{counters_.decoded + undecoded() - 1, position, opened_at_ + position, std::move(picture)};
    }
    return std::nullopt;
  }

  [[nodiscard]] SourceKind kind() const override { return SourceKind::recorded; }
  [[nodiscard]] Size size() const override { return size_; }
  [[nodiscard]] std::optional<Duration> length() const override { return media_->length(); }
  [[nodiscard]] SourceCounts counts() const override { return counters_.read(); }
  [[nodiscard]] CameraState state() const override { return state_; }

 private:
  Recording(const Address& address, const SourceOptions& options, StateListener listener)
      : doing_{"reading video file " + address.location},
        listener_{std::move(listener)},
        timeline_{Duration{0}},
        pacer_{options.frames_per_second, Duration{0}} {}

  void begin(std::unique_ptr<Media> media, const SourceOptions& options) {
    media_ = std::move(media);
    size_ = media_->size();
    const Duration step = media_->frame_duration();
    timeline_.set_frame_duration(step > Duration{0} ? step : std::chrono::milliseconds{40});
    pacer_ = Pacer{options.frames_per_second, step};
    opened_at_ = system_clock()->now();
    change(CameraState::live, "");
  }

  // Frames that were never decoded count in `index`, so that the same frame has the same index at every rate.
  [[nodiscard]] std::uint64_t undecoded() const { return media_->left_undecoded(); }

  Result<std::optional<Frame>> finish(const MediaStep& step) {
    switch (step.end) {
      case MediaEnd::stopped:
        return std::nullopt;
      case MediaEnd::timed_out:
        return fail(ErrorKind::unavailable, doing_, "nothing could be read for 30 seconds", "check the disk");
      case MediaEnd::broken:
        return end_with(broken_off(step.cause));
      case MediaEnd::finished:
        break;
    }
    if (counters_.decoded == 0) {
      return end_with(fail(ErrorKind::corrupt, doing_, "not one picture in it can be decoded",
                           "record it again or choose another file"));
    }
    if (lacks_its_end()) return end_with(broken_off("it was cut off"));
    change(CameraState::ended, "");
    return std::nullopt;
  }

  // Containers round, and a last packet may say nothing of its own length.
  [[nodiscard]] bool lacks_its_end() const {
    const auto length = media_->length();
    if (!length) return false;
    const double missing = seconds(*length - media_->reached());
    return missing > 1.0 && missing > 0.05 * seconds(*length);
  }

  tl::unexpected<Error> broken_off(const std::string& cause) {
    const auto tenths = [](Duration time) {
      const auto value = static_cast<long>(std::lround(seconds(time) * 10));
      return std::to_string(value / 10) + "." + std::to_string(value % 10) + " s";
    };
    std::string where = "it breaks off after " + tenths(last_position_);
    if (const auto length = media_->length()) where += " of " + tenths(*length);
    return fail(ErrorKind::corrupt, doing_, where + " (" + cause + ")",
                "the frames before that were used; record it again for the rest");
  }

  Result<std::optional<Frame>> end_with(tl::unexpected<Error> error) {
    change(CameraState::ended, error.value().cause);
    return error;
  }

  // Said once: a damaged stream is damaged in hundreds of places.
  void note_damage() {
    if (damage_noted_ || counters_.damaged == 0) return;
    damage_noted_ = true;
    change(CameraState::live, "parts of the video are damaged and left out");
  }

  void change(CameraState state, const std::string& detail) {
    state_ = state;
    if (listener_) listener_(state, detail);
  }

  std::string doing_;
  StateListener listener_;
  Counters counters_;
  std::unique_ptr<Media> media_;
  std::shared_ptr<ScalerPool> pool_ = make_scaler_pool();
  Timeline timeline_;
  Pacer pacer_;
  Size size_;
  Timestamp opened_at_;
  Duration last_position_{};
  std::atomic<CameraState> state_{CameraState::connecting};
  bool damage_noted_ = false;
};

}  // namespace

OpenedSource open_recording(const Address& address, const SourceOptions& options, StateListener listener) {
  return Recording::open(address, options, std::move(listener));
}

}  // namespace regard::capture
