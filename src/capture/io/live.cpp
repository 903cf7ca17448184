// A live camera: a thread of its own reads, decodes and reconnects; the newest frame waits for whoever asks.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "capture/io/av_picture.h"
#include "capture/io/media.h"
#include "capture/io/sources.h"
#include "capture/logic/turned_picture.h"

namespace regard::capture {
namespace {

class LiveSource final : public Source {
 public:
  LiveSource(const Address& address, const SourceOptions& options, StateListener listener)
      : address_{address}, options_{options}, listener_{std::move(listener)} {}
  LiveSource(const LiveSource&) = delete;
  LiveSource& operator=(const LiveSource&) = delete;
  ~LiveSource() override {
    reader_.request_stop();
    newest_.close();
  }

  Result<std::optional<Frame>> next(std::stop_token stop) override {
    if (!reader_.joinable()) {
      reader_ = std::jthread{[this](const std::stop_token& ending) { read(ending); }};
    }
    std::optional<Frame> frame = newest_.take(stop);
    if (frame) {
      size_ = frame->picture->size();
      return frame;
    }
    const std::lock_guard lock{mutex_};
    if (failure_ && !stop.stop_requested()) return tl::unexpected<Error>{*failure_};
    return std::nullopt;
  }

  [[nodiscard]] SourceKind kind() const override { return SourceKind::live; }
  [[nodiscard]] Size size() const override { return size_; }
  [[nodiscard]] std::optional<Duration> length() const override { return std::nullopt; }
  [[nodiscard]] CameraState state() const override { return state_; }
  [[nodiscard]] SourceCounts counts() const override {
    SourceCounts counts = counters_.read();
    counts.dropped = newest_.dropped();
    return counts;
  }

 private:
  // Opening takes a few round trips and a key frame: cameras send one every few seconds.
  static constexpr Duration connect_limit = std::chrono::seconds{10};
  static constexpr int queue_length = 1;

  void read(const std::stop_token& ending) {
    change(CameraState::connecting, "");
    int attempt = 0;
    while (!ending.stop_requested()) {
      auto media = Media::open(address_, options_, counters_, ending, connect_limit);
      if (ending.stop_requested()) break;
      if (media) {
        if (seen_any_) ++counters_.reconnections;
        if (!watch(**media, ending)) break;
        media->reset();
        attempt = delivered_ > 0 ? 0 : attempt;
      } else if (!seen_any_ && options_.require_first_connection) {
        give_up(media.error());
        break;
      }
      Duration wait = retry_delay(attempt++, options_.first_retry, options_.longest_retry, chance());
      // Cameras lock accounts after a few wrong passwords.
      if (!media && media.error().kind == ErrorKind::denied) wait = std::max(wait, options_.longest_retry);
      if (!media) report_failure(media.error(), wait);
      pause(wait, ending);
    }
    newest_.close();
  }

  /// Reads one connection until it ends. False when there is nothing more to come: stopped, or played to its end.
  bool watch(Media& media, const std::stop_token& ending) {
    const Duration step = media.frame_duration();
    Pacer pacer{options_.frames_per_second, step};
    timeline_.set_frame_duration(step > Duration{0} ? step : std::chrono::milliseconds{40});
    timeline_.restart(seen_any_ ? elapsed() : Duration{0});
    delivered_ = 0;
    while (true) {
      MediaStep decoded = media.next(timeline_, pacer, ending, options_.stall_after);
      if (!decoded.frame) return lost(media, decoded);
      deliver(media, std::move(*decoded.frame), pacer, ending);
    }
  }

  void deliver(const Media& media, DecodedFrame decoded, Pacer& pacer, const std::stop_token& ending) {
    if (!seen_any_) started_ = clock_->elapsed();
    seen_any_ = true;
    const Duration arrival = elapsed();
    const bool paced = media.comes_in_bursts();
    const Duration position = timeline_.place(decoded.stamp, paced ? std::nullopt : std::optional{arrival});
    if (state_ != CameraState::live) change(CameraState::live, "");
    ++delivered_;
    pacer.set_frame_duration(media.frame_duration());
    if (!pacer.take(position)) {
      ++counters_.skipped;
      return;
    }
    if (paced && position > arrival) pause(position - arrival, ending);
    auto picture = turned(make_picture(std::move(decoded.frame), pool_), media.quarter_turns());
    if (!picture) return;
    const std::uint64_t index = counters_.decoded + undecoded_before_ + media.left_undecoded() - 1;
    newest_.post(Frame{index, position, clock_->now(), std::move(picture)});
  }

  bool lost(const Media& media, const MediaStep& step) {
    undecoded_before_ += media.left_undecoded();
    switch (step.end) {
      case MediaEnd::stopped:
        return false;
      case MediaEnd::timed_out:
        change(CameraState::stalled, "no picture for " + std::to_string(options_.stall_after.count() / 1000) + " ms");
        return true;
      case MediaEnd::finished:
        if (media.length() && delivered_ > 0) {
          change(CameraState::ended, "");
          return false;
        }
        change(CameraState::connecting, "the camera ended the connection");
        return true;
      case MediaEnd::broken:
        change(CameraState::connecting, "the connection broke: " + step.cause);
        return true;
    }
    return true;
  }

  // A camera that stays away is reported once, not at every attempt.
  void report_failure(const Error& error, Duration wait) {
    spdlog::debug("{}; trying again in {} ms", error.message(), wait.count() / 1000);
    if (state_ != CameraState::failed) change(CameraState::failed, error.cause + "; trying again until it answers");
  }

  void give_up(const Error& error) {
    {
      const std::lock_guard lock{mutex_};
      failure_ = error;
    }
    change(CameraState::failed, error.cause);
  }

  void change(CameraState state, const std::string& detail) {
    state_ = state;
    if (listener_) listener_(state, detail);
  }

  [[nodiscard]] Duration elapsed() const { return clock_->elapsed() - started_; }
  double chance() { return std::uniform_real_distribution<double>{0, 1}(random_); }

  const Address address_;
  const SourceOptions options_;
  const StateListener listener_;
  const std::unique_ptr<Clock> clock_ = system_clock();
  const std::shared_ptr<ScalerPool> pool_ = make_scaler_pool();
  Counters counters_;
  Mailbox<Frame, Overflow::drop_oldest> newest_{queue_length};
  std::atomic<CameraState> state_{CameraState::connecting};
  Size size_;  ///< of the reader of frames

  std::mutex mutex_;
  std::optional<Error> failure_;  ///< under mutex_

  // The rest belongs to the thread.
  std::mt19937_64 random_{std::random_device{}()};
  Timeline timeline_{Duration{0}};
  Duration started_{};  ///< by the clock, when the first frame came
  bool seen_any_ = false;
  std::uint64_t delivered_ = 0;  ///< frames of this connection
  std::uint64_t undecoded_before_ = 0;

  std::jthread reader_;  ///< last, so that it ends before what it uses
};

}  // namespace

OpenedSource open_live(const Address& address, const SourceOptions& options, StateListener listener) {
  return std::make_unique<LiveSource>(address, options, std::move(listener));
}

}  // namespace regard::capture
