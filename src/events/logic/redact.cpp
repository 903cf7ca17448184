#include <algorithm>
#include <array>
#include <string>

#include "events/events.h"
#include "image/image.h"

namespace regard::events {
namespace {

/// Hair, ears and chin lie outside a detector's face box; a third on each side covers them.
constexpr float margin = 1.0F / 3.0F;
/// Cells of the mosaic along each side of the enlarged box: under four across the face itself.
constexpr int mosaic_cells = 6;

PixelBox enlarged(const PixelBox& face) {
  return {face.x - face.width * margin, face.y - face.height * margin, face.width * (1 + 2 * margin),
          face.height * (1 + 2 * margin)};
}

/// The box that `enlarged` turns into `head`.
PixelBox face_within(const PixelBox& head) {
  constexpr float scale = 1 / (1 + 2 * margin);
  return {head.x + head.width * margin * scale, head.y + head.height * margin * scale, head.width * scale,
          head.height * scale};
}

/// Colours that stay apart for the usual kinds of colour blindness: Okabe and Ito, "Color Universal Design", 2008.
constexpr std::array<image::Colour, 6> palette{
    {{178, 114, 0}, {0, 159, 230}, {115, 158, 0}, {233, 180, 86}, {167, 121, 204}, {0, 94, 213}}};

image::Colour colour_of(const track::Track& track) {
  const std::uint64_t number = track.body.value != 0 ? track.body.value : track.id.value;
  return palette[number % palette.size()];
}

std::string label_of(const track::Track& track) {
  const std::string name{track.kind == detect::Kind::face ? "face" : detect::class_name(track.object)};
  return name + " " + std::to_string(track.id.value);
}

}  // namespace

RedactedImage redact(BgrImage picture, std::span<const PixelBox> faces) {
  for (const PixelBox& face : faces) image::obscure(picture, enlarged(face), mosaic_cells);
  return RedactedImage{std::move(picture)};
}

std::vector<PixelBox> faces_to_hide(std::span<const detect::Detection> detections,
                                    std::span<const track::Track> tracks) {
  std::vector<PixelBox> faces;
  // The head of a body is hidden even where a face was found in it: the box may hold a second person, half hidden.
  for (const detect::Detection& detection : detections) {
    if (detection.kind == detect::Kind::face) faces.push_back(detection.box);
    if (detection.kind == detect::Kind::person) faces.push_back(face_within(head_of(detection.box)));
  }
  for (const track::Track& track : tracks) {
    if (track.kind == detect::Kind::face) faces.push_back(track.box);
    if (track.kind == detect::Kind::person) faces.push_back(face_within(head_of(track.box)));
  }
  return faces;
}

PixelBox head_of(const PixelBox& body) {
  // A head is 1/7.5 of a standing person (the usual canon of figure drawing); a fifth leaves room for a bent knee. A
  // box that is wide for its height shows less than the whole body: up to half of it is head.
  constexpr float standing_share = 0.2F;
  constexpr float bust_share = 0.5F;
  constexpr float standing_ratio = 0.6F;  // a long step
  constexpr float bust_ratio = 1.1F;
  const float ratio = body.height > 0 ? body.width / body.height : 1.0F;
  const float bust = std::clamp((ratio - standing_ratio) / (bust_ratio - standing_ratio), 0.0F, 1.0F);
  const float height = body.height * (standing_share + bust * (bust_share - standing_share));
  const float width = std::min(body.width, std::max(1.1F * height, 0.4F * body.width));
  return {body.centre().x - width / 2, body.y, width, height};
}

RedactedImage annotate(RedactedImage picture, std::span<const track::Track> tracks,
                       const std::unordered_map<TrackId, std::string>& labels) {
  BgrImage& pixels = picture.pixels_;
  const int thickness = std::max(1, pixels.height() / 360);
  const int letter = std::clamp(pixels.height() / 72, 7, 20);
  for (const track::Track& track : tracks) {
    if (track.state == track::State::lost) continue;
    const image::Colour colour = colour_of(track);
    image::draw_box(pixels, track.box, colour, thickness);
    if (track.kind == detect::Kind::face && track.body.value != 0) continue;  // its body carries the number
    const auto named = labels.find(track.id);
    image::draw_label(pixels, {track.box.x, track.box.y}, named != labels.end() ? named->second : label_of(track),
                      {255, 255, 255}, colour, letter);
  }
  return picture;
}

}  // namespace regard::events
