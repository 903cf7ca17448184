#include "track/logic/attachment.h"

#include <cmath>
#include <limits>

#include "track/assignment.h"

namespace regard::track {
namespace {

// A head is an eighth of a standing body (Vitruvius) and up to half of a box that shows only the bust.
constexpr float upper_part = 0.5F;
constexpr float least_inside = 0.6F;
constexpr float highest_face = 0.7F;
// Bonus for the body a face already has: two bodies change faces only when the new pairing is clearly better.
constexpr float stay = 0.5F;
constexpr float unpaired = 3;

float cost(const AttachedBox& face, const AttachedBox& body) {
  const PixelBox upper{body.box.x, body.box.y, body.box.width, body.box.height * upper_part};
  const float area = face.box.area();
  if (area <= 0 || body.box.area() <= 0 || face.box.height > highest_face * body.box.height)
    return std::numeric_limits<float>::infinity();
  const float inside = intersect(face.box, upper).area() / area;
  if (inside < least_inside) return std::numeric_limits<float>::infinity();
  // Heads are in the middle of a body's width and at its top.
  const float aside = std::abs(face.box.centre().x - body.box.centre().x) / body.box.width;
  const float below = std::abs(face.box.y - body.box.y) / body.box.height;
  return (1 - inside) + aside + below - (face.body == body.id ? stay : 0);
}

}  // namespace

std::vector<TrackId> attach(std::span<const AttachedBox> faces, std::span<const AttachedBox> bodies) {
  std::vector<float> costs;
  costs.reserve(faces.size() * bodies.size());
  for (const AttachedBox& face : faces) {
    for (const AttachedBox& body : bodies) costs.push_back(cost(face, body));
  }
  const std::vector<int> chosen =
      assign(costs, static_cast<int>(faces.size()), static_cast<int>(bodies.size()), unpaired);
  std::vector<TrackId> result;
  result.reserve(faces.size());
  for (const int body : chosen) result.push_back(body < 0 ? TrackId{} : bodies[static_cast<std::size_t>(body)].id);
  return result;
}

}  // namespace regard::track
