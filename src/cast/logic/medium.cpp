#include "cast/logic/medium.h"

#include <utility>

#include "cast/logic/field.h"
#include "cast/logic/random.h"

namespace regard::cast {
namespace {

constexpr int cells = 12;

Vec3 on_sheet(const Medium& m, Vec2 place) {
  // `place` is -1..1 to the right and up.
  return {place.x * m.half.x, place.y * m.half.y, m.bend * (1.0F - place.x * place.x)};
}

Mesh sheet(const Medium& m) {
  Mesh mesh;
  for (int j = 0; j <= cells; ++j) {
    for (int i = 0; i <= cells; ++i) {
      const Vec2 place{2.0F * static_cast<float>(i) / cells - 1, 1 - 2.0F * static_cast<float>(j) / cells};
      const Vec3 normal = normalized({2 * m.bend * place.x / m.half.x, 0, 1});
      mesh.vertices.push_back({on_sheet(m, place), normal, {0.5F + 0.5F * place.x, 0.5F - 0.5F * place.y}, 1});
    }
  }
  for (std::uint32_t j = 0; j < cells; ++j) {
    for (std::uint32_t i = 0; i < cells; ++i) {
      const std::uint32_t a = j * (cells + 1) + i;
      mesh.triangles.push_back({a, a + cells + 1, a + cells + 2});
      mesh.triangles.push_back({a, a + cells + 2, a + 1});
    }
  }
  return mesh;
}

/// A thumb on the sheet, the fingers behind it and the hand that leaves the picture. Carved in centimetres.
Mesh hand_mesh(float side, const Medium& m) {
  const Vec3 corner{m.half.x * 100, -m.half.y * 62, 0};
  const Field field = [&](Vec3 p) {
    const Vec3 q = p - corner;
    float d = rod(q, {2.2F, -2.6F, 0.2F}, {0.4F, -0.9F, 1.1F}, 1.25F, 1.0F);
    d = join(d, rod(q, {0.4F, -0.9F, 1.1F}, {-1.7F, 0.5F, 0.75F}, 0.95F, 0.72F), 0.5F);
    d = join(d, ellipsoid(q, {3.4F, -3.4F, -0.9F}, {2.6F, 3.6F, 1.6F}), 1.0F);
    for (int finger = 0; finger < 3; ++finger) {
      const float y = 1.4F - 1.75F * static_cast<float>(finger);
      d = join(d, rod(q, {2.4F, y - 1.2F, -1.4F}, {-1.2F, y, -1.3F}, 0.9F, 0.8F), 0.3F);
    }
    return join(d, rod(q, {4.2F, -5.5F, -1.2F}, {7.5F, -12.0F, -2.2F}, 2.3F, 2.7F), 1.5F);
  };
  Mesh mesh = surface_of(field, even_grid(corner + Vec3{-3.5F, -16, -5.5F}, corner + Vec3{11.5F, 4, 3}, 0.42F));
  darken_crevices(mesh, field, 1.5F, 0.6F);
  for (Vertex& vertex : mesh.vertices) {
    vertex.position = vertex.position * Vec3{side * 0.01F, 0.01F, 0.01F};
    vertex.normal.x *= side;
  }
  if (side < 0) {
    for (auto& triangle : mesh.triangles) std::swap(triangle[1], triangle[2]);
  }
  return mesh;
}

Vec3 linear_of(const std::uint8_t* pixel) {
  return srgb(static_cast<std::uint32_t>(pixel[2]) << 16U | static_cast<std::uint32_t>(pixel[1]) << 8U | pixel[0]);
}

}  // namespace

Medium medium_at(std::string_view attack, std::uint64_t seed, double time) {
  Random r{combine(seed, 0xA77ACU)};
  const auto t = static_cast<float>(std::fmod(time, 1000.0));
  const bool print = attack == "print";
  const float tilt = r.between(-0.12F, 0.12F);
  const Mat3 turn = rotation_y(tilt + 0.16F * std::sin(t * 0.9F)) *
                    rotation_x(-0.05F + 0.09F * std::sin(t * 0.7F + 1)) * rotation_z(0.05F * std::sin(t * 0.6F + 2));
  Medium medium;
  medium.place = {
      turn, {0.008F * std::sin(t * 1.3F), 1.3F + 0.006F * std::sin(t * 1.7F), 0.29F + 0.012F * std::sin(t * 0.5F)}};
  medium.half = print ? Vec2{0.082F, 0.106F} : Vec2{0.083F, 0.108F};
  medium.bend = print ? 0.008F + 0.005F * std::sin(t * 1.1F) : 0.0F;
  medium.border = print ? Vec2{0.09F, 0.07F} : Vec2{0.075F, 0.085F};
  return medium;
}

Texture medium_texture(std::string_view attack, const BgrImage& shown, const Medium& medium) {
  constexpr int side = 512;
  const bool print = attack == "print";
  return {side, side, [&](int column, int row) {
            const Vec2 place{2.0F * (static_cast<float>(column) + 0.5F) / side - 1,
                             2.0F * (static_cast<float>(row) + 0.5F) / side - 1};
            const Vec2 inner{place.x / (1 - medium.border.x), place.y / (1 - medium.border.y)};
            if (std::abs(inner.x) >= 1 || std::abs(inner.y) >= 1)
              return print ? Vec3{0.86F, 0.85F, 0.82F} : Vec3{0.012F, 0.012F, 0.014F};
            const int x = static_cast<int>((0.5F + 0.5F * inner.x) * static_cast<float>(shown.width()));
            const int y = static_cast<int>((0.5F + 0.5F * inner.y) * static_cast<float>(shown.height()));
            const Vec3 colour = linear_of(shown.at(std::min(x, shown.width() - 1), std::min(y, shown.height() - 1)));
            // Paper is never black and mixes its inks; a screen is bluish and adds light to its blacks.
            const float grey = dot(colour, {0.3F, 0.55F, 0.15F});
            return print ? mix(colour, {grey, grey, grey}, 0.18F) * 0.82F + Vec3{0.035F, 0.032F, 0.03F}
                         : colour * Vec3{0.93F, 1.0F, 1.12F} + Vec3{0.012F, 0.014F, 0.02F};
          }};
}

void draw_medium(std::string_view attack, const Medium& medium, const Texture& texture, Vec3 hand, const Camera& camera,
                 Drawing& drawing) {
  const bool print = attack == "print";
  drawing.add(sheet(medium), medium.place, camera,
              {print ? Material::paper : Material::screen, &texture, {1, 1, 1}, print ? 0.12F : 0.3F, 0, false, 0});
  for (const float side : {-1.0F, 1.0F})
    drawing.add(hand_mesh(side, medium), medium.place, camera, {Material::skin, nullptr, hand, 0.08F, 0, false, 0});
}

ActorTruth seen_on(const Medium& medium, const ActorTruth& shown, const Camera& camera, Size size) {
  const auto seen = [&](PixelPoint p) {
    const Vec2 place{(2 * p.x / static_cast<float>(shown_size.width) - 1) * (1 - medium.border.x),
                     (1 - 2 * p.y / static_cast<float>(shown_size.height)) * (1 - medium.border.y)};
    return camera.project(medium.place * on_sheet(medium, place));
  };
  const auto box = [&](const PixelBox& b) {
    float left = 1e9F, top = 1e9F, right = -1e9F, bottom = -1e9F;
    for (const PixelPoint corner : {PixelPoint{b.x, b.y}, PixelPoint{b.right(), b.y}, PixelPoint{b.x, b.bottom()},
                                    PixelPoint{b.right(), b.bottom()}}) {
      const PixelPoint p = seen(corner);
      left = std::min(left, p.x);
      right = std::max(right, p.x);
      top = std::min(top, p.y);
      bottom = std::max(bottom, p.y);
    }
    return clip({left, top, right - left, bottom - top}, size);
  };
  ActorTruth truth = shown;
  truth.body = box(shown.body);
  truth.face = box(shown.face);
  if (shown.points) {
    const auto p = shown.points->in_order();
    truth.points = FacePoints{seen(p[0]), seen(p[1]), seen(p[2]), seen(p[3]), seen(p[4])};
    const PixelPoint right = truth.points->right_eye;
    const PixelPoint left = truth.points->left_eye;
    const float before = std::atan2(p[1].y - p[0].y, p[1].x - p[0].x);
    truth.pose.roll += (std::atan2(left.y - right.y, left.x - right.x) - before) / degree;
  }
  return truth;
}

}  // namespace regard::cast
