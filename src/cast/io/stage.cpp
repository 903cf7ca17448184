// The threads, the clock-free cache of sculpted people and the rooms around the pure drawing in logic/.
#include <mutex>
#include <unordered_map>

#include "cast/io/workers.h"
#include "cast/logic/medium.h"
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
    const std::uint64_t seed = person_seed(options.seed, options.first + static_cast<std::uint64_t>(piece));
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
  std::unique_ptr<Stage> shown;      ///< of an attack: what is on the sheet or screen
  std::optional<Rendering> printed;  ///< of a print: the picture on the sheet

 private:
  std::unique_ptr<Texture> medium_texture_;
  Shot shot_with_medium(std::uint64_t frame, ActorTruth& seen);
  void draw_people(const Shot& shot);
};

/// An attack shows the scene of the same seed on a medium: a print its first picture, a screen the whole of it.
Shot Stage::State::shot_with_medium(std::uint64_t frame, ActorTruth& seen) {
  if (!shown) {
    SceneOptions inner = options;
    inner.attack.clear();
    inner.size = shown_size;
    shown = std::make_unique<Stage>(inner);
  }
  const bool print = options.attack == "print";
  if (!print || !printed) printed = shown->render(print ? 0 : frame);
  const double time = static_cast<double>(frame) / options.frames_per_second;
  const Medium medium = medium_at(options.attack, options.seed, time);
  Shot shot = scene->shot(frame);
  shot.actors.clear();
  shot.action = printed->truth.action;
  if (!print || !medium_texture_)
    medium_texture_ = std::make_unique<Texture>(medium_texture(options.attack, printed->picture.pixels(), medium));
  drawings.resize(1, Drawing{options.size});
  drawings[0].clear();
  draw_medium(options.attack, medium, *medium_texture_, people.front()->colours.skin, shot.camera, drawings[0]);
  seen = seen_on(medium, printed->truth.actors.front(), shot.camera, options.size);
  return shot;
}

void Stage::State::draw_people(const Shot& shot) {
  const std::size_t actors = shot.actors.size();
  while (drawings.size() < actors) drawings.emplace_back(options.size);
  share_out(static_cast<int>(actors), workers, [&](int piece, int) {
    const auto i = static_cast<std::size_t>(piece);
    drawings[i].clear();
    draw(*shot.actors[i].person, shot.actors[i].stance, shot.camera, drawings[i]);
  });
}

Rendering Stage::State::render(std::uint64_t frame) {
  const bool attack = !options.attack.empty();
  ActorTruth on_medium;
  const Shot shot = attack ? shot_with_medium(frame, on_medium) : scene->shot(frame);
  if (!attack) draw_people(shot);
  const std::span seen{drawings.data(), attack ? 1 : shot.actors.size()};
  BgrImage picture{options.size};
  std::vector<std::vector<Count>> counts(static_cast<std::size_t>(workers), std::vector<Count>(seen.size()));
  const std::vector<Spot> shadows = shadows_of(shot);
  share_out(tiles(), workers, [&](int tile, int worker) {
    const auto w = static_cast<std::size_t>(worker);
    compose_tile(shot, seen, backdrop, shadows, tile, tone, scratch[w], picture, counts[w]);
  });
  for (std::size_t w = 1; w < counts.size(); ++w) {
    for (std::size_t i = 0; i < seen.size(); ++i) counts[0][i].add(counts[w][i]);
  }
  const Duration position = from_seconds(static_cast<double>(frame) / options.frames_per_second);
  FrameTruth truth = truth_of(shot, seen, counts[0], options.size, frame, position);
  if (attack) truth.actors.push_back(on_medium);
  truth.attack = options.attack;
  // Scenes count their people from 1.
  for (ActorTruth& actor : truth.actors) actor.person += options.first - 1;
  for (Crossing& crossing : truth.crossings) crossing.person += options.first - 1;
  return {SyntheticImage{std::move(picture)}, std::move(truth)};
}

Stage::Stage(const SceneOptions& options) : state_{std::make_unique<State>(options)} {}
Stage::Stage(Stage&&) noexcept = default;
Stage& Stage::operator=(Stage&&) noexcept = default;
Stage::~Stage() = default;

Rendering Stage::render(std::uint64_t frame) { return state_->render(frame); }
const SceneOptions& Stage::options() const { return state_->options; }

}  // namespace regard::cast
