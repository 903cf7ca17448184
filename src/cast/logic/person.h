// One person who does not exist: head, clothes and body, sculpted once and drawn many times.
#pragma once

#include <optional>

#include "cast/logic/body_shape.h"
#include "cast/logic/head_paint.h"
#include "cast/logic/head_shape.h"
#include "cast/logic/raster.h"
#include "cast/logic/stance.h"

namespace regard::cast {

/// The parts of a head that are rigid with it, at one level of detail.
struct HeadMeshes {
  Mesh skin;  ///< triangles of the face first
  std::size_t face_triangles = 0;
  Mesh hair;
};

/// Immutable once sculpted; shared by all scenes of a process.
struct Person {
  std::uint64_t seed = 0;
  HeadShape head;
  HeadColours colours;
  BodyShape body;
  std::array<HeadMeshes, 2> head_levels;  ///< fine, coarse
  std::array<BodyMeshes, 2> body_levels;
  Mesh eyeball, lid, lash, glasses;
  Vec3 glasses_colour;
  Texture skin_texture, hair_texture, eye_texture, top_texture;
  std::array<Vec3, 5>
      points;  ///< eyes, nose, corners of the mouth, on the skin, in head units, in the order of FacePoints
};

[[nodiscard]] Person sculpt(std::uint64_t seed);

/// Takes head units into the world.
[[nodiscard]] Transform head_place(const Person& person, const Skeleton& skeleton);

/// Adds everything of the person to `drawing`.
void draw(const Person& person, const Stance& stance, const Camera& camera, Drawing& drawing);

/// How the head is turned against the line from it to the camera.
[[nodiscard]] HeadPose pose_seen(const Transform& head, const Camera& camera);

}  // namespace regard::cast
