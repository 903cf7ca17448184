#include "cast/logic/raster.h"

namespace regard::cast {
namespace {

constexpr float nearest_depth = 0.08F;  // metres; what is closer to the camera is not drawn

/// Twice the signed area of (a, b, p), positive when p is on the inner side for our winding (y down).
float edge(const Projected& a, const Projected& b, float x, float y) {
  return (b.y - a.y) * (x - a.x) - (b.x - a.x) * (y - a.y);
}

}  // namespace

PixelPoint Camera::project(Vec3 world) const {
  const Vec3 p = from_world * world;
  return {centre.x + focal * p.x / -p.z, centre.y - focal * p.y / -p.z};
}

Vec3 Camera::ray(float x, float y) const {
  return times_transposed(from_world.linear, {(x - centre.x) / focal, -(y - centre.y) / focal, -1});
}

Vec3 Camera::position() const { return times_transposed(from_world.linear, -from_world.origin); }

Camera camera_at(Vec3 from, Vec3 target, float focal, Size size) {
  const Vec3 back = normalized(from - target);
  const Vec3 right = normalized(cross({0, 1, 0}, back));
  const Vec3 up = cross(back, right);
  const Mat3 to_camera{{right.x, up.x, back.x}, {right.y, up.y, back.y}, {right.z, up.z, back.z}};
  return {{to_camera, -(to_camera * from)},
          focal,
          {0.5F * static_cast<float>(size.width), 0.5F * static_cast<float>(size.height)}};
}

Drawing::Drawing(Size picture) : picture_{picture}, columns_{tile_columns(picture)}, rows_{tile_rows(picture)} {
  bins_.resize(static_cast<std::size_t>(columns_) * rows_);
}

void Drawing::clear() {
  vertices_.clear();
  triangles_.clear();
  parts_.clear();
  for (auto& tile : bins_) tile.clear();
  left_ = top_ = 1e9F;
  right_ = bottom_ = -1e9F;
}

std::uint32_t Drawing::add_vertices(std::span<const Vertex> vertices, const Transform& place, const Camera& camera) {
  const auto base = static_cast<std::uint32_t>(vertices_.size());
  vertices_.reserve(vertices_.size() + vertices.size());
  const Transform to_camera = camera.from_world * place;
  for (const Vertex& vertex : vertices) {
    const Vec3 p = to_camera * vertex.position;
    Projected seen;
    if (-p.z > nearest_depth) {
      seen.nearness = -1.0F / p.z;
      seen.x = camera.centre.x + camera.focal * p.x * seen.nearness;
      seen.y = camera.centre.y - camera.focal * p.y * seen.nearness;
    }
    seen.normal = normalized(place.linear * vertex.normal);
    seen.texture = vertex.texture;
    seen.light = vertex.light;
    vertices_.push_back(seen);
  }
  return base;
}

void Drawing::add_triangles(std::uint32_t base, std::span<const std::array<std::uint32_t, 3>> triangles,
                            const Part& part) {
  const auto part_index = static_cast<std::uint32_t>(parts_.size());
  parts_.push_back(part);
  for (const auto& t : triangles) {
    const DrawnTriangle triangle{t[0] + base, t[1] + base, t[2] + base, part_index};
    const Projected& a = vertices_[triangle.a];
    const Projected& b = vertices_[triangle.b];
    const Projected& c = vertices_[triangle.c];
    if (a.nearness == 0 || b.nearness == 0 || c.nearness == 0) continue;
    if (edge(a, b, c.x, c.y) <= 0) continue;
    const auto index = static_cast<std::uint32_t>(triangles_.size());
    triangles_.push_back(triangle);
    bin(index, triangle);
  }
}

void Drawing::bin(std::uint32_t index, const DrawnTriangle& triangle) {
  const Projected& a = vertices_[triangle.a];
  const Projected& b = vertices_[triangle.b];
  const Projected& c = vertices_[triangle.c];
  const float low_x = std::min({a.x, b.x, c.x});
  const float high_x = std::max({a.x, b.x, c.x});
  const float low_y = std::min({a.y, b.y, c.y});
  const float high_y = std::max({a.y, b.y, c.y});
  left_ = std::min(left_, low_x);
  right_ = std::max(right_, high_x);
  top_ = std::min(top_, low_y);
  bottom_ = std::max(bottom_, high_y);
  if (high_x < 0 || high_y < 0 || low_x >= static_cast<float>(picture_.width) ||
      low_y >= static_cast<float>(picture_.height)) {
    return;
  }
  const int first_column = std::max(0, static_cast<int>(low_x) / tile_side);
  const int last_column = std::min(columns_ - 1, static_cast<int>(std::min(high_x, 1e6F)) / tile_side);
  const int first_row = std::max(0, static_cast<int>(low_y) / tile_side);
  const int last_row = std::min(rows_ - 1, static_cast<int>(std::min(high_y, 1e6F)) / tile_side);
  for (int row = first_row; row <= last_row; ++row) {
    for (int column = first_column; column <= last_column; ++column) bins_[row * columns_ + column].push_back(index);
  }
}

PixelBox Drawing::bounds() const {
  if (right_ < left_) return {};
  return {left_, top_, right_ - left_, bottom_ - top_};
}

void Layer::clear() {
  for (int row = std::max(0, first_row); row <= last_row; ++row) {
    std::fill_n(nearness.begin() + row * tile_samples, tile_samples, 0.0F);
  }
  first_row = tile_samples;
  last_row = -1;
  first_column = tile_samples;
  last_column = -1;
}

void draw_tile(const Drawing& drawing, int tile, int left, int top, Layer& layer) {
  for (const std::uint32_t index : drawing.in_tile(tile)) {
    const DrawnTriangle& triangle = drawing.triangle(index);
    const Projected& a = drawing.vertex(triangle.a);
    const Projected& b = drawing.vertex(triangle.b);
    const Projected& c = drawing.vertex(triangle.c);
    // Sample s lies at left + (s + .5) / 2; the ranges below are the samples inside the triangle's box.
    const auto first = [](float low, int origin) {
      return std::max(0,
                      static_cast<int>(std::ceil(std::max(-1.0F, (low - static_cast<float>(origin)) * 2.0F - 0.5F))));
    };
    const auto last = [](float high, int origin) {
      return std::min(tile_samples - 1,
                      static_cast<int>(std::floor(std::min(1e6F, (high - static_cast<float>(origin)) * 2.0F - 0.5F))));
    };
    const int x0 = first(std::min({a.x, b.x, c.x}), left);
    const int x1 = last(std::max({a.x, b.x, c.x}), left);
    const int y0 = first(std::min({a.y, b.y, c.y}), top);
    const int y1 = last(std::max({a.y, b.y, c.y}), top);
    if (x0 > x1 || y0 > y1) continue;
    layer.first_row = std::min(layer.first_row, y0);
    layer.last_row = std::max(layer.last_row, y1);
    layer.first_column = std::min(layer.first_column, x0);
    layer.last_column = std::max(layer.last_column, x1);
    const float area = edge(a, b, c.x, c.y);
    const float scale = 1.0F / area;
    const float px = static_cast<float>(left) + (static_cast<float>(x0) + 0.5F) * 0.5F;
    const float step_a = (c.y - b.y) * 0.5F;
    const float step_b = (a.y - c.y) * 0.5F;
    const float step_c = (b.y - a.y) * 0.5F;
    const float step_nearness = (step_a * a.nearness + step_b * b.nearness + step_c * c.nearness) * scale;
    for (int y = y0; y <= y1; ++y) {
      const float py = static_cast<float>(top) + (static_cast<float>(y) + 0.5F) * 0.5F;
      float wa = edge(b, c, px, py);
      float wb = edge(c, a, px, py);
      float wc = edge(a, b, px, py);
      float nearness = (wa * a.nearness + wb * b.nearness + wc * c.nearness) * scale;
      float* depth = layer.nearness.data() + y * tile_samples;
      std::uint32_t* ids = layer.triangle.data() + y * tile_samples;
      for (int x = x0; x <= x1; ++x) {
        if (wa >= 0 && wb >= 0 && wc >= 0 && nearness > depth[x]) {
          depth[x] = nearness;
          ids[x] = index;
        }
        wa += step_a;
        wb += step_b;
        wc += step_c;
        nearness += step_nearness;
      }
    }
  }
}

Vec3 corner_weights(const Drawing& drawing, const DrawnTriangle& triangle, float x, float y) {
  const Projected& a = drawing.vertex(triangle.a);
  const Projected& b = drawing.vertex(triangle.b);
  const Projected& c = drawing.vertex(triangle.c);
  const Vec3 flat{std::max(0.0F, edge(b, c, x, y)) * a.nearness, std::max(0.0F, edge(c, a, x, y)) * b.nearness,
                  std::max(0.0F, edge(a, b, x, y)) * c.nearness};
  return flat * (1.0F / std::max(flat.x + flat.y + flat.z, 1e-20F));
}

Fragment fragment_at(const Drawing& drawing, const DrawnTriangle& triangle, float x, float y) {
  const Projected& a = drawing.vertex(triangle.a);
  const Projected& b = drawing.vertex(triangle.b);
  const Projected& c = drawing.vertex(triangle.c);
  const Vec3 w = corner_weights(drawing, triangle, x, y);
  return {a.normal * w.x + b.normal * w.y + c.normal * w.z, a.texture * w.x + b.texture * w.y + c.texture * w.z,
          a.light * w.x + b.light * w.y + c.light * w.z,
          1.0F / (w.x / a.nearness + w.y / b.nearness + w.z / c.nearness)};
}

}  // namespace regard::cast
