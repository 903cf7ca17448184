// The lobby: a hall with an entrance, two side passages, a counter and a queue, seen by a camera high on the wall.
#include "cast/logic/crowd.h"
#include "cast/logic/furniture.h"
#include "cast/logic/scene.h"

namespace regard::cast {
namespace {

constexpr float ceiling = 3.4F;

void add_walls(Room& room) {
  const Vec3 wall = srgb(0xEDE6DA);
  const Vec3 side = srgb(0xDDE3DC);
  add_box(room, {-9, -0.1F, -17}, {9, 0, 2}, Finish::tiles, srgb(0xC9BEAE), 0, 0.12F);
  room.blocks.back().casts = false;
  add_box(room, {-9, ceiling + 0.06F, -17}, {9, ceiling + 0.2F, 2}, Finish::plain, srgb(0xF3F1EC));
  room.blocks.back().casts = false;
  // Back wall with the entrance; side walls with passages.
  add_box(room, {-5.2F, 0, -12.2F}, {-1.3F, ceiling, -12.0F}, Finish::plaster, wall);
  add_box(room, {1.3F, 0, -12.2F}, {5.2F, ceiling, -12.0F}, Finish::plaster, wall);
  add_box(room, {-1.3F, 2.4F, -12.2F}, {1.3F, ceiling, -12.0F}, Finish::plaster, wall);
  add_box(room, {-5.2F, 0, -12.2F}, {-5.0F, ceiling, -7.4F}, Finish::plaster, side);
  add_box(room, {-5.2F, 0, -5.4F}, {-5.0F, ceiling, 1}, Finish::plaster, side);
  add_box(room, {-5.2F, 2.4F, -7.4F}, {-5.0F, ceiling, -5.4F}, Finish::plaster, side);
  add_box(room, {5.0F, 0, -12.2F}, {5.2F, ceiling, -9.2F}, Finish::plaster, side);
  add_box(room, {5.0F, 0, -7.2F}, {5.2F, ceiling, 1}, Finish::plaster, side);
  add_box(room, {5.0F, 2.4F, -9.2F}, {5.2F, ceiling, -7.2F}, Finish::plaster, side);
  // What is seen through the openings.
  add_box(room, {-6, 0, -16.2F}, {6, ceiling, -16.0F}, Finish::view, wall);
  add_box(room, {-7.2F, 0, -11}, {-7.0F, ceiling, 1}, Finish::plaster, srgb(0xC9D2CC));
  add_box(room, {7.0F, 0, -12}, {7.2F, ceiling, 1}, Finish::plaster, srgb(0xC9D2CC));
  add_box(room, {-7.2F, 0, -12.2F}, {-5.2F, ceiling, -12.0F}, Finish::plaster, srgb(0xC9D2CC));
  add_box(room, {5.2F, 0, -12.2F}, {7.2F, ceiling, -12.0F}, Finish::plaster, srgb(0xC9D2CC));
  // Frames and a skirting board.
  const Vec3 frame = srgb(0x5B4636);
  for (const float x : {-1.3F, 1.3F})
    add_box(room, {x - 0.05F, 0, -12.24F}, {x + 0.05F, 2.45F, -11.95F}, Finish::wood, frame, 0.01F);
  add_box(room, {-1.35F, 2.38F, -12.24F}, {1.35F, 2.48F, -11.95F}, Finish::wood, frame, 0.01F);
  add_box(room, {-5.0F, 0, -12.0F}, {-1.36F, 0.12F, -11.97F}, Finish::plain, srgb(0xF5F1EA));
  add_box(room, {1.36F, 0, -12.0F}, {5.0F, 0.12F, -11.97F}, Finish::plain, srgb(0xF5F1EA));
  add_box(room, {-1.1F, 0, -11.6F}, {1.1F, 0.015F, -10.4F}, Finish::carpet, srgb(0x5F6B66));
}

void add_furniture(Room& room) {
  // The counter.
  add_box(room, {0.85F, 0, -3.2F}, {3.15F, 1.02F, -2.75F}, Finish::wood, srgb(0xB98A5A), 0.02F);
  add_box(room, {0.78F, 1.02F, -3.28F}, {3.22F, 1.07F, -2.68F}, Finish::plain, srgb(0xF1EDE5), 0.015F, 0.2F);
  add_box(room, {2.5F, 1.07F, -3.05F}, {2.95F, 1.42F, -3.0F}, Finish::plain, srgb(0x2B2D31), 0.01F, 0.3F);
  add_sofa(room, {-4.4F, 0, -3.6F}, pi / 2, srgb(0x5F8A8B));
  add_plant(room, {-4.35F, 0, -9.0F}, 1.5F, 11);
  add_plant(room, {4.3F, 0, -10.9F}, 1.7F, 12);
  add_plant(room, {3.9F, 0, -5.2F}, 1.4F, 13);
  add_picture(room, {-3.2F, 1.75F, -11.96F}, 0, 1.5F, 1.0F, srgb(0x4F8796));
  add_picture(room, {3.1F, 1.75F, -11.96F}, 0, 1.1F, 1.1F, srgb(0xC07B54));
  add_picture(room, {-4.96F, 1.75F, -3.6F}, pi / 2, 1.5F, 0.9F, srgb(0xA9675A));
  add_box(room, {-3.7F, 0.005F, -4.9F}, {-1.6F, 0.02F, -2.3F}, Finish::carpet, srgb(0xB8644F), 0.005F);
}

class Lobby final : public Scene {
 public:
  Lobby(const SceneOptions& options, Cast cast)
      : options_{options}, cast_{cast}, crowd_{combine(options.seed, 0x10BBU), strides(cast)} {}

