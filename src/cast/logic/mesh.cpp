#include "cast/logic/mesh.h"

#include <utility>

namespace regard::cast {
namespace {

constexpr std::uint32_t no_vertex = 0xFFFFFFFFU;
constexpr int block = 4;  // cells along the side of a block that is skipped as a whole

/// Field values at grid nodes, filled only near the surface; far nodes keep their block's sign.
class Samples {
 public:
  Samples(const Field& field, const Grid& grid) : grid_{grid} {
    for (int axis = 0; axis < 3; ++axis) count_[axis] = static_cast<int>(grid.planes[axis].size());
    values_.assign(static_cast<std::size_t>(count_[0]) * count_[1] * count_[2], 0.0F);
    known_.assign(values_.size(), 0);
    for (int k = 0; k < count_[2]; k += block) {
      for (int j = 0; j < count_[1]; j += block) {
        for (int i = 0; i < count_[0]; i += block) fill_block(field, i, j, k);
      }
    }
  }

  [[nodiscard]] int count(int axis) const { return count_[axis]; }
  [[nodiscard]] std::size_t index(int i, int j, int k) const {
    return (static_cast<std::size_t>(k) * count_[1] + j) * count_[0] + i;
  }
  [[nodiscard]] float operator()(int i, int j, int k) const { return values_[index(i, j, k)]; }
  /// Calls `visit` for every cell of the blocks that the surface may pass.
  template <typename Visit>
  void near_cells(const Visit& visit) const {
    for (const auto& [i0, j0, k0] : near_) {
      for (int k = k0; k < std::min(k0 + block, count_[2] - 1); ++k) {
        for (int j = j0; j < std::min(j0 + block, count_[1] - 1); ++j) {
          for (int i = i0; i < std::min(i0 + block, count_[0] - 1); ++i) visit(i, j, k);
        }
      }
    }
  }
  [[nodiscard]] Vec3 place(int i, int j, int k) const {
    return {grid_.planes[0][i], grid_.planes[1][j], grid_.planes[2][k]};
  }

 private:
  void fill_block(const Field& field, int i0, int j0, int k0) {
    const int i1 = std::min(i0 + block, count_[0] - 1);
    const int j1 = std::min(j0 + block, count_[1] - 1);
    const int k1 = std::min(k0 + block, count_[2] - 1);
    const Vec3 low = place(i0, j0, k0);
    const Vec3 high = place(i1, j1, k1);
    const float middle = field((low + high) * 0.5F);
    // Ellipsoids underestimate distance and joins shift it, hence the margin on the block's half diagonal.
    const bool far = std::abs(middle) > 0.5F * length(high - low) * 1.5F;
    if (!far) near_.push_back({i0, j0, k0});
    for (int k = k0; k <= k1; ++k) {
      for (int j = j0; j <= j1; ++j) {
        for (int i = i0; i <= i1; ++i) {
          const std::size_t at = index(i, j, k);
          if (known_[at] != 0) continue;
          values_[at] = far ? middle : field(place(i, j, k));
          known_[at] = far ? 0 : 1;
        }
      }
    }
  }

