// One picture: people in front of a backdrop, and what is true of them.
#pragma once

#include <span>
#include <vector>

#include "cast/cast.h"
#include "cast/logic/person.h"
#include "cast/logic/room.h"

namespace regard::cast {

struct Actor {
  const Person* person = nullptr;
  std::uint64_t number = 0;
  Stance stance;
};

/// Everything that decides one picture apart from the room.
struct Shot {
  Camera camera;
  Lighting lighting;
  std::vector<Actor> actors;
  std::vector<Crossing> crossings;
  std::string action;
};

/// Samples of one actor in one tile or picture.
struct Count {
  int own = 0;  ///< that the body would have with nobody and nothing in front
  int visible = 0;
  int face_own = 0;
  int face_visible = 0;
  int left = 1 << 28, top = 1 << 28, right = -1, bottom = -1;  ///< of own samples, inclusive, half pixels
  int face_left = 1 << 28, face_top = 1 << 28, face_right = -1, face_bottom = -1;

  void add(const Count& other);
};

/// Working memory of one thread.
struct Scratch {
  Layer own;
  Layer front;
  std::vector<std::uint16_t> actor = std::vector<std::uint16_t>(tile_samples * tile_samples);
};

/// A soft dark spot on the floor: full in the middle, nothing at the rim.
struct Spot {
  Vec2 centre;
  float radius = 0;
  float strength = 0;
};

[[nodiscard]] std::vector<Spot> shadows_of(const Shot& shot);

/// Draws one tile of the picture; `counts` has one entry for each actor.
void compose_tile(const Shot& shot, std::span<const Drawing> drawings, const Backdrop& backdrop,
                  std::span<const Spot> shadows, int tile, const ToneCurve& tone, Scratch& scratch, BgrImage& picture,
                  std::span<Count> counts);

/// The samples of a person inside and outside of the picture; `inside` is counted already.
[[nodiscard]] float share_inside(const Actor& actor, const Camera& camera, Size size, const PixelBox& bounds);

/// Turns counts into truth. Actors that are not seen at all are left out.
[[nodiscard]] FrameTruth truth_of(const Shot& shot, std::span<const Drawing> drawings, std::span<const Count> counts,
                                  Size size, std::uint64_t frame, Duration position);

}  // namespace regard::cast
