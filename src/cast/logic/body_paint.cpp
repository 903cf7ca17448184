// The texture of a top: pattern, buttons, lapels.
#include "cast/logic/body_shape.h"
#include "cast/logic/noise.h"
#include "cast/logic/shade.h"

namespace regard::cast {
namespace {

// The texture of a top shows this much to either side of its middle, metres; sleeves repeat its outer half, mirrored,
// so that they have the pattern but no buttons.
constexpr float laid_half = 0.31F;

float laid_across(float x) {
  constexpr float inner = 0.5F * laid_half;
  const float beyond = std::fmod(std::max(0.0F, std::abs(x) - laid_half), 2 * inner);
  const float folded =
      std::abs(x) <= laid_half ? std::abs(x) : laid_half - (beyond <= inner ? beyond : 2 * inner - beyond);
  return x < 0 ? -folded : folded;
}

Vec3 top_front(const BodyShape& s, Vec3 colour, float x, float y) {
  const float across = std::abs(x);
  const float h = s.height;
  if (s.top == Top::shirt) {
    if (across < 0.018F) colour *= across < 0.003F || across > 0.016F ? 0.7F : 1.04F;
    const float button = std::abs(std::fmod(y, 0.09F) - 0.045F);
    colour = mix(srgb(0xF2EFE8), colour, smoothstep(0.004F, 0.0085F, length(Vec2{x, button})));
  }
  if (s.top == Top::jacket || s.top == Top::coat) {
    const float top = 0.84F * h;
    const float depth = s.top == Top::jacket ? 0.30F : 0.2F;
    const float lapel = 0.085F * clamp01((y - (top - depth)) / depth);
    const float tie = 0.02F + 0.006F * clamp01((top - y) / depth);
    const auto inside = [across](float edge) { return smoothstep(edge + 0.0015F, edge - 0.0015F, across); };
    const Vec3 shirt = s.pattern != Pattern::plain ? mix(s.under, s.accent, inside(tie)) : s.under;
    Vec3 front = y > top - depth ? mix(colour, colour * 0.86F, inside(lapel + 0.035F)) : colour;
    front = mix(front, colour * 0.5F, inside(lapel + 0.004F));
    colour = mix(front, shirt, inside(lapel));
  }
  if (s.top == Top::hoodie) {
    if (across < 0.006F) colour *= 0.5F;
    if (across < 0.12F && y > 0.51F * h && y < 0.59F * h && (across > 0.115F || y > 0.586F * h)) colour *= 0.7F;
  }
  return colour;
}

Vec3 patterned(const BodyShape& s, float x, float y) {
  const float size = s.pattern_size;
  const auto band = [size](float v) { return v / size - std::floor(v / size); };
  switch (s.pattern) {
    case Pattern::stripes:
      return band(y) < 0.45F ? s.accent : s.top_colour;
    case Pattern::pinstripes:
      return band(x * 2.5F) < 0.2F ? mix(s.top_colour, s.accent, 0.5F) : s.top_colour;
    case Pattern::checks:
      return mix(s.top_colour, s.accent, 0.4F * (band(x) < 0.4F ? 1.0F : 0.0F) + 0.4F * (band(y) < 0.4F ? 1.0F : 0.0F));
    case Pattern::dots:
      return length(Vec2{band(x) - 0.5F, band(y) - 0.5F}) < 0.22F ? s.accent : s.top_colour;
    case Pattern::panel:
      return y > 0.72F * s.height ? s.accent : s.top_colour;
    case Pattern::plain:
      break;
  }
  return s.top_colour;
}

}  // namespace

void lay_top(const BodyShape& s, Mesh& mesh) {
  std::vector<Vertex> vertices;
  std::vector<std::array<std::uint32_t, 2>> copies(mesh.vertices.size(), {0xFFFFFFFFU, 0xFFFFFFFFU});
  for (auto& triangle : mesh.triangles) {
    float z = 0;
    for (const std::uint32_t corner : triangle) z += mesh.vertices[corner].position.z;
    const std::size_t back = z < 0 ? 1 : 0;
    for (std::uint32_t& corner : triangle) {
      std::uint32_t& copy = copies[corner][back];
      if (copy == 0xFFFFFFFFU) {
        copy = static_cast<std::uint32_t>(vertices.size());
        Vertex vertex = mesh.vertices[corner];
        vertex.texture = {0.25F + laid_across(vertex.position.x) * 0.25F / laid_half + (back != 0 ? 0.5F : 0.0F),
                          (0.92F * s.height - vertex.position.y) / (0.64F * s.height)};
        vertices.push_back(vertex);
      }
      corner = copy;
    }
  }
  mesh.vertices = std::move(vertices);
}

Texture paint_top(const BodyShape& s, int side) {
  return {side, side, [&](int column, int row) {
            const float u = (static_cast<float>(column) + 0.5F) / static_cast<float>(side);
            const float v = (static_cast<float>(row) + 0.5F) / static_cast<float>(side);
            const bool back = u >= 0.5F;
            const float x = (u - (back ? 0.75F : 0.25F)) * laid_half / 0.25F;
            const float y = 0.92F * s.height - v * 0.64F * s.height;
            const bool outer = s.top == Top::jacket || s.top == Top::coat;
            Vec3 colour = outer && s.pattern != Pattern::pinstripes ? s.top_colour : patterned(s, x, y);
            if (!back) colour = top_front(s, colour, x, y);
            return colour * (0.9F + 0.2F * speckle(column, row, 7));
          }};
}

}  // namespace regard::cast
