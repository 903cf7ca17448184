#include "cast/logic/room.h"

#include <limits>
#include <span>

#include "cast/logic/field.h"
#include "cast/logic/finish.h"

namespace regard::cast {
namespace {

Mesh box_mesh(Vec3 half, float rounding) {
  Mesh mesh;
  const float r = std::min({rounding, half.x, half.y, half.z});
  // Flat faces are cut into pieces, so that little is lost where one reaches behind the camera.
  const auto stops = [r](float h) {
    return r < 1e-4F
               ? planes(-h, h - 1e-3F, 0.5F, -h, h, 0.5F)
               : std::vector<float>{-h, -h + 0.35F * r, -h + 0.7F * r, -h + r, h - r, h - 0.7F * r, h - 0.35F * r, h};
  };
  const std::array<Vec3, 3> axes{Vec3{1, 0, 0}, Vec3{0, 1, 0}, Vec3{0, 0, 1}};
  const std::array<float, 3> sizes{half.x, half.y, half.z};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    for (const float sign : {-1.0F, 1.0F}) {
      const std::size_t u = (axis + 1) % 3;
      const std::size_t v = (axis + 2) % 3;
      const auto us = stops(sizes[u]);
      const auto vs = stops(sizes[v]);
      const auto base = static_cast<std::uint32_t>(mesh.vertices.size());
      for (const float b : vs) {
        for (const float a : us) {
          const Vec3 p =
              axes[axis] * (sign * sizes[axis]) + axes[u] * std::min(a, sizes[u]) + axes[v] * std::min(b, sizes[v]);
          Vec3 n = axes[axis] * sign;
          Vec3 place = p;
          if (r >= 1e-4F) {
            const Vec3 inner{std::clamp(p.x, -half.x + r, half.x - r), std::clamp(p.y, -half.y + r, half.y - r),
                             std::clamp(p.z, -half.z + r, half.z - r)};
            n = normalized(p - inner);
            place = inner + n * r;
          }
          mesh.vertices.push_back({place, n, {}, 1});
        }
      }
      const auto width = static_cast<std::uint32_t>(us.size());
      for (std::uint32_t j = 0; j + 1 < vs.size(); ++j) {
        for (std::uint32_t i = 0; i + 1 < width; ++i) {
          const std::uint32_t a = base + j * width + i;
          std::array<std::uint32_t, 4> q{a, a + 1, a + width + 1, a + width};
          if (sign < 0) std::swap(q[1], q[3]);
          mesh.triangles.push_back({q[0], q[1], q[2]});
          mesh.triangles.push_back({q[0], q[2], q[3]});
        }
      }
    }
  }
  return mesh;
}

/// A profile (radius, height) turned about the y axis, bottom first.
Mesh lathe(const std::vector<Vec2>& profile, int sectors) {
  Mesh mesh;
  for (std::size_t i = 0; i < profile.size(); ++i) {
    const Vec2 along = profile[std::min(i + 1, profile.size() - 1)] - profile[i > 0 ? i - 1 : 0];
    for (int s = 0; s < sectors; ++s) {
      const float angle = 2 * pi * static_cast<float>(s) / static_cast<float>(sectors);
      const Vec3 out{std::sin(angle), 0, std::cos(angle)};
      mesh.vertices.push_back(
          {out * profile[i].x + Vec3{0, profile[i].y, 0}, normalized(out * along.y - Vec3{0, along.x, 0}), {}, 1});
    }
  }
  for (std::uint32_t i = 0; i + 1 < profile.size(); ++i) {
    for (int s = 0; s < sectors; ++s) {
      const auto index = [&](std::uint32_t ring, int sector) {
        return ring * static_cast<std::uint32_t>(sectors) + static_cast<std::uint32_t>(sector % sectors);
      };
      mesh.triangles.push_back({index(i, s), index(i, s + 1), index(i + 1, s + 1)});
      mesh.triangles.push_back({index(i, s), index(i + 1, s + 1), index(i + 1, s)});
    }
  }
  return mesh;
}

Mesh mesh_of(const Block& block) {
  switch (block.shape) {
    case Shape::box:
      return box_mesh(block.half, block.rounding);
    case Shape::cylinder: {
      const float r = block.half.x;
      const float h = block.half.y;
      const float e = std::min({block.rounding, r, h});
      return lathe({{0, -h},
                    {r - e, -h},
                    {r - 0.3F * e, -h + 0.3F * e},
                    {r, -h + e},
                    {r, h - e},
                    {r - 0.3F * e, h - 0.3F * e},
                    {r - e, h},
                    {0, h}},
                   28);
    }
    case Shape::ellipsoid: {
      std::vector<Vec2> profile;
      for (int i = 0; i <= 14; ++i) {
        const float a = pi * (static_cast<float>(i) / 14 - 0.5F);
        profile.push_back({std::cos(a), std::sin(a)});
      }
      Mesh mesh = lathe(profile, 20);
      for (Vertex& v : mesh.vertices) {
        v.normal = normalized(v.normal / block.half);
        v.position = v.position * block.half;
      }
      return mesh;
    }
  }
  return {};
}

float distance_to(const Block& block, Vec3 p) {
  const Vec3 local = times_transposed(block.turn, p - block.centre);
  switch (block.shape) {
    case Shape::box:
      return box(local, block.half, block.rounding);
    case Shape::cylinder:
      return cylinder(local, block.half.x, block.half.y, block.rounding);
    case Shape::ellipsoid:
      return ellipsoid(local, {}, block.half);
  }
  return 1e9F;
}

/// A block that darkens others, with the radius of the ball round it.
struct Caster {
  const Block* block;
  float reach;
};

std::vector<Caster> casters_of(const Room& room) {
  std::vector<Caster> casters;
  for (const Block& block : room.blocks) {
    if (block.casts) casters.push_back({&block, length(block.half)});
  }
  return casters;
}

/// Ambient occlusion from the blocks near p (Evans, SIGGRAPH 2006 course).
float openness(std::span<const Caster> casters, Vec3 p, Vec3 n) {
  constexpr float farthest = 0.7F;
  float open = 1;
  std::array<float, 5> nearest{};
  constexpr std::array<float, 5> looks{0.03F, 0.09F, 0.2F, 0.4F, 0.7F};
  nearest.fill(1e9F);
  for (const auto& [block, reach] : casters) {
    const Vec3 off = block->centre - p;
    const float limit = reach + 2 * farthest;
    if (dot(off, off) > limit * limit) continue;
    if (distance_to(*block, p) > 2 * farthest) continue;
    for (std::size_t i = 0; i < looks.size(); ++i) {
      nearest[i] = std::min(nearest[i], distance_to(*block, p + n * looks[i]));
    }
  }
  float weight = 0.3F;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    open -= weight * clamp01(1.0F - nearest[i] / looks[i]);
    weight *= 0.86F;
  }
  return clamp01(open);
}