  const Grid& grid_;
  std::array<int, 3> count_{};
  std::vector<float> values_;
  std::vector<std::uint8_t> known_;
  std::vector<std::array<int, 3>> near_;
};

Vec3 gradient(const Field& field, Vec3 p, float step) {
  return normalized({field(p + Vec3{step, 0, 0}) - field(p - Vec3{step, 0, 0}),
                     field(p + Vec3{0, step, 0}) - field(p - Vec3{0, step, 0}),
                     field(p + Vec3{0, 0, step}) - field(p - Vec3{0, 0, step})});
}

/// The mean of the places where the surface crosses the twelve edges of a cell.
Vec3 cell_vertex(const Samples& samples, int i, int j, int k) {
  Vec3 sum;
  int crossings = 0;
  for (int axis = 0; axis < 3; ++axis) {
    for (int corner = 0; corner < 4; ++corner) {
      std::array<int, 3> a{i, j, k};
      a[(axis + 1) % 3] += corner & 1;
      a[(axis + 2) % 3] += corner >> 1;
      std::array<int, 3> b = a;
      b[axis] += 1;
      const float va = samples(a[0], a[1], a[2]);
      const float vb = samples(b[0], b[1], b[2]);
      if ((va < 0) == (vb < 0)) continue;
      sum += mix(samples.place(a[0], a[1], a[2]), samples.place(b[0], b[1], b[2]), va / (va - vb));
      ++crossings;
    }
  }
  return sum * (1.0F / static_cast<float>(std::max(crossings, 1)));
}

bool surface_passes(const Samples& samples, int i, int j, int k) {
  const bool inside = samples(i, j, k) < 0;
  for (int corner = 1; corner < 8; ++corner) {
    if ((samples(i + (corner & 1), j + ((corner >> 1) & 1), k + (corner >> 2)) < 0) != inside) return true;
  }
  return false;
}

/// Joins the four cells around the grid edge that starts at (i, j, k) along `axis`.
void add_quad(Mesh& mesh, const std::vector<std::uint32_t>& cells, const Samples& samples, std::array<int, 3> at,
              int axis) {
  std::array<int, 3> next = at;
  next[axis] += 1;
  const bool a = samples(at[0], at[1], at[2]) < 0;
  const bool b = samples(next[0], next[1], next[2]) < 0;
  if (a == b) return;
  const int u = (axis + 1) % 3;
  const int v = (axis + 2) % 3;
  if (at[u] == 0 || at[v] == 0) return;
  std::array<std::uint32_t, 4> corner{};
  for (int n = 0; n < 4; ++n) {
    std::array<int, 3> cell = at;
    if (n == 1 || n == 2) cell[u] -= 1;
    if (n >= 2) cell[v] -= 1;
    corner[n] = cells[samples.index(cell[0], cell[1], cell[2])];
    if (corner[n] == no_vertex) return;
  }
  if (!a) std::swap(corner[1], corner[3]);
  const auto& vertices = mesh.vertices;
  const float first = length(vertices[corner[0]].position - vertices[corner[2]].position);
  const float second = length(vertices[corner[1]].position - vertices[corner[3]].position);
  if (first <= second) {
    mesh.triangles.push_back({corner[0], corner[1], corner[2]});
    mesh.triangles.push_back({corner[0], corner[2], corner[3]});
  } else {
    mesh.triangles.push_back({corner[1], corner[2], corner[3]});
    mesh.triangles.push_back({corner[1], corner[3], corner[0]});
  }
}

}  // namespace

std::vector<float> planes(float low, float high, float coarse, float fine_low, float fine_high, float fine) {
  std::vector<float> result{low};
  while (result.back() < high) {
    const float at = result.back();
    const float off = std::max({fine_low - at, at - fine_high, 0.0F});
    // The step grows by a quarter of the distance from the fine part, so that cells stay nearly square.
    result.push_back(at + std::min(coarse, fine + 0.25F * off));
  }
  return result;
}

Grid even_grid(Vec3 low, Vec3 high, float step) {
  return {{planes(low.x, high.x, step, low.x, high.x, step), planes(low.y, high.y, step, low.y, high.y, step),
           planes(low.z, high.z, step, low.z, high.z, step)}};
}

Mesh surface_of(const Field& field, const Grid& grid) {
  const Samples samples{field, grid};
  const int nx = samples.count(0);
  const int ny = samples.count(1);
  const int nz = samples.count(2);
  std::vector<std::uint32_t> cells(static_cast<std::size_t>(nx) * ny * nz, no_vertex);
  Mesh mesh;
  samples.near_cells([&](int i, int j, int k) {
    if (!surface_passes(samples, i, j, k)) return;
    cells[samples.index(i, j, k)] = static_cast<std::uint32_t>(mesh.vertices.size());
    const float step = 0.25F * (samples.place(i + 1, j, k).x - samples.place(i, j, k).x);
    const Vec3 p = cell_vertex(samples, i, j, k);
    const Vec3 n = gradient(field, p, step);
    mesh.vertices.push_back({p - n * field(p), n, {}, 1});
  });
  samples.near_cells([&](int i, int j, int k) {
    for (int axis = 0; axis < 3; ++axis) add_quad(mesh, cells, samples, {i, j, k}, axis);
  });
  return mesh;
}

void darken_crevices(Mesh& mesh, const Field& field, float reach, float strength) {
  for (Vertex& vertex : mesh.vertices) {
    float closed = 0;
    float weight = 0.5F;
    for (int look = 1; look <= 4; ++look) {
      const float distance = reach * static_cast<float>(look * look) / 16.0F;
      closed += weight * clamp01(1.0F - field(vertex.position + vertex.normal * distance) / distance);
      weight *= 0.72F;
    }
    vertex.light *= clamp01(1.0F - strength * closed);
  }
}

void cut_seam(Mesh& mesh) {
  std::vector<std::uint32_t> twin(mesh.vertices.size(), no_vertex);
  for (auto& triangle : mesh.triangles) {
    float low = 2;
    float high = -1;
    for (const std::uint32_t corner : triangle) {
      low = std::min(low, mesh.vertices[corner].texture.x);
      high = std::max(high, mesh.vertices[corner].texture.x);
    }
    if (high - low <= 0.5F) continue;
    for (std::uint32_t& corner : triangle) {
      if (mesh.vertices[corner].texture.x >= 0.5F) continue;
      if (corner < twin.size()) {
        if (twin[corner] == no_vertex) {
          twin[corner] = static_cast<std::uint32_t>(mesh.vertices.size());
          Vertex copy = mesh.vertices[corner];
          copy.texture.x += 1;
          mesh.vertices.push_back(copy);
        }
        corner = twin[corner];
      }
    }
  }
}

void append(Mesh& mesh, const Mesh& other) {
  const auto base = static_cast<std::uint32_t>(mesh.vertices.size());
  mesh.vertices.insert(mesh.vertices.end(), other.vertices.begin(), other.vertices.end());
  for (const auto& t : other.triangles) mesh.triangles.push_back({t[0] + base, t[1] + base, t[2] + base});
}

Mesh transformed(Mesh mesh, const Transform& transform) {
  for (Vertex& vertex : mesh.vertices) {
    vertex.position = transform * vertex.position;
    vertex.normal = normalized(transform.linear * vertex.normal);
  }
  return mesh;
}

Mesh tube(const std::vector<Vec3>& points, float radius, int sides, Ends ends) {
  Mesh mesh;
  const int count = static_cast<int>(points.size());
  const auto at = [&](int i) {
    return ends == Ends::closed ? points[(i + count) % count] : points[std::clamp(i, 0, count - 1)];
  };
  for (int i = 0; i < count; ++i) {
    const Vec3 along = normalized(at(i + 1) - at(i - 1));
    const Vec3 side = normalized(cross(std::abs(along.y) < 0.9F ? Vec3{0, 1, 0} : Vec3{1, 0, 0}, along));
    const Vec3 up = cross(along, side);
    for (int s = 0; s < sides; ++s) {
      const float angle = 2 * pi * static_cast<float>(s) / static_cast<float>(sides);
      const Vec3 normal = side * std::cos(angle) + up * std::sin(angle);
      mesh.vertices.push_back({points[i] + normal * radius, normal, {0.5F, 0.5F}, 1});
    }
  }
  const int rings = ends == Ends::closed ? count : count - 1;
  for (int i = 0; i < rings; ++i) {
    for (int s = 0; s < sides; ++s) {
      const auto index = [&](int ring, int side) {
        return static_cast<std::uint32_t>((ring % count) * sides + side % sides);
      };
      mesh.triangles.push_back({index(i, s), index(i, s + 1), index(i + 1, s + 1)});
      mesh.triangles.push_back({index(i, s), index(i + 1, s + 1), index(i + 1, s)});
    }
  }
  return mesh;
}

}  // namespace regard::cast
