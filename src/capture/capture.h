// capture: any camera in, frames out.  Source -> Frame
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/core.h"

namespace regard::capture {

/// Decoded pixels of one frame, in whatever form the decoder left them. Converted only on demand and only as far as
/// asked. Immutable; any thread.
class Picture {
 public:
  virtual ~Picture() = default;
  [[nodiscard]] virtual Size size() const = 0;
  /// `region` (pixels; what lies outside the picture is black) scaled to `size`.
  [[nodiscard]] virtual BgrImage cut(const PixelBox& region, Size size) const = 0;
  /// The whole picture scaled to `size`.
  [[nodiscard]] virtual BgrImage scaled(Size size) const = 0;
  /// The whole picture's luma scaled to `size`.
  [[nodiscard]] virtual GreyImage luma(Size size) const = 0;
};

/// A picture that is already packed BGR.
[[nodiscard]] std::shared_ptr<const Picture> make_picture(BgrImage pixels);

/// One picture of a camera. Cheap to copy.
struct Frame {
  std::uint64_t index = 0;  ///< counts decoded frames from 0; skipped ones leave gaps
  Duration position{};      ///< since the source's first frame; strictly growing, also across reconnections
  Timestamp time;           ///< UTC: arrival for live sources; file start (time of opening) + position for files
  std::shared_ptr<const Picture> picture;
};

enum class SourceKind {
  live,      ///< paces itself; frames are lost when nobody takes them
  recorded,  ///< waits for its reader; ends
};

enum class CameraState { connecting, live, stalled, failed, ended };
[[nodiscard]] std::string_view to_string(CameraState state);

/// What a source has done so far.
struct SourceCounts {
  std::uint64_t decoded = 0;  ///< frames that came out of the decoder
  std::uint64_t skipped =
      0;  ///< packets or frames left undecoded or unconverted because not due (see `frames_per_second`)
  std::uint64_t dropped = 0;  ///< due frames replaced by newer ones because the reader was slower
  std::uint64_t reconnections = 0;
  std::uint64_t damaged = 0;  ///< packets or pictures that could not be decoded, or only in part
};

/// User name and password, kept apart from the address so that it can be printed.
struct Credentials {
  std::string user;
  std::string password;
};

struct SourceOptions {
  /// At most this many frames a second are handed out (by media time); 0: every frame.
  double frames_per_second = 0;
  /// Live sources: no frame for so long means `stalled`, and the connection is made anew.
  Duration stall_after = std::chrono::seconds{5};
  /// Live sources: first and longest wait before connecting again; it doubles each time, with random variation.
  Duration first_retry = std::chrono::milliseconds{500};
  Duration longest_retry = std::chrono::seconds{30};
  /// Live sources: give up when the very first connection fails, instead of trying for ever.
  bool require_first_connection = true;
  std::optional<Credentials> credentials;
  bool rtsp_over_udp = false;
  int decoder_threads = 1;
  bool hardware_decoding = true;    ///< use it where FFmpeg and the machine offer it
  double pictures_per_second = 25;  ///< of a folder of images, which has no rate of its own
};

/// A camera's stream. Confined to the thread that calls `next`; `counts` and `state` may be read from any thread.
class Source {
 public:
  virtual ~Source() = default;
  /// The next frame that is due, waiting for it. Empty at the end of a recorded source or when `stop` is requested.
  /// Errors: what cannot be mended by waiting (a damaged file, a first connection that failed).
  [[nodiscard]] virtual Result<std::optional<Frame>> next(std::stop_token stop) = 0;
  [[nodiscard]] virtual SourceKind kind() const = 0;
  [[nodiscard]] virtual Size size() const = 0;  ///< of the frames; known after the first
  /// Of a recorded source, when its container says; for a progress bar.
  [[nodiscard]] virtual std::optional<Duration> length() const = 0;
  [[nodiscard]] virtual SourceCounts counts() const = 0;
  [[nodiscard]] virtual CameraState state() const = 0;
};

/// Called on every change of state, with words for the operator. Runs on the source's thread.
using StateListener = std::function<void(CameraState state, const std::string& detail)>;

/// Opens whatever `address` names: a file, an image folder, rtsp(s)://, http(s)://, rtmp://, srt://, udp://,
/// /dev/videoN, or cast:SCENE?people=5&seed=1. Recorded sources and cast are checked now; live ones connect in `next`.
/// Errors: not_found, corrupt, unsupported (unknown scheme: the known ones are listed), invalid_input.
[[nodiscard]] Result<std::unique_ptr<Source>> open_source(const std::string& address, const SourceOptions& options,
                                                          StateListener listener = {});

/// `address` without user name and password, for logs and events.
[[nodiscard]] std::string printable_address(const std::string& address);

/// Decides which frames of a static scene need no analysis. Pure; confined to one thread.
class MotionGate {
 public:
  struct Options {
    Size grid{80, 45};                           ///< luma is compared at this size
    int pixel_threshold = 12;                    ///< grey levels by which a cell must change
    double changed_fraction = 0.002;             ///< of all cells, to count as motion
    Duration refresh = std::chrono::seconds{2};  ///< analysed at least this often
    Duration linger = std::chrono::seconds{1};   ///< analysed for so long after motion
  };
  MotionGate();
  explicit MotionGate(const Options& options);
  /// True when the frame with this luma (of `grid` size) at `position` should be analysed.
  [[nodiscard]] bool should_analyse(const GreyImage& luma, Duration position);
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }
  [[nodiscard]] Size grid() const { return options_.grid; }

 private:
  void start(const GreyImage& luma, Duration position);
  [[nodiscard]] bool sees_motion(const GreyImage& luma, Duration position);

  Options options_;
  std::vector<float> reference_;  ///< what each cell usually looks like; follows the scene slowly
  std::vector<float> noise_;      ///< how much each cell usually changes
  std::vector<float> changes_;    ///< kept between calls only to save its allocation
  Duration last_position_{};
  Duration last_analysed_{};
  Duration last_motion_{};
  bool started_ = false;
  bool moved_ = false;
  int seen_ = 0;  ///< frames so far, while there are few
  std::uint64_t skipped_ = 0;
};

}  // namespace regard::capture
