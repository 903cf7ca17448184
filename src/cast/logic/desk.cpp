// A person close to a telephone's camera, who does what a login asks for.
#include "cast/logic/furniture.h"
#include "cast/logic/scene.h"

namespace regard::cast {
namespace {

constexpr float eye_level = 1.35F;
constexpr float distance = 0.62F;

struct Action {
  const char* name;
  double seconds;
};
constexpr std::array<Action, 8> script{{{"look", 2.0},
                                        {"turn_left", 2.0},
                                        {"look", 1.0},
                                        {"turn_right", 2.0},
                                        {"look", 1.0},
                                        {"nod", 2.0},
                                        {"look", 1.0},
                                        {"blink", 1.6}}};

class Desk final : public Scene {
 public:
  Desk(const SceneOptions& options, Cast cast) : options_{options}, cast_{cast} {}

  [[nodiscard]] Room room() const override {
    Room room;
    room.ambient = {0.46F, 0.45F, 0.44F};
    add_box(room, {-4, 0, -2.7F}, {4, 3.2F, -2.6F}, Finish::plaster, srgb(0xD9CDBB));
    add_box(room, {-1.9F, 0.2F, -2.6F}, {-0.5F, 2.25F, -2.3F}, Finish::books, srgb(0x8A6A4A));
    add_box(room, {-1.95F, 0.1F, -2.6F}, {-1.9F, 2.3F, -2.25F}, Finish::wood, srgb(0x7A5A3C));
    add_box(room, {-0.5F, 0.1F, -2.6F}, {-0.45F, 2.3F, -2.25F}, Finish::wood, srgb(0x7A5A3C));
    add_plant(room, {0.75F, 0.4F, -2.0F}, 1.4F, 31);
    add_picture(room, {1.5F, 1.6F, -2.58F}, 0, 0.9F, 0.7F, srgb(0x4F8796));
    add_box(room, {-4, -0.1F, -3}, {4, 0, 1}, Finish::planks, srgb(0xA67C52));
    room.lamps.push_back({{-1.6F, 2.6F, 0.2F}, {0.9F, 0.84F, 0.72F}, 0.7F});
    room.lamps.push_back({{1.6F, 2.4F, -0.6F}, {0.4F, 0.42F, 0.46F}, 0.7F});
    room.blur = 7;
    return room;
  }

  [[nodiscard]] Camera camera() const override {
    const float side = static_cast<float>(std::min(options_.size.width, options_.size.height));
    return camera_at({0, eye_level - 0.05F, distance}, {0, eye_level - 0.05F, 0}, side * 0.5F / (0.235F / distance),
                     options_.size);
  }

  [[nodiscard]] Shot shot(std::uint64_t frame) override {
    const double time = static_cast<double>(frame) / options_.frames_per_second;
    const Person& person = *cast_.front();
    Shot shot;
    shot.camera = camera();
    shot.lighting.key_direction = normalized({-0.6F, 0.55F, 0.75F});
    Stance stance;
    shot.action = act(time, stance);
    const auto t = static_cast<float>(std::fmod(time, 1000.0));
    stance.sway = t * 1.2F;
    stance.head_yaw += 0.03F * std::sin(t * 0.8F);
    stance.head_pitch += 0.02F * std::sin(t * 1.1F + 1) + 0.04F;
    stance.head_roll += 0.03F * std::sin(t * 0.5F);
    const Transform head = head_place(person, skeleton_of(person.body, {}));
    stance.place = {0.006F * std::sin(t * 0.7F), eye_level - 0.01F - head.origin.y,
                    -0.03F + 0.01F * std::sin(t * 0.4F)};
    shot.actors.push_back({&person, 1, stance});
    return shot;
  }

 private:
  /// Sets what the head does at `time` and names it.
  static const char* act(double time, Stance& stance) {
    double whole = 0;
    for (const Action& action : script) whole += action.seconds;
    double into = std::fmod(time, whole);
    for (const Action& action : script) {
      if (into >= action.seconds) {
        into -= action.seconds;
        continue;
      }
      const auto t = static_cast<float>(into / action.seconds);
      const float there_and_back = smoothstep(0.0F, 0.35F, t) * smoothstep(1.0F, 0.65F, t);
      const std::string_view name = action.name;
      if (name == "turn_left") stance.head_yaw = 34 * degree * there_and_back;
      if (name == "turn_right") stance.head_yaw = -34 * degree * there_and_back;
      if (name == "nod")
        stance.head_pitch = 19 * degree * std::sin(4 * pi * t) * smoothstep(0.0F, 0.1F, t) * smoothstep(1.0F, 0.9F, t);
      // Two slow blinks.
      if (name == "blink")
        stance.blink = std::max(bell(t - 0.3F, 0.07F), bell(t - 0.7F, 0.07F)) > 0.4F
                           ? 1.0F
                           : smoothstep(0.05F, 0.4F, std::max(bell(t - 0.3F, 0.07F), bell(t - 0.7F, 0.07F)));
      return action.name;
    }
    return script.front().name;
  }

  SceneOptions options_;
  Cast cast_;
};

}  // namespace

std::unique_ptr<Scene> desk_scene(const SceneOptions& options, Cast cast) {
  return std::make_unique<Desk>(options, cast);
}

}  // namespace regard::cast
