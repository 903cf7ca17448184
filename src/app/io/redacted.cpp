#include "app/redacted.h"

#include <vector>

namespace regard::app {

events::RedactedImage redacted(const Analysis& analysis, Size size,
                               const std::unordered_map<TrackId, std::string>& labels) {
  const capture::Picture& picture = *analysis.frame.picture;
  // Where heads are is judged by the shape of bodies, so before they are stretched with the picture.
  std::vector<PixelBox> faces = events::faces_to_hide(analysis.detections, analysis.tracks);
  for (PixelBox& face : faces) face = rescale(face, picture.size(), size);
  std::vector<track::Track> tracks{analysis.tracks.begin(), analysis.tracks.end()};
  for (track::Track& track : tracks) track.box = rescale(track.box, picture.size(), size);
  return events::annotate(events::redact(picture.scaled(size), faces), tracks, labels);
}

}  // namespace regard::app