/// Soft shadow: how close the way to the lamp passes by other blocks, measured in widths of the lamp (Quilez).
float lit(std::span<const Caster> casters, Vec3 p, const Lamp& lamp) {
  const Vec3 way = lamp.place - p;
  const float far = length(way);
  const Vec3 direction = way * (1.0F / far);
  float result = 1;
  for (const auto& [block, reach] : casters) {
    // Lamps hang inside the room: walls and floors would only cost time.
    constexpr float largest_caster = 1.6F;
    if (reach > largest_caster) continue;
    const Vec3 off = block->centre - p;
    const float along = std::clamp(dot(off, direction), 0.0F, far);
    const Vec3 aside = off - direction * along;
    const float wide = reach + lamp.size;
    if (dot(aside, aside) > wide * wide) continue;
    float t = std::max(0.03F, along - wide);
    const float end = std::min(far, along + wide);
    for (int step = 0; step < 24 && t < end; ++step) {
      const float d = distance_to(*block, p + direction * t);
      result = std::min(result, 0.5F + 0.5F * d * far / (t * lamp.size));
      if (result <= 0) return 0;
      t += std::max(0.02F, std::abs(d) * 0.9F);
    }
  }
  result = clamp01(result);
  return result * result * (3 - 2 * result);
}

/// What reaches a place: it varies slowly, so pixels that lie together share it.
struct Reach {
  static constexpr std::size_t most_lamps = 8;
  std::uint32_t part = 0;
  float open = 1;
  std::array<float, most_lamps> lamps{};
};

