#include "app/saver.h"

#include <algorithm>

#include "app/redacted.h"

namespace regard::app {

Result<void> Saver::operator()(const Analysis& analysis, const std::unordered_map<TrackId, std::string>& labels) {
  if (!video_) {
    if (auto begun = begin(analysis); !begun) return begun;
  }
  return video_->write(redacted(analysis, size_, labels), analysis.frame.position - start_);
}

Result<void> Saver::begin(const Analysis& analysis) {
  size_ = analysis.frame.picture->size();
  start_ = analysis.frame.position;
  auto video = sinks::VideoFile::create(file_, size_, {.frames_per_second = std::max(1, static_cast<int>(rate_))});
  if (!video) return pass_on(std::move(video));
  video_ = std::move(*video);
  return {};
}

}  // namespace regard::app
