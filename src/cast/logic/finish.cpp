#include "cast/logic/finish.h"

#include <array>

#include "cast/logic/noise.h"

namespace regard::cast {
namespace {

Vec3 planks(Vec3 colour, Vec2 p) {
  const float row = std::floor(p.y / 0.19F);
  const float x = p.x + 0.73F * speckle(static_cast<int>(row), 3, 1);
  const float column = std::floor(x / 1.4F);
  const float tone = 0.78F + 0.4F * speckle(static_cast<int>(row), static_cast<int>(column), 5);
  const float grain = 0.86F + 0.25F * noise({x * 3.0F, p.y * 60.0F, row});
  const float gap = std::min({p.y / 0.19F - row, 1.0F - p.y / 0.19F + row}) * 0.19F;
  const float end = std::min(x / 1.4F - column, 1.0F - x / 1.4F + column) * 1.4F;
  return colour * (tone * grain * mix(0.55F, 1.0F, smoothstep(0.0F, 0.006F, std::min(gap, end))));
}

Vec3 tiles(Vec3 colour, Vec2 p, float size) {
  const Vec2 cell{std::floor(p.x / size), std::floor(p.y / size)};
  const float gap =
      std::min({p.x - cell.x * size, (cell.x + 1) * size - p.x, p.y - cell.y * size, (cell.y + 1) * size - p.y});
  const float tone = 0.92F + 0.14F * speckle(static_cast<int>(cell.x), static_cast<int>(cell.y), 2);
  const float cloud = 0.93F + 0.12F * cloudy({p.x * 2.2F, p.y * 2.2F, 4});
  return colour * (tone * cloud * mix(0.72F, 1.0F, smoothstep(0.002F, 0.008F, gap)));
}

/// An abstract picture: hills under a sun, from the block's place.
Vec3 painting(const Block& block, Vec3 local) {
  const float x = local.x / block.half.x;
  const float y = local.y / block.half.y;
  if (std::max(std::abs(x) * block.half.x - block.half.x, std::abs(y) * block.half.y - block.half.y) > -0.025F)
    return block.colour * 0.25F;
  const float salt = block.centre.x * 3.1F + block.centre.z;
  if (length(Vec2{x - 0.3F, y - 0.35F}) < 0.22F) return srgb(0xF3C77A);
  constexpr std::array<float, 3> depths{0.45F, 0.72F, 1.05F};
  for (std::size_t hill = 0; hill < depths.size(); ++hill) {
    const auto i = static_cast<float>(hill + 1);
    const float level = -0.75F + 0.28F * i + 0.3F * std::sin(x * (1.3F + 0.4F * i) + salt + i);
    if (y < level) return block.colour * depths[hill];
  }
  return mix(srgb(0xF4E9DA), srgb(0xE7C9A9), 0.5F - 0.5F * y);
}

}  // namespace

Vec3 finish_at(const Block& block, Vec3 p, Vec3 n) {
  const Vec3 local = times_transposed(block.turn, p - block.centre);
  const Vec2 flat = std::abs(n.y) > 0.6F ? Vec2{p.x, p.z} : std::abs(n.x) > 0.6F ? Vec2{p.z, p.y} : Vec2{p.x, p.y};
  switch (block.finish) {
    case Finish::planks:
      return planks(block.colour, flat);
    case Finish::tiles:
      return tiles(block.colour, flat, 0.6F);
    case Finish::carpet:
      return block.colour * (0.82F + 0.36F * noise(p * 90.0F));
    case Finish::wood:
      return block.colour * (0.8F + 0.3F * noise({local.x * 5.0F, local.y * 42.0F, local.z * 42.0F}));
    case Finish::plaster:
      return block.colour * (0.95F + 0.07F * cloudy(p * 1.7F) + 0.03F * noise(p * 60.0F));
    case Finish::leaf:
      return block.colour * (0.75F + 0.5F * noise(p * 9.0F)) *
             (0.8F + 0.35F * smoothstep(0.0F, 0.15F, std::abs(local.x) / std::max(block.half.x, 0.01F)));
    case Finish::picture:
      return painting(block, local);
    case Finish::view: {
      const float y = local.y / block.half.y;
      const float hill = -0.35F + 0.2F * std::sin(local.x * 1.4F + 1) + 0.08F * std::sin(local.x * 5.0F);
      return y > hill ? mix(srgb(0xDDEBF5), srgb(0x9CC3E6), clamp01(0.3F + 0.7F * y))
                      : mix(srgb(0xA7BE9A), srgb(0x7E9E78), clamp01(-y));
    }
    case Finish::books: {
      const float shelf = std::floor(p.y / 0.34F);
      const float book = std::floor((local.x + 5) / 0.045F);
      const float tall = 0.22F + 0.1F * speckle(static_cast<int>(book), static_cast<int>(shelf), 8);
      if (p.y - shelf * 0.34F > tall) return block.colour * 0.25F;
      const float tint = speckle(static_cast<int>(book), static_cast<int>(shelf), 9);
      return mix(mix(srgb(0x8C4A3C), srgb(0x3F5E73), tint), srgb(0xD8C9A8),
                 speckle(static_cast<int>(book), static_cast<int>(shelf), 4) * 0.7F);
    }
    case Finish::glow:
    case Finish::plain:
      break;
  }
  return block.colour;
}

}  // namespace regard::cast