Reach reach_at(const Room& room, std::span<const Caster> casters, std::uint32_t part, Vec3 p, Vec3 n) {
  Reach reach;
  reach.part = part;
  reach.open = openness(casters, p, n);
  for (std::size_t i = 0; i < std::min(room.lamps.size(), Reach::most_lamps); ++i) {
    reach.lamps[i] = dot(n, room.lamps[i].place - p) > 0 ? lit(casters, p + n * 0.004F, room.lamps[i]) : 0.0F;
  }
  return reach;
}

bool shines(const Block& block) { return block.finish == Finish::glow || block.finish == Finish::view; }

Vec3 light_at(const Room& room, const Reach& reach, const Block& block, Vec3 p, Vec3 n, Vec3 view) {
  const Vec3 albedo = finish_at(block, p, n);
  if (shines(block)) return albedo;
  Vec3 result = albedo * room.ambient * (mix(0.35F, 1.0F, reach.open) * (0.82F + 0.18F * n.y));
  for (std::size_t i = 0; i < std::min(room.lamps.size(), Reach::most_lamps); ++i) {
    const Lamp& lamp = room.lamps[i];
    const Vec3 way = lamp.place - p;
    const float far2 = dot(way, way);
    const Vec3 direction = way * (1.0F / std::sqrt(far2));
    const float cosine = dot(n, direction);
    if (cosine <= 0 || reach.lamps[i] <= 0) continue;
    const float arrives = cosine / (1.0F + 0.16F * far2) * reach.lamps[i];
    result += albedo * lamp.light * (arrives * mix(0.6F, 1.0F, reach.open));
    const float shine = std::max(0.0F, dot(n, normalized(direction + view)));
    result += lamp.light * (block.gloss * std::pow(shine, 60.0F) * arrives);
  }
  return result;
}

/// One tile while it is lit.
class TileLight {
 public:
  TileLight(const Room& room, const Drawing& drawing, const Camera& camera, const ToneCurve& tone, const Layer& layer,
            Backdrop& backdrop)
      : room_{room},
        drawing_{drawing},
        camera_{camera},
        tone_{tone},
        layer_{layer},
        backdrop_{backdrop},
        eye_{camera.position()},
        casters_{casters_of(room)} {}

  /// Lights the four pixels whose first is (x, y) in the tile at (left, top); they share what reaches their parts.
  void quad(int left, int top, int x, int y, int width, int height) {
    reaches_.clear();
    for (int dy = 0; dy < 2 && y + dy < height; ++dy) {
      for (int dx = 0; dx < 2 && x + dx < width; ++dx) pixel(left, top, x + dx, y + dy);
    }
  }

 private:
  void pixel(int left, int top, int x, int y) {
    std::array<std::uint32_t, 4> parts{};
    std::array<Vec3, 4> colours{};
    std::size_t shaded = 0;
    Vec3 sum;
    for (int sample = 0; sample < 4; ++sample) {
      const int at = (2 * y + (sample >> 1)) * tile_samples + 2 * x + (sample & 1);
      if (layer_.nearness[at] <= 0) continue;
      const DrawnTriangle& triangle = drawing_.triangle(layer_.triangle[at]);
      const auto known =
          static_cast<std::size_t>(std::find(parts.begin(), parts.begin() + shaded, triangle.part) - parts.begin());
      if (known == shaded) {
        parts[shaded] = triangle.part;
        colours[shaded++] = colour(triangle, left + x, top + y, sample);
      }
      sum += colours[known];
    }
    std::uint8_t* out = backdrop_.picture.at(left + x, top + y);
    out[0] = static_cast<std::uint8_t>(sum.z * 0.25F + 0.5F);
    out[1] = static_cast<std::uint8_t>(sum.y * 0.25F + 0.5F);
    out[2] = static_cast<std::uint8_t>(sum.x * 0.25F + 0.5F);
  }

