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
/// A face that is certainly one: the threshold for photographs in models/yunet.toml.
constexpr Score sure_face{0.6F};

PixelBox enlarged(const PixelBox& face) {
  return {face.x - face.width * margin, face.y - face.height * margin, face.width * (1 + 2 * margin),
          face.height * (1 + 2 * margin)};
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
  std::vector<PixelBox> sure;  // a weak face may be a pattern beside the real one: it does not stand for the head
  for (const detect::Detection& detection : detections) {
    if (detection.kind != detect::Kind::face) continue;
    faces.push_back(detection.box);
    if (detection.score >= sure_face) sure.push_back(detection.box);
  }
  for (const track::Track& track : tracks) {
    if (track.kind == detect::Kind::face) faces.push_back(track.box);
  }
  const auto hide_head_of = [&](const PixelBox& body) {
    const PixelBox head = head_of(body);
    const bool covered = std::any_of(sure.begin(), sure.end(), [&](const PixelBox& face) {
      return intersect(face, head).area() > 0.5F * face.area();
    });
    if (!covered) faces.push_back(head);
  };
  for (const detect::Detection& detection : detections) {
    if (detection.kind == detect::Kind::person) hide_head_of(detection.box);
  }
  for (const track::Track& track : tracks) {
    if (track.kind == detect::Kind::person) hide_head_of(track.box);
  }
  return faces;
}

PixelBox head_of(const PixelBox& body) {
  // A head is 1/7.5 of a standing person (Vitruvian proportion), more of a person cut off by the picture's edge or
  // sitting: then the box is wide for its height. Generous, since what is missed can be recognised.
  const float height = std::min(body.height, std::max(0.2F * body.height, 0.55F * body.width));
  const float width = std::min(body.width, std::max(0.6F * body.width, 0.9F * height));
  return {body.centre().x - width / 2, body.y, width, height};
}

RedactedImage annotate(RedactedImage picture, std::span<const track::Track> tracks) {
  BgrImage& pixels = picture.pixels_;
  const int thickness = std::max(1, pixels.height() / 360);
  const int letter = std::clamp(pixels.height() / 72, 7, 20);
  for (const track::Track& track : tracks) {
    if (track.state == track::State::lost) continue;
    const image::Colour colour = colour_of(track);
    image::draw_box(pixels, track.box, colour, thickness);
    if (track.kind == detect::Kind::face && track.body.value != 0) continue;  // its body carries the number
    image::draw_label(pixels, {track.box.x, track.box.y}, label_of(track), {255, 255, 255}, colour, letter);
  }
  return picture;
}

}  // namespace regard::events
