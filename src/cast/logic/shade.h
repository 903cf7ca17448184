// From surface and light to colour.
#pragma once

#include <array>
#include <cstdint>

#include "cast/logic/vector.h"

namespace regard::cast {

enum class Material : std::uint8_t { skin, eye, hair, cloth, plain, paper, screen };

/// The light of a scene. Directions point towards the light, in world coordinates.
struct Lighting {
  Vec3 key_direction{0.4F, 0.7F, 0.6F};
  Vec3 key{2.0F, 1.92F, 1.8F};
  Vec3 fill_direction{-0.7F, 0.25F, 0.5F};
  Vec3 fill{0.35F, 0.4F, 0.5F};
  Vec3 sky{0.75F, 0.78F, 0.85F};     ///< ambient from above
  Vec3 ground{0.42F, 0.38F, 0.34F};  ///< ambient from below
};

/// What the light meets: `view` points to the viewer, `open` is ambient occlusion 0..1.
struct Touch {
  Vec3 albedo;
  Vec3 normal;
  Vec3 view;
  float open = 1;
  float gloss = 0;
};

/// The linear light that leaves the surface towards the viewer.
[[nodiscard]] Vec3 shade(Material material, const Touch& touch, const Lighting& lighting);

/// Blue, green, red bytes of linear light, with a soft shoulder and the sRGB curve (IEC 61966-2-1).
class ToneCurve {
 public:
  ToneCurve();
  [[nodiscard]] std::uint8_t operator()(float light) const {
    return table_[static_cast<std::size_t>(std::clamp(light * steps_per_unit, 0.0F, static_cast<float>(size - 1)))];
  }

 private:
  static constexpr int size = 8192;
  static constexpr float steps_per_unit = 2048;
  std::array<std::uint8_t, size> table_{};
};

/// The linear light of an sRGB colour given as 0xRRGGBB.
[[nodiscard]] Vec3 srgb(std::uint32_t hex);

}  // namespace regard::cast