  Vec3 colour(const DrawnTriangle& triangle, int x, int y, int sample) {
    const float px = static_cast<float>(x) + 0.25F + 0.5F * static_cast<float>(sample & 1);
    const float py = static_cast<float>(y) + 0.25F + 0.5F * static_cast<float>(sample >> 1);
    const Fragment fragment = fragment_at(drawing_, triangle, px, py);
    const Vec3 ray = camera_.ray(px, py);
    const Vec3 place = eye_ + ray * (1.0F / fragment.nearness);
    const Vec3 normal = normalized(fragment.normal);
    const Block& block = room_.blocks[static_cast<std::size_t>(drawing_.part(triangle.part).tag)];
    const std::size_t pixel = static_cast<std::size_t>(y) * backdrop_.picture.width() + static_cast<std::size_t>(x);
    backdrop_.nearness[pixel] = std::max(backdrop_.nearness[pixel], fragment.nearness);
    if (sample == 0 && place.y < 0.03F && normal.y > 0.9F) backdrop_.floor[pixel] = {place.x, place.z};
    const Vec3 light = light_at(room_, shines(block) ? Reach{} : shared_reach(triangle.part, place, normal), block,
                                place, normal, normalized(-ray));
    return {static_cast<float>(tone_(light.x)), static_cast<float>(tone_(light.y)), static_cast<float>(tone_(light.z))};
  }

  const Reach& shared_reach(std::uint32_t part, Vec3 place, Vec3 normal) {
    for (const Reach& known : reaches_) {
      if (known.part == part) return known;
    }
    reaches_.push_back(reach_at(room_, casters_, part, place, normal));
    return reaches_.back();
  }

  const Room& room_;
  const Drawing& drawing_;
  const Camera& camera_;
  const ToneCurve& tone_;
  const Layer& layer_;
  Backdrop& backdrop_;
  Vec3 eye_;
  std::vector<Caster> casters_;
  std::vector<Reach> reaches_;
};

}  // namespace

Drawing draw_room(const Room& room, const Camera& camera, Size size) {
  Drawing drawing{size};
  for (std::size_t i = 0; i < room.blocks.size(); ++i) {
    Part part;
    part.tag = static_cast<int>(i);
    drawing.add(mesh_of(room.blocks[i]), {room.blocks[i].turn, room.blocks[i].centre}, camera, part);
  }
  return drawing;
}

Backdrop empty_backdrop(Size size) {
  const std::size_t pixels = static_cast<std::size_t>(size.width) * size.height;
  constexpr float none = std::numeric_limits<float>::quiet_NaN();
  return {BgrImage{size}, std::vector<float>(pixels, 0.0F), std::vector<Vec2>(pixels, Vec2{none, none})};
}

void light_tile(const Room& room, const Drawing& drawing, const Camera& camera, int tile, const ToneCurve& tone,
                Layer& layer, Backdrop& backdrop) {
  const Size size = backdrop.picture.size();
  const int left = tile % tile_columns(size) * tile_side;
  const int top = tile / tile_columns(size) * tile_side;
  layer.clear();
  draw_tile(drawing, tile, left, top, layer);
  TileLight light{room, drawing, camera, tone, layer, backdrop};
  const int width = std::min(tile_side, size.width - left);
  const int height = std::min(tile_side, size.height - top);
  for (int y = 0; y < height; y += 2) {
    for (int x = 0; x < width; x += 2) light.quad(left, top, x, y, width, height);
  }
}

}  // namespace regard::cast
