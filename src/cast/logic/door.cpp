// A corridor with a door: people come through it one after another, sometimes two together, and walk past the camera.
#include "cast/logic/furniture.h"
#include "cast/logic/scene.h"

namespace regard::cast {
namespace {

constexpr float door_z = -6.2F;
constexpr float start_z = -9.0F;
constexpr float end_z = 0.6F;  // beside and behind the camera
constexpr float camera_z = 0.2F;
constexpr float slowest = 1.05F;  // metres a second
constexpr float fastest = 1.35F;
constexpr double longest_delay = 1.0;
// How long somebody may be in the picture, from the moment that is planned for them.
constexpr double longest_visit = static_cast<double>((end_z - start_z) / slowest) + longest_delay + 0.5;

/// One or two people who come together.
struct Party {
  std::array<std::size_t, 2> members{};
  std::size_t count = 1;
  double start = 0;
  float speed = 1.2F;
};

class Door final : public Scene {
 public:
  Door(const SceneOptions& options, Cast cast) : options_{options}, cast_{cast} {}

  [[nodiscard]] Room room() const override {
    Room room;
    room.ambient = {0.46F, 0.46F, 0.48F};
    const Vec3 wall = srgb(0xE9E2D3);
    add_box(room, {-2.4F, -0.1F, -12}, {2.4F, 0, 1}, Finish::planks, srgb(0xB08A62), 0, 0.12F);
    room.blocks.back().casts = false;
    add_box(room, {-2.0F, 0, door_z}, {-0.75F, 3, door_z + 0.15F}, Finish::plaster, wall);
    add_box(room, {0.75F, 0, door_z}, {2.0F, 3, door_z + 0.15F}, Finish::plaster, wall);
    add_box(room, {-0.75F, 2.25F, door_z}, {0.75F, 3, door_z + 0.15F}, Finish::plaster, wall);
    add_box(room, {-2.1F, 0, -12}, {-2.0F, 3, 1}, Finish::plaster, srgb(0xC9D6D2));
    add_box(room, {2.0F, 0, -12}, {2.1F, 3, 1}, Finish::plaster, srgb(0xC9D6D2));
    add_box(room, {-2, 3, -12}, {2, 3.1F, 1}, Finish::plain, srgb(0xF4F2EC));
    add_box(room, {-2.0F, 0, -10.6F}, {2.0F, 3, -10.5F}, Finish::plaster, srgb(0xB9B2A2));
    const Vec3 frame = srgb(0x5F4A38);
    for (const float x : {-0.75F, 0.75F})
      add_box(room, {x - 0.06F, 0, door_z - 0.03F}, {x + 0.06F, 2.3F, door_z + 0.2F}, Finish::wood, frame, 0.01F);
    add_box(room, {-0.81F, 2.19F, door_z - 0.03F}, {0.81F, 2.31F, door_z + 0.2F}, Finish::wood, frame, 0.01F);
    // The open leaf, against the wall.
    Block leaf;
    leaf.turn = rotation_y(1.25F);
    leaf.half = {0.68F, 1.08F, 0.025F};
    leaf.centre = Vec3{-0.75F, 1.1F, door_z + 0.2F} + leaf.turn * Vec3{-0.68F, 0, 0};
    leaf.finish = Finish::wood;
    leaf.colour = srgb(0x8A6543);
    room.blocks.push_back(leaf);
    for (const float x : {-2.0F, 1.97F})
      add_box(room, {x, 0, door_z + 0.15F}, {x + 0.03F, 0.11F, 1}, Finish::plain, srgb(0xF5F1EA));
    add_plant(room, {1.6F, 0, -5.4F}, 1.5F, 21);
    add_picture(room, {-1.96F, 1.6F, -3.4F}, pi / 2, 1.1F, 0.8F, srgb(0x5D8A78));
    add_picture(room, {1.96F, 1.6F, -3.4F}, -pi / 2, 1.1F, 0.8F, srgb(0xB9724E));
    add_ceiling_lamp(room, {0, 2.95F, -2.4F}, {0.55F, 0.53F, 0.48F});
    add_ceiling_lamp(room, {0, 2.95F, -5.0F}, {0.45F, 0.43F, 0.4F});
    add_ceiling_lamp(room, {0, 2.95F, -8.4F}, {0.35F, 0.36F, 0.38F});
    return room;
  }

