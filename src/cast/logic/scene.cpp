#include "cast/logic/scene.h"

namespace regard::cast {

std::uint64_t person_seed(std::uint64_t seed, std::uint64_t number) { return combine(combine(seed, 0xCA57U), number); }

float blink_at(std::uint64_t seed, double time) {
  constexpr double period = 3.4;  // seconds; people at rest blink about 17 times a minute
  constexpr double closed_for = 0.18;
  const auto slot = static_cast<std::uint64_t>(time / period);
  Random random{combine(seed, 0xB11CU + slot)};
  const double start = static_cast<double>(slot) * period + static_cast<double>(random.unit()) * (period - closed_for);
  const auto into = static_cast<float>((time - start) / closed_for);
  if (into <= 0 || into >= 1) return 0;
  return smoothstep(0.0F, 0.35F, into) * smoothstep(1.0F, 0.6F, into);
}

std::unique_ptr<Scene> scene_of(const SceneOptions& options, Cast cast) {
  switch (options.kind) {
    case SceneKind::portrait:
      return portrait_scene(options, cast);
    case SceneKind::door:
      return door_scene(options, cast);
    case SceneKind::lobby:
      return lobby_scene(options, cast);
    case SceneKind::desk:
      return desk_scene(options, cast);
  }
  return nullptr;
}

}  // namespace regard::cast
