#include "app/saver.h"

#include <algorithm>
#include <vector>

#include "events/events.h"

namespace regard::app {

Result<void> Saver::operator()(const Analysis& analysis, const std::unordered_map<TrackId, std::string>& labels) {
  if (!video_) {
    if (auto begun = begin(analysis); !begun) return begun;
  }
  const capture::Picture& picture = *analysis.frame.picture;
  // Where heads are is judged by the shape of bodies, so before they are stretched with the picture.
  std::vector<PixelBox> faces = events::faces_to_hide(analysis.detections, analysis.tracks);
  for (PixelBox& face : faces) face = rescale(face, picture.size(), size_);
  std::vector<track::Track> tracks{analysis.tracks.begin(), analysis.tracks.end()};
  for (track::Track& track : tracks) track.box = rescale(track.box, picture.size(), size_);
  return video_->write(events::annotate(events::redact(picture.scaled(size_), faces), tracks, labels),
                       analysis.frame.position - start_);
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
