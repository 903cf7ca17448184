// Triangles, and how a signed distance field becomes triangles.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "cast/logic/vector.h"

namespace regard::cast {

struct Vertex {
  Vec3 position;
  Vec3 normal;      ///< unit length, outwards
  Vec2 texture;     ///< 0..1, v downwards
  float light = 1;  ///< how much of the surrounding light reaches it: ambient occlusion, 0..1
};

struct Mesh {
  std::vector<Vertex> vertices;
  std::vector<std::array<std::uint32_t, 3>> triangles;  ///< counter-clockwise seen from outside
};

using Field = std::function<float(Vec3)>;

/// Places of the grid planes along the three axes, ascending; they may be closer together where detail is.
struct Grid {
  std::array<std::vector<float>, 3> planes;
};

/// Planes from `low` to `high`, `coarse` apart, but `fine` apart between `fine_low` and `fine_high`.
[[nodiscard]] std::vector<float> planes(float low, float high, float coarse, float fine_low, float fine_high,
                                        float fine);
[[nodiscard]] Grid even_grid(Vec3 low, Vec3 high, float step);

/// The zero surface of `field` inside `grid` by naive surface nets (Gibson, MICCAI 1998): one vertex per cell that the
/// surface passes, normals from the field's gradient, `light` 1. Space is skipped where the field says the surface is
/// far, so the field must not grow faster than distance.
[[nodiscard]] Mesh surface_of(const Field& field, const Grid& grid);

/// Sets `light` from how close `field` is along each normal (Evans, SIGGRAPH 2006 course): `reach` is the farthest
/// look.
void darken_crevices(Mesh& mesh, const Field& field, float reach, float strength);

/// Splits vertices so that `u` may jump: wherever a triangle spans more than half of the texture in u, its low end is
/// moved one whole turn up.
void cut_seam(Mesh& mesh);

/// Adds `other` to `mesh`.
void append(Mesh& mesh, const Mesh& other);
[[nodiscard]] Mesh transformed(Mesh mesh, const Transform& transform);

/// A tube of `radius` along `points`; closed joins the last to the first.
enum class Ends { open, closed };
[[nodiscard]] Mesh tube(const std::vector<Vec3>& points, float radius, int sides, Ends ends);

}  // namespace regard::cast
