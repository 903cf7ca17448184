#include "cast/logic/mesh.h"

#include <gtest/gtest.h>

#include <map>

#include "cast/logic/field.h"

namespace regard::cast {
namespace {

double volume_of(const Mesh& mesh) {
  double sum = 0;
  for (const auto& t : mesh.triangles) {
    sum += static_cast<double>(
               dot(mesh.vertices[t[0]].position, cross(mesh.vertices[t[1]].position, mesh.vertices[t[2]].position))) /
           6;
  }
  return sum;
}

TEST(SurfaceNets, a_ball_has_the_volume_and_normals_of_a_ball) {
  const Mesh ball =
      surface_of([](Vec3 p) { return length(p) - 1.0F; }, even_grid({-1.5F, -1.5F, -1.5F}, {1.5F, 1.5F, 1.5F}, 0.1F));
  // Positive volume: triangles are counter-clockwise from outside. A polyhedron inside a ball has a little less.
  EXPECT_NEAR(volume_of(ball), 4.0 / 3.0 * 3.14159265, 0.03);
  for (const Vertex& v : ball.vertices) {
    EXPECT_NEAR(length(v.position), 1.0F, 0.002F);
    EXPECT_GT(dot(v.normal, v.position), 0.999F);
  }
}

TEST(SurfaceNets, surfaces_are_closed_on_uneven_grids_too) {
  const Grid grid{{planes(-2, 2, 0.2F, -0.5F, 0.5F, 0.05F), planes(-2, 2, 0.2F, 0, 0.5F, 0.07F),
                   planes(-2, 2, 0.15F, -2, 2, 0.15F)}};
  const Mesh mesh = surface_of(
      [](Vec3 p) {
        return join(length(p) - 1.0F, rod(p, {0, 0, 0}, {1.2F, 0.6F, 0}, 0.4F, 0.2F), 0.1F);
      },
      grid);
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> edges;
  for (const auto& t : mesh.triangles) {
    for (int i = 0; i < 3; ++i) ++edges[{t[i], t[(i + 1) % 3]}];
  }
  ASSERT_FALSE(edges.empty());
  for (const auto& [edge, count] : edges) {
    EXPECT_EQ(count, 1);
    EXPECT_EQ(edges.count({edge.second, edge.first}), 1U) << "an edge without its other side";
  }
}

TEST(CutSeam, no_triangle_spans_the_whole_texture) {
  Mesh ring = tube({{0, 0, 0}, {0, 1, 0}}, 1, 12, Ends::open);
  for (Vertex& v : ring.vertices) v.texture.x = 0.5F + std::atan2(v.position.x, v.position.z) / (2 * pi);
  cut_seam(ring);
  for (const auto& t : ring.triangles) {
    const float a = ring.vertices[t[0]].texture.x;
    EXPECT_LT(std::abs(a - ring.vertices[t[1]].texture.x), 0.5F);
    EXPECT_LT(std::abs(a - ring.vertices[t[2]].texture.x), 0.5F);
  }
}

}  // namespace
}  // namespace regard::cast
