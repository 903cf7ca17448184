// What happens in each scene: who is where, which way they look, how they are lit.
#pragma once

#include <memory>
#include <span>

#include "cast/logic/frame.h"

namespace regard::cast {

/// The people of a scene, number 1 first.
using Cast = std::span<const std::shared_ptr<const Person>>;

/// One scene. Confined to one thread.
class Scene {
 public:
  virtual ~Scene() = default;
  [[nodiscard]] virtual Room room() const = 0;
  [[nodiscard]] virtual Camera camera() const = 0;
  /// Picture number `frame`, in any order.
  [[nodiscard]] virtual Shot shot(std::uint64_t frame) = 0;
};

[[nodiscard]] std::unique_ptr<Scene> lobby_scene(const SceneOptions& options, Cast cast);
[[nodiscard]] std::unique_ptr<Scene> portrait_scene(const SceneOptions& options, Cast cast);
[[nodiscard]] std::unique_ptr<Scene> door_scene(const SceneOptions& options, Cast cast);
[[nodiscard]] std::unique_ptr<Scene> desk_scene(const SceneOptions& options, Cast cast);

[[nodiscard]] std::unique_ptr<Scene> scene_of(const SceneOptions& options, Cast cast);

/// The seed of person `number` in all scenes with `seed`.
[[nodiscard]] std::uint64_t person_seed(std::uint64_t seed, std::uint64_t number);

/// 1 while the eyes of a person are closed at `time`, by a schedule of their own.
[[nodiscard]] float blink_at(std::uint64_t seed, double time);

}  // namespace regard::cast
