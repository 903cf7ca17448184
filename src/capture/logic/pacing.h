// Which frames of a stream are wanted, and where each stands on the source's time line. Pure; confined to one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/core.h"

namespace regard::capture {

/// Picks at most `frames_per_second` of a stream's frames. Time is cut into equal slots; the first frame of a slot is
/// due. Whether a frame may be due can therefore be told from its time alone, before it is decoded and out of order.
class Pacer {
 public:
  /// `frames_per_second` 0: everything is due. `frame_duration`: usual distance of frames, 0 when unknown.
  Pacer(double frames_per_second, Duration frame_duration);
  /// True for the frame at `position` when it is due. Positions must grow.
  [[nodiscard]] bool take(Duration position);
  void set_frame_duration(Duration frame_duration);
  /// False only when the frame at `position` will certainly not be due. May be asked in any order.
  [[nodiscard]] bool may_be_due(Duration position) const;
  /// The slot that `position` falls in has had its frame.
  [[nodiscard]] bool has_taken(Duration position) const;
  [[nodiscard]] bool takes_all() const { return period_ <= 0; }
  [[nodiscard]] double period() const { return period_; }  ///< seconds; 0 when everything is due

 private:
  [[nodiscard]] std::int64_t slot(double position) const;

  double period_ = 0;
  double frame_duration_ = 0;
  double tolerance_ = 0;
  std::optional<std::int64_t> last_slot_;
};

/// Gives frames strictly growing positions, whatever their own time stamps do.
class Timeline {
 public:
  explicit Timeline(Duration frame_duration) : step_{frame_duration} {}
  /// A new connection, whose first frame comes at `position`: its time stamps have a new origin.
  void restart(Duration position);
  void set_frame_duration(Duration duration) { step_ = duration; }
  /// Where a frame with time stamp `stamp` stands. `arrival`, for live sources, is the time since the first frame by
  /// our own clock: stamps that stray from it by more than `longest_stray` are not believed and get a new origin.
  [[nodiscard]] Duration place(std::optional<Duration> stamp, std::optional<Duration> arrival);
  /// Where a packet with `stamp` would stand; empty before the first frame.
  [[nodiscard]] std::optional<Duration> foresee(std::optional<Duration> stamp) const;

  static constexpr Duration longest_stray = std::chrono::seconds{10};

 private:
  Duration step_;
  Duration base_{};                 ///< position of the origin's frame
  std::optional<Duration> origin_;  ///< stamp of the first frame of this connection
  std::optional<Duration> last_;    ///< position of the last frame
};

/// Learns the usual distance of frames from the packets of a stream, which cameras often state wrongly or not at all.
class FrameDistance {
 public:
  /// The decoding time of one more packet.
  void observe(Duration stamp);
  /// Mean over the last packets; empty while there are few.
  [[nodiscard]] std::optional<Duration> usual() const;

  static constexpr std::size_t window = 16;

 private:
  std::deque<Duration> stamps_;
};

/// Learns how often key frames come, to know when they alone are enough.
class KeyFrameRhythm {
 public:
  /// A packet at `position` of the stream, in decoding order.
  void observe(Duration position, bool key);
  /// Decoding only key frames gives a frame at least every `period` seconds: the last `needed` gaps were that short and
  /// the gap under way is not longer.
  [[nodiscard]] bool enough_for(double period) const;

  static constexpr int needed = 3;

 private:
  std::optional<Duration> last_key_;
  Duration latest_{};
  double longest_gap_ = 0;
  int gaps_ = 0;
};

/// How long to wait before attempt number `attempt` (0, 1, ...) to connect again: `first` doubled each time up to
/// `longest`, times a factor between 0.5 and 1 taken from `random` in 0..1, so that cameras behind one switch do not
/// all come back at the same moment.
[[nodiscard]] Duration retry_delay(int attempt, Duration first, Duration longest, double random);

}  // namespace regard::capture