  [[nodiscard]] Camera camera() const override {
    const float focal = 0.78F * static_cast<float>(std::max(options_.size.width, options_.size.height));
    return camera_at({0.25F, 2.05F, camera_z}, {0.0F, 1.15F, -4.2F}, focal, options_.size);
  }

  [[nodiscard]] Shot shot(std::uint64_t frame) override {
    const double time = time_of(frame);
    Shot shot;
    shot.camera = camera();
    shot.lighting.key_direction = normalized({-0.2F, 0.8F, 0.6F});
    const auto newest = static_cast<std::int64_t>(time / period());
    for (std::int64_t number = newest;
         number >= 0 && static_cast<double>(newest - number) * period() < longest_visit + period(); --number) {
      add(party(static_cast<std::uint64_t>(number)), frame, shot);
    }
    std::sort(shot.actors.begin(), shot.actors.end(),
              [](const Actor& a, const Actor& b) { return a.number < b.number; });
    return shot;
  }

 private:
  [[nodiscard]] double time_of(std::uint64_t frame) const {
    return static_cast<double>(frame) / options_.frames_per_second + 1.5;
  }

  /// From one party to the next: long enough that nobody is needed again while they are still in the picture.
  [[nodiscard]] double period() const { return std::max(4.5, longest_visit / static_cast<double>(cast_.size())); }

  /// People take turns; every fourth party or so is two, if there are enough people that nobody is needed twice.
  [[nodiscard]] Party party(std::uint64_t number) const {
    Random r{combine(combine(options_.seed, 0xD002U), number)};
    Party party;
    party.start = static_cast<double>(number) * period() + longest_delay * static_cast<double>(r.unit());
    party.speed = r.between(slowest, fastest);
    party.count = cast_.size() >= 6 && r.chance(0.3F) ? 2 : 1;
    const std::size_t half = cast_.size() / 2;
    party.members[0] = static_cast<std::size_t>(number % cast_.size());
    party.members[1] = (party.members[0] + half) % cast_.size();
    return party;
  }

  static float depth_at(const Party& party, double time, std::size_t member) {
    return start_z + party.speed * static_cast<float>(time - party.start) - 0.25F * static_cast<float>(member);
  }

  void add(const Party& party, std::uint64_t frame, Shot& shot) const {
    const double time = time_of(frame);
    for (std::size_t member = 0; member < party.count; ++member) {
      const float z = depth_at(party, time, member);
      if (z < start_z || z > end_z) continue;
      const std::size_t index = party.members[member];
      const Person& person = *cast_[index];
      Stance stance;
      const float sign = member == 0 ? 1.0F : -1.0F;
      const float lane = party.count == 2 ? 0.36F * sign : 0.1F;
      // Past the door people drift to the left of the camera, or to the right for the second of two.
      const float drift = smoothstep(door_z + 1.5F, camera_z, z);
      const float side = party.count == 2 && member == 0 ? 1.0F : -1.0F;
      stance.place = {lane + drift * (side * 0.95F - lane), 0, z};
      stance.heading = 0.25F * side * std::sin(pi * drift);
      stance.stride = std::fmod((z - start_z) / stride_length(person.body) * 2 * pi, 2 * pi);
      stance.pace = 1;
      stance.head_yaw = -stance.heading + 0.12F * std::sin(static_cast<float>(time) * 0.9F + static_cast<float>(index));
      stance.head_pitch = -0.1F + 0.06F * std::sin(static_cast<float>(time) * 0.6F + 2.0F * static_cast<float>(index));
      stance.sway = static_cast<float>(std::fmod(time, 1000.0));
      stance.blink = blink_at(combine(options_.seed, index), time);
      shot.actors.push_back({&person, index + 1, stance});
      const double before = frame == 0 ? time - 1.0 / options_.frames_per_second : time_of(frame - 1);
      if (depth_at(party, before, member) < door_z && z >= door_z) shot.crossings.push_back({index + 1, "door", "in"});
    }
  }

  SceneOptions options_;
  Cast cast_;
};

}  // namespace

std::unique_ptr<Scene> door_scene(const SceneOptions& options, Cast cast) {
  return std::make_unique<Door>(options, cast);
}

}  // namespace regard::cast