  [[nodiscard]] Room room() const override {
    Room room;
    room.ambient = {0.46F, 0.46F, 0.47F};
    add_walls(room);
    add_furniture(room);
    add_ceiling_lamp(room, {-2.4F, ceiling, -3.0F}, {0.5F, 0.48F, 0.44F});
    add_ceiling_lamp(room, {2.4F, ceiling, -3.0F}, {0.5F, 0.48F, 0.44F});
    add_ceiling_lamp(room, {-2.4F, ceiling, -8.0F}, {0.5F, 0.48F, 0.44F});
    add_ceiling_lamp(room, {2.4F, ceiling, -8.0F}, {0.5F, 0.48F, 0.44F});
    room.lamps.push_back({{0, 2.2F, -13.5F}, {0.35F, 0.37F, 0.4F}, 1.2F});
    return room;
  }

  [[nodiscard]] Camera camera() const override {
    // A wall camera at 2.6 m with a lens of about 63 degrees.
    const float focal = 0.82F * static_cast<float>(std::max(options_.size.width, options_.size.height * 16 / 9));
    return camera_at({-0.2F, 2.6F, 0.9F}, {0.0F, 1.05F, -5.0F}, focal, options_.size);
  }

  [[nodiscard]] Shot shot(std::uint64_t frame) override {
    const double time = static_cast<double>(frame) / options_.frames_per_second;
    const std::int64_t step = step_of(frame);
    Shot shot;
    shot.camera = camera();
    shot.lighting.key_direction = normalized({-0.25F, 0.8F, 0.55F});
    const std::vector<Walker>& walkers = crowd_.at(step);
    for (std::size_t i = 0; i < walkers.size(); ++i) {
      if (walkers[i].doing == Walker::Doing::away) continue;
      shot.actors.push_back({cast_[i].get(), i + 1, stance_of(walkers[i], i, time, shot.camera)});
    }
    for (const CrowdCrossing& c : crowd_.crossings(frame == 0 ? -1 : step_of(frame - 1), step)) {
      shot.crossings.push_back({c.walker + 1, c.line, c.direction});
    }
    return shot;
  }

 private:
  static std::vector<float> strides(Cast cast) {
    std::vector<float> lengths;
    for (const auto& person : cast) lengths.push_back(stride_length(person->body));
    return lengths;
  }

  [[nodiscard]] std::int64_t step_of(std::uint64_t frame) const {
    return static_cast<std::int64_t>(static_cast<double>(frame) / options_.frames_per_second / Crowd::step_seconds +
                                     1e-6);
  }

  /// Where the head looks in one slot of time: mostly ahead, sometimes aside or up at the camera.
  [[nodiscard]] Vec2 look(const Walker& walker, std::size_t index, std::uint64_t slot, const Camera& camera) const {
    Random r{combine(combine(options_.seed, 0x100CU + index), slot)};
    const float choice = r.unit();
    if (choice < 0.4F) return {r.between(-0.12F, 0.12F), r.between(-0.02F, 0.1F)};
    if (choice < 0.65F) return {r.between(-0.6F, 0.6F), r.between(-0.05F, 0.12F)};
    const Vec3 way = camera.position() - Vec3{walker.place.x, 1.6F, walker.place.y};
    const float aside = std::remainder(std::atan2(way.x, way.z) - walker.heading, 2 * pi);
    if (std::abs(aside) > 1.1F) return {r.between(-0.3F, 0.3F), 0.05F};
    return {aside, -0.8F * std::atan2(way.y, length(Vec2{way.x, way.z}))};
  }

  [[nodiscard]] Stance stance_of(const Walker& walker, std::size_t index, double time, const Camera& camera) const {
    constexpr double slot_seconds = 2.4;
    const double shifted = time + 0.7 * static_cast<double>(index);
    const auto slot = static_cast<std::uint64_t>(shifted / slot_seconds);
    const auto into = static_cast<float>(shifted / slot_seconds - static_cast<double>(slot));
    const float blend = smoothstep(0.0F, 0.25F, into);
    const Vec2 before = look(walker, index, slot == 0 ? 0 : slot - 1, camera);
    const Vec2 now = look(walker, index, slot, camera);
    Stance stance;
    stance.place = {walker.place.x, 0, walker.place.y};
    stance.heading = walker.heading;
    stance.stride = walker.stride;
    stance.pace = walker.pace;
    stance.sway = static_cast<float>(std::fmod(time * 1.3 + static_cast<double>(index), 1000.0));
    stance.head_yaw = mix(before.x, now.x, blend);
    stance.head_pitch = mix(before.y, now.y, blend);
    stance.gaze = {(now.x - before.x) * (1 - blend) * 0.5F, 0};
    stance.blink = blink_at(combine(options_.seed, index), time);
    return stance;
  }

  SceneOptions options_;
  Cast cast_;
  Crowd crowd_;
};

}  // namespace

std::unique_ptr<Scene> lobby_scene(const SceneOptions& options, Cast cast) {
  return std::make_unique<Lobby>(options, cast);
}

}  // namespace regard::cast
