// The threads, the clock-free cache of sculpted people and the rooms around the pure drawing in logic/.
#include <mutex>
#include <unordered_map>

#include "cast/io/workers.h"
#include "cast/logic/scene.h"

namespace regard::cast {
namespace {

/// People sculpted in this process, so that several scenes with the same seed share them. Internally locked.
class Wardrobe {
 public:
  std::shared_ptr<const Person> find(std::uint64_t seed) {
    const std::lock_guard lock{mutex_};
    const auto found = people_.find(seed);
    return found == people_.end() ? nullptr : found->second.lock();
  }

  void keep(const std::shared_ptr<const Person>& person) {
    const std::lock_guard lock{mutex_};
    std::erase_if(people_, [](const auto& entry) { return entry.second.expired(); });
    people_[person->seed] = person;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::weak_ptr<const Person>> people_;
};

Wardrobe& wardrobe() {
  static Wardrobe shared;
  return shared;
}

std::vector<std::shared_ptr<const Person>> cast_of(const SceneOptions& options, int workers) {
  std::vector<std::shared_ptr<const Person>> people(static_cast<std::size_t>(std::max(1, options.people)));
  share_out(static_cast<int>(people.size()), workers, [&](int piece, int) {
    const std::uint64_t seed = person_seed(options.seed, static_cast<std::uint64_t>(piece) + 1);
    std::shared_ptr<const Person> person = wardrobe().find(seed);
    if (!person) {
      person = std::make_shared<const Person>(sculpt(seed));
      wardrobe().keep(person);
    }
    people[static_cast<std::size_t>(piece)] = std::move(person);
  });
  return people;
}

}  // namespace

struct Stage::State {
  explicit State(const SceneOptions& wanted)
      : options{wanted},
        workers{worker_count()},
        people{cast_of(options, workers)},
        scene{scene_of(options, people)},
        scratch(static_cast<std::size_t>(workers)) {
    const Room room = scene->room();
    const Camera camera = scene->camera();
    const Drawing drawing = draw_room(room, camera, options.size);
    backdrop = empty_backdrop(options.size);
    share_out(tiles(), workers, [&](int tile, int worker) {
      light_tile(room, drawing, camera, tile, tone, scratch[static_cast<std::size_t>(worker)].own, backdrop);
    });
    soften(backdrop, room.blur * static_cast<float>(options.size.height) / 720.0F);
  }

  [[nodiscard]] int tiles() const { return tile_columns(options.size) * tile_rows(options.size); }

  Rendering render(std::uint64_t frame);

  SceneOptions options;
  int workers;
  std::vector<std::shared_ptr<const Person>> people;
  std::unique_ptr<Scene> scene;
  ToneCurve tone;
  Backdrop backdrop;
  std::vector<Scratch> scratch;
  std::vector<Drawing> drawings;
};

Rendering Stage::State::render(std::uint64_t frame) {
  const Shot shot = scene->shot(frame);
  const std::size_t actors = shot.actors.size();
  while (drawings.size() < actors) drawings.emplace_back(options.size);
  const std::span seen{drawings.data(), actors};
  share_out(static_cast<int>(actors), workers, [&](int piece, int) {
    const auto i = static_cast<std::size_t>(piece);
    drawings[i].clear();
    draw(*shot.actors[i].person, shot.actors[i].stance, shot.camera, drawings[i]);
  });
  BgrImage picture{options.size};
  std::vector<std::vector<Count>> counts(static_cast<std::size_t>(workers), std::vector<Count>(actors));
  const std::vector<Spot> shadows = shadows_of(shot);
  share_out(tiles(), workers, [&](int tile, int worker) {
    const auto w = static_cast<std::size_t>(worker);
    compose_tile(shot, seen, backdrop, shadows, tile, tone, scratch[w], picture, counts[w]);
  });
  for (std::size_t w = 1; w < counts.size(); ++w) {
    for (std::size_t i = 0; i < actors; ++i) counts[0][i].add(counts[w][i]);
  }
  FrameTruth truth = truth_of(shot, seen, counts[0], options.size, frame,
                              from_seconds(static_cast<double>(frame) / options.frames_per_second));
  truth.attack = options.attack;
  return {SyntheticImage{std::move(picture)}, std::move(truth)};
}

Stage::Stage(const SceneOptions& options) : state_{std::make_unique<State>(options)} {}
Stage::Stage(Stage&&) noexcept = default;
Stage& Stage::operator=(Stage&&) noexcept = default;
Stage::~Stage() = default;

Rendering Stage::render(std::uint64_t frame) { return state_->render(frame); }
const SceneOptions& Stage::options() const { return state_->options; }

}  // namespace regard::cast
