// Rooms that people walk in: floor, walls and furniture, lit once and kept as a picture with depth.
#pragma once

#include <cstdint>
#include <vector>

#include "cast/logic/raster.h"

namespace regard::cast {

enum class Shape : std::uint8_t { box, cylinder, ellipsoid };
enum class Finish : std::uint8_t { plain, planks, tiles, carpet, wood, plaster, leaf, picture, glow, view, books };

/// One piece of a room.
struct Block {
  Shape shape = Shape::box;
  Vec3 centre;
  Vec3 half{0.5F, 0.5F, 0.5F};  ///< half sizes along its own axes
  float rounding = 0.01F;
  Mat3 turn;
  Finish finish = Finish::plain;
  Vec3 colour{0.7F, 0.7F, 0.7F};
  float gloss = 0.05F;
  bool casts = true;  ///< shadows and crevice darkness
};

struct Lamp {
  Vec3 place;
  Vec3 light{1, 1, 1};
  float size = 0.3F;  ///< larger: softer shadows
};

struct Room {
  std::vector<Block> blocks;
  std::vector<Lamp> lamps;
  Vec3 ambient{0.5F, 0.5F, 0.52F};
  float blur = 0;  ///< radius in pixels of a picture 720 high: how far the room is out of focus
};

/// A room as one camera sees it without anybody in it.
struct Backdrop {
  BgrImage picture;
  std::vector<float> nearness;  ///< per pixel, 1 / depth
  std::vector<Vec2> floor;      ///< per pixel, place on the floor; NaN where something else is seen
};

/// The room's triangles; each part's tag is the number of its block.
[[nodiscard]] Drawing draw_room(const Room& room, const Camera& camera, Size size);

/// Fills the pixels of one tile.
void light_tile(const Room& room, const Drawing& drawing, const Camera& camera, int tile, const ToneCurve& tone,
                Layer& layer, Backdrop& backdrop);

[[nodiscard]] Backdrop empty_backdrop(Size size);

/// Puts the room out of focus: a blur of about `radius` pixels.
void soften(Backdrop& backdrop, float radius);

}  // namespace regard::cast
