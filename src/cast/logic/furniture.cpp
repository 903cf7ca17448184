#include "cast/logic/furniture.h"

namespace regard::cast {

void add_box(Room& room, Vec3 low, Vec3 high, Finish finish, Vec3 colour, float rounding, float gloss) {
  Block block;
  block.centre = (low + high) * 0.5F;
  block.half = (high - low) * 0.5F;
  block.finish = finish;
  block.colour = colour;
  block.rounding = rounding;
  block.gloss = gloss;
  room.blocks.push_back(block);
}

void add_plant(Room& room, Vec3 place, float height, std::uint64_t seed) {
  Random r{seed};
  Block pot;
  pot.shape = Shape::cylinder;
  pot.half = {0.2F, 0.21F, 0.2F};
  pot.rounding = 0.03F;
  pot.centre = place + Vec3{0, 0.21F, 0};
  pot.colour = r.chance(0.5F) ? srgb(0xE9E4DA) : srgb(0xB4694A);
  room.blocks.push_back(pot);
  Block soil = pot;
  soil.half = {0.17F, 0.215F, 0.17F};
  soil.colour = srgb(0x3A2B20);
  room.blocks.push_back(soil);
  for (int i = 0; i < 22; ++i) {
    Block leaf;
    leaf.shape = Shape::ellipsoid;
    leaf.finish = Finish::leaf;
    leaf.half = {r.between(0.05F, 0.09F), r.between(0.2F, 0.34F), 0.012F};
    leaf.colour = mix(srgb(0x3F6B3A), srgb(0x87A95B), r.unit());
    const float lean = r.between(0.15F, 1.05F);
    leaf.turn = rotation_y(static_cast<float>(i) * 2.4F + r.between(-0.4F, 0.4F)) * rotation_x(lean);
    const float base = 0.4F + (height - 0.75F) * r.unit() * (1.2F - 0.5F * lean);
    leaf.centre = place + Vec3{0, base, 0} + leaf.turn.y * leaf.half.y;
    leaf.gloss = 0.08F;
    leaf.casts = false;
    room.blocks.push_back(leaf);
  }
}

void add_sofa(Room& room, Vec3 place, float turn, Vec3 colour) {
  const auto piece = [&](Vec3 low, Vec3 high, float rounding, Vec3 tint, Finish finish) {
    Block block;
    block.turn = rotation_y(turn);
    block.centre = place + block.turn * ((low + high) * 0.5F);
    block.half = (high - low) * 0.5F;
    block.rounding = rounding;
    block.colour = tint;
    block.finish = finish;
    room.blocks.push_back(block);
  };
  piece({-0.95F, 0.14F, -0.42F}, {0.95F, 0.34F, 0.42F}, 0.06F, colour * 0.9F, Finish::carpet);
  piece({-0.8F, 0.33F, -0.3F}, {-0.01F, 0.47F, 0.42F}, 0.06F, colour, Finish::carpet);
  piece({0.01F, 0.33F, -0.3F}, {0.8F, 0.47F, 0.42F}, 0.06F, colour, Finish::carpet);
  piece({-0.95F, 0.3F, -0.46F}, {0.95F, 0.84F, -0.22F}, 0.09F, colour, Finish::carpet);
  piece({-0.98F, 0.14F, -0.44F}, {-0.78F, 0.62F, 0.42F}, 0.08F, colour, Finish::carpet);
  piece({0.78F, 0.14F, -0.44F}, {0.98F, 0.62F, 0.42F}, 0.08F, colour, Finish::carpet);
  for (const float x : {-0.85F, 0.85F}) {
    for (const float z : {-0.34F, 0.34F})
      piece({x - 0.03F, 0, z - 0.03F}, {x + 0.03F, 0.16F, z + 0.03F}, 0.01F, srgb(0x6B4A2F), Finish::wood);
  }
}

void add_picture(Room& room, Vec3 centre, float turn, float width, float height, Vec3 colour) {
  Block block;
  block.turn = rotation_y(turn);
  block.centre = centre;
  block.half = {width * 0.5F, height * 0.5F, 0.025F};
  block.rounding = 0.006F;
  block.finish = Finish::picture;
  block.colour = colour;
  room.blocks.push_back(block);
}

void add_ceiling_lamp(Room& room, Vec3 place, Vec3 light) {
  Block block;
  block.centre = place;
  block.half = {0.6F, 0.03F, 0.15F};
  block.rounding = 0.02F;
  block.finish = Finish::glow;
  block.colour = {2.2F, 2.1F, 1.9F};
  block.casts = false;
  room.blocks.push_back(block);
  room.lamps.push_back({place - Vec3{0, 0.1F, 0}, light, 0.8F});
}

}  // namespace regard::cast
