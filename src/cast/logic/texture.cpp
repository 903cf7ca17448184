#include "cast/logic/texture.h"

#include <utility>

namespace regard::cast {
namespace {

std::uint32_t pack(Vec3 colour) {
  const auto byte = [](float v) { return static_cast<std::uint32_t>(std::sqrt(clamp01(v)) * 255.0F + 0.5F); };
  return byte(colour.x) | byte(colour.y) << 8U | byte(colour.z) << 16U;
}

Vec3 unpack(std::uint32_t texel) {
  const auto value = [](std::uint32_t byte) {
    const float root = static_cast<float>(static_cast<int>(byte & 255U)) * (1.0F / 255.0F);
    return root * root;
  };
  return {value(texel), value(texel >> 8U), value(texel >> 16U)};
}

}  // namespace

Texture::Texture(int width, int height, const std::function<Vec3(int, int)>& paint) {
  Level level{width, height, {}};
  level.texels.reserve(static_cast<std::size_t>(width) * height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) level.texels.push_back(pack(paint(x, y)));
  }
  levels_.push_back(std::move(level));
  while (levels_.back().width > 1 && levels_.back().height > 1) {
    const Level& from = levels_.back();
    Level half{from.width / 2, from.height / 2, {}};
    half.texels.reserve(static_cast<std::size_t>(half.width) * half.height);
    for (int y = 0; y < half.height; ++y) {
      for (int x = 0; x < half.width; ++x) {
        const auto texel = [&](int dx, int dy) { return unpack(from.texels[(2 * y + dy) * from.width + 2 * x + dx]); };
        half.texels.push_back(pack((texel(0, 0) + texel(1, 0) + texel(0, 1) + texel(1, 1)) * 0.25F));
      }
    }
    levels_.push_back(std::move(half));
  }
}

Vec3 Texture::at(Vec2 place, int level) const {
  const Level& from = levels_[std::clamp(level, 0, static_cast<int>(levels_.size()) - 1)];
  const float x = place.x * static_cast<float>(from.width) - 0.5F;
  const float y = place.y * static_cast<float>(from.height) - 0.5F;
  const float left = std::floor(x);
  const float top = std::floor(y);
  const int x0 = static_cast<int>(left) & (from.width - 1);
  const int y0 = static_cast<int>(top) & (from.height - 1);
  const int x1 = (x0 + 1) & (from.width - 1);
  const int y1 = (y0 + 1) & (from.height - 1);
  const auto texel = [&](int column, int row) { return unpack(from.texels[row * from.width + column]); };
  return mix(mix(texel(x0, y0), texel(x1, y0), x - left), mix(texel(x0, y1), texel(x1, y1), x - left), y - top);
}

}  // namespace regard::cast
