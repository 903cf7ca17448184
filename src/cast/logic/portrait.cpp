// One head before a plain wall, in changing poses and lights; with several people, one after another.
#include "cast/logic/furniture.h"
#include "cast/logic/scene.h"

namespace regard::cast {
namespace {

constexpr double seconds_each = 2.0;
constexpr float eye_level = 1.6F;
constexpr float distance = 1.5F;

class Portrait final : public Scene {
 public:
  Portrait(const SceneOptions& options, Cast cast) : options_{options}, cast_{cast} {}

  [[nodiscard]] Room room() const override {
    Room room;
    room.ambient = {0.5F, 0.5F, 0.52F};
    add_box(room, {-4, 0, -1.5F}, {4, 4, -1.4F}, Finish::plaster, srgb(0xA9B7B9));
    room.lamps.push_back({{-1.2F, 2.6F, 1.2F}, {0.8F, 0.77F, 0.72F}, 0.8F});
    room.blur = 3;
    return room;
  }

  [[nodiscard]] Camera camera() const override {
    const float focal = static_cast<float>(options_.size.height) * 0.5F / (0.24F / distance);
    return camera_at({0, eye_level, distance}, {0, eye_level - 0.035F, 0}, focal, options_.size);
  }

  [[nodiscard]] Shot shot(std::uint64_t frame) override {
    const double time = static_cast<double>(frame) / options_.frames_per_second;
    const auto turn = static_cast<std::uint64_t>(time / seconds_each);
    const std::size_t index = static_cast<std::size_t>(turn % cast_.size());
    const auto into = static_cast<float>(time / seconds_each - static_cast<double>(turn));
    const Person& person = *cast_[index];
    Random r{combine(combine(options_.seed, 0x907U), turn)};
    Shot shot;
    shot.camera = camera();
    light(r, into, shot.lighting);
    Stance stance;
    // A Lissajous figure within 30 degrees to the sides and 12 up and down; it starts and ends looking ahead.
    stance.head_yaw = 28 * degree * std::sin(2 * pi * into) * (r.chance(0.5F) ? 1.0F : -1.0F);
    stance.head_pitch = 12 * degree * std::sin(4 * pi * into) * r.between(-1.0F, 1.0F);
    stance.head_roll = 8 * degree * std::sin(2 * pi * into) * r.between(-1.0F, 1.0F);
    stance.gaze = {0.35F * r.centred() - 0.5F * stance.head_yaw, 0};
    stance.blink = blink_at(combine(options_.seed, index), time);
    const Transform head = head_place(person, skeleton_of(person.body, stance));
    stance.place = {0, eye_level - 0.02F - head.origin.y, -0.05F};
    shot.actors.push_back({&person, index + 1, stance});
    return shot;
  }

 private:
  /// The key light wanders round the head; its colour goes from warm to cool.
  static void light(Random& r, float into, Lighting& lighting) {
    const float side = r.between(-1.0F, 1.0F) + 0.5F * std::sin(2 * pi * into);
    const float warm = r.between(-0.12F, 0.12F);
    const float strength = r.between(0.75F, 1.15F);
    lighting.key_direction = normalized({side, r.between(0.3F, 0.9F), 0.9F});
    lighting.key = Vec3{2.0F * (1 + warm), 1.92F, 1.85F * (1 - warm)} * strength;
    lighting.fill_direction = normalized({-side, 0.2F, 0.6F});
    lighting.fill = Vec3{0.35F, 0.4F, 0.5F} * r.between(0.7F, 1.5F);
  }

  SceneOptions options_;
  Cast cast_;
};

}  // namespace

std::unique_ptr<Scene> portrait_scene(const SceneOptions& options, Cast cast) {
  return std::make_unique<Portrait>(options, cast);
}

}  // namespace regard::cast
