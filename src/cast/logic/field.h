// Signed distance fields: negative inside, positive outside. Formulas: Inigo Quilez, "distance functions" and
// "smooth minimum" (iquilezles.org/articles), where each is derived.
#pragma once

#include "cast/logic/vector.h"

namespace regard::cast {

/// The union of two shapes with a fillet of about `k`.
inline float join(float a, float b, float k) {
  const float h = std::max(k - std::abs(a - b), 0.0F) / k;
  return std::min(a, b) - h * h * k * 0.25F;
}
/// What both shapes share, with a rounded edge.
inline float common(float a, float b, float k) { return -join(-a, -b, k); }
/// `a` without `b`, with a rounded edge.
inline float carve(float a, float b, float k) { return common(a, -b, k); }

inline float ellipsoid(Vec3 p, Vec3 centre, Vec3 radii) {
  const Vec3 q = (p - centre) / radii;
  const float k0 = length(q);
  const float k1 = length(q / radii);
  return k1 < 1e-6F ? -std::min({radii.x, radii.y, radii.z}) : k0 * (k0 - 1.0F) / k1;
}

/// A rod from `a` to `b` whose radius goes from `ra` to `rb`.
inline float rod(Vec3 p, Vec3 a, Vec3 b, float ra, float rb) {
  const Vec3 pa = p - a;
  const Vec3 ba = b - a;
  const float h = clamp01(dot(pa, ba) / dot(ba, ba));
  return length(pa - ba * h) - mix(ra, rb, h);
}

/// A box of half sizes `half` with edges rounded by `radius`.
inline float box(Vec3 p, Vec3 half, float radius) {
  const Vec3 q = Vec3{std::abs(p.x), std::abs(p.y), std::abs(p.z)} - half + Vec3{radius, radius, radius};
  const Vec3 out{std::max(q.x, 0.0F), std::max(q.y, 0.0F), std::max(q.z, 0.0F)};
  return length(out) + std::min(std::max({q.x, q.y, q.z}), 0.0F) - radius;
}

/// An upright cylinder with rounded rims.
inline float cylinder(Vec3 p, float radius, float half_height, float rounding) {
  const float dx = length(Vec2{p.x, p.z}) - radius + rounding;
  const float dy = std::abs(p.y) - half_height + rounding;
  return std::min(std::max(dx, dy), 0.0F) + length(Vec2{std::max(dx, 0.0F), std::max(dy, 0.0F)}) - rounding;
}

}  // namespace regard::cast
