// Drawing triangles into a picture, tile by tile, with four samples a pixel and an id for each sample.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cast/logic/mesh.h"
#include "cast/logic/shade.h"
#include "cast/logic/texture.h"
#include "core/core.h"

namespace regard::cast {

/// A pinhole camera: in its own space x is right, y up and it looks along -z.
struct Camera {
  Transform from_world;
  float focal = 1000;  ///< pixels
  PixelPoint centre;

  /// Where a place of the world is seen; call only for places in front of the camera.
  [[nodiscard]] PixelPoint project(Vec3 world) const;
  /// The direction in the world in which a pixel looks; its depth component is 1.
  [[nodiscard]] Vec3 ray(float x, float y) const;
  [[nodiscard]] Vec3 position() const;
};

/// A camera at `from` that looks at `target`.
[[nodiscard]] Camera camera_at(Vec3 from, Vec3 target, float focal, Size size);

struct Part {
  Material material = Material::plain;
  const Texture* texture = nullptr;  ///< none: `colour` alone
  Vec3 colour{1, 1, 1};
  float gloss = 0;
  int level = 0;      ///< of the texture
  bool face = false;  ///< counts as face in the truth
  int tag = 0;        ///< for the caller
};

struct Projected {
  float x = 0;
  float y = 0;
  float nearness = 0;  ///< 1 / depth; 0: behind the camera
  Vec3 normal;
  Vec2 texture;
  float light = 1;
};

struct DrawnTriangle {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;
  std::uint32_t part = 0;
};

inline constexpr int tile_side = 64;                // pixels
inline constexpr int tile_samples = 2 * tile_side;  // samples along a side

/// Everything of one actor (or of the room) as one camera sees it, sorted into tiles.
class Drawing {
 public:
  explicit Drawing(Size picture = {});

  void clear();
  /// Adds the corners of a mesh, which `place` takes into the world; returns the number of the first for
  /// `add_triangles`.
  std::uint32_t add_vertices(std::span<const Vertex> vertices, const Transform& place, const Camera& camera);
  /// Adds triangles of the mesh that starts at `base`. Those that face away are left out.
  void add_triangles(std::uint32_t base, std::span<const std::array<std::uint32_t, 3>> triangles, const Part& part);
  void add(const Mesh& mesh, const Transform& place, const Camera& camera, const Part& part) {
    add_triangles(add_vertices(mesh.vertices, place, camera), mesh.triangles, part);
  }

  [[nodiscard]] std::span<const std::uint32_t> in_tile(int tile) const { return bins_[tile]; }
  [[nodiscard]] const DrawnTriangle& triangle(std::uint32_t index) const { return triangles_[index]; }
  [[nodiscard]] const Projected& vertex(std::uint32_t index) const { return vertices_[index]; }
  [[nodiscard]] const Part& part(std::uint32_t index) const { return parts_[index]; }
  [[nodiscard]] std::size_t triangle_count() const { return triangles_.size(); }
  /// The box around all triangles, also outside of the picture; empty without any.
  [[nodiscard]] PixelBox bounds() const;

 private:
  void bin(std::uint32_t index, const DrawnTriangle& triangle);

  Size picture_;
  int columns_ = 0;
  int rows_ = 0;
  float left_ = 1e9F;
  float top_ = 1e9F;
  float right_ = -1e9F;
  float bottom_ = -1e9F;
  std::vector<Projected> vertices_;
  std::vector<DrawnTriangle> triangles_;
  std::vector<Part> parts_;
  std::vector<std::vector<std::uint32_t>> bins_;
};

[[nodiscard]] inline int tile_columns(Size size) { return (size.width + tile_side - 1) / tile_side; }
[[nodiscard]] inline int tile_rows(Size size) { return (size.height + tile_side - 1) / tile_side; }

/// Samples of one tile: which triangle is nearest there. Reused between tiles.
struct Layer {
  std::vector<float> nearness = std::vector<float>(tile_samples * tile_samples);
  std::vector<std::uint32_t> triangle = std::vector<std::uint32_t>(tile_samples * tile_samples);
  int first_row = tile_samples;  ///< of the samples that may be set
  int last_row = -1;
  int first_column = tile_samples;
  int last_column = -1;

  void clear();
};

/// Draws the triangles of `drawing` in the tile whose top left pixel is (left, top).
void draw_tile(const Drawing& drawing, int tile, int left, int top, Layer& layer);

/// The weights of a triangle's corners at a place in the picture, corrected for perspective.
[[nodiscard]] Vec3 corner_weights(const Drawing& drawing, const DrawnTriangle& triangle, float x, float y);

/// What a triangle shows at a place.
struct Fragment {
  Vec3 normal;  ///< not normalised
  Vec2 texture;
  float light = 1;
  float nearness = 0;
};
[[nodiscard]] Fragment fragment_at(const Drawing& drawing, const DrawnTriangle& triangle, float x, float y);

}  // namespace regard::cast
