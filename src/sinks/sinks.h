// sinks: events and redacted pictures to the outside world.  Event -> file, terminal; over the network: outlets.h.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cast/cast.h"
#include "core/core.h"
#include "events/events.h"

namespace regard::sinks {

/// Writes events as JSON lines, each flushed before the call returns. Internally locked: any thread.
class EventLines {
 public:
  /// Appends to `file`, or writes to standard output when it is "-". Errors: denied, unavailable.
  [[nodiscard]] static Result<std::unique_ptr<EventLines>> open(const std::string& file);
  virtual ~EventLines() = default;
  /// Errors: unavailable (disk full, pipe closed).
  [[nodiscard]] virtual Result<void> write(const events::Event& event) = 0;
};

/// Writes an MP4 file (H.264) that stays playable when the program is killed. Accepts only pictures in which nobody can
/// be recognised, or people who do not exist. Confined to one thread.
class VideoFile {
 public:
  struct Options {
    int frames_per_second = 25;  ///< nominal; each picture carries its own time
    int quality = 23;            ///< x264's constant rate factor: 18 better, 28 smaller
    std::string preset = "veryfast";
    int threads = 1;
  };
  /// Creates `file` for pictures of `size` (odd sides lose one pixel). Errors: denied, unsupported (no encoder).
  [[nodiscard]] static Result<std::unique_ptr<VideoFile>> create(const std::filesystem::path& file, Size size,
                                                                 const Options& options);
  virtual ~VideoFile() = default;
  /// Appends a picture shown from `position`, which must grow. Errors: unavailable (disk full).
  [[nodiscard]] virtual Result<void> write(const events::RedactedImage& picture, Duration position) = 0;
  [[nodiscard]] virtual Result<void> write(const cast::SyntheticImage& picture, Duration position) = 0;
  /// Writes what is buffered and the index. Called by the destructor too, where errors are lost.
  [[nodiscard]] virtual Result<void> finish() = 0;
};

}  // namespace regard::sinks
