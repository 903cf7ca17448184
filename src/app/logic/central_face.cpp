#include <algorithm>
#include <cmath>

#include "app/people.h"

namespace regard::app {
namespace {

/// How far the face is from the picture's middle, in its own sizes.
float remoteness(const detect::Detection& face, Size picture) {
  const float dx = face.box.x + face.box.width / 2 - static_cast<float>(picture.width) / 2;
  const float dy = face.box.y + face.box.height / 2 - static_cast<float>(picture.height) / 2;
  return std::hypot(dx, dy) / std::sqrt(std::max(face.box.area(), 1.0F));
}

}  // namespace

const detect::Detection* central_face(std::span<const detect::Detection> faces, Size picture) {
  const Score usual = detect::FaceOptions{}.threshold;
  const detect::Detection* best = nullptr;
  for (const detect::Detection& face : faces) {
    if (face.kind != detect::Kind::face || !face.points) continue;
    const auto rank = [&](const detect::Detection& one) {
      return std::pair{one.score < usual, remoteness(one, picture)};
    };
    if (best == nullptr || rank(face) < rank(*best)) best = &face;
  }
  return best;
}

}  // namespace regard::app
