// A sink takes redacted or synthetic pictures. Pixels of a camera as they are cannot be written.
// STAGE: sinks
// EXPECT: no matching function for call to .*write
#include "sinks/sinks.h"

using namespace regard;

Result<void> save(sinks::VideoFile& video, BgrImage picture, std::span<const PixelBox> faces) {
#ifdef MISUSE
  static_cast<void>(faces);
  return video.write(picture, Duration{});
#else
  return video.write(events::redact(std::move(picture), faces), Duration{});
#endif
}
