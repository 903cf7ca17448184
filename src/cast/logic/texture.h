// Pictures that are laid on meshes, in several sizes.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "cast/logic/vector.h"

namespace regard::cast {

/// Colours as linear light 0..1, kept as square roots in 8 bits so that dark tones keep their steps. Both directions
/// repeat.
class Texture {
 public:
  /// Asks `paint` for the colour of each texel, column first; width and height are powers of two.
  Texture(int width, int height, const std::function<Vec3(int, int)>& paint);

  /// Bilinear; `level` 0 is the full size, each further one is half as large.
  [[nodiscard]] Vec3 at(Vec2 place, int level) const;
  [[nodiscard]] int width() const { return levels_.front().width; }

 private:
  struct Level {
    int width = 0;
    int height = 0;
    std::vector<std::uint32_t> texels;
  };
  std::vector<Level> levels_;
};

}  // namespace regard::cast
