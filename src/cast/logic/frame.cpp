#include "cast/logic/frame.h"

namespace regard::cast {
namespace {

struct TileArea {
  int left, top, width, height;
};

TileArea area_of(int tile, Size size) {
  const int left = tile % tile_columns(size) * tile_side;
  const int top = tile / tile_columns(size) * tile_side;
  return {left, top, std::min(tile_side, size.width - left), std::min(tile_side, size.height - top)};
}

void add_spots(const Actor& actor, const Lighting& lighting, std::vector<Spot>& spots) {
  const Skeleton skeleton = skeleton_of(actor.person->body, actor.stance);
  const Joints joints = joints_of(actor.person->body);
  const Vec3 key = lighting.key_direction;
  const Vec2 away{-key.x / std::max(key.y, 0.3F), -key.z / std::max(key.y, 0.3F)};
  for (const Bone bone : {Bone::left_foot, Bone::right_foot}) {
    const auto i = static_cast<std::size_t>(bone);
    const Vec3 foot = skeleton[i] * (joints[i] + Vec3{0, -0.03F, 0.05F});
    spots.push_back({{foot.x, foot.z}, 0.2F, 0.5F * smoothstep(0.25F, 0.0F, foot.y)});
  }
  const Vec3 place = actor.stance.place;
  for (const float height : {0.3F, 0.8F, 1.3F}) {
    spots.push_back({{place.x + away.x * height * 0.6F, place.z + away.y * height * 0.6F},
                     0.34F + 0.22F * height,
                     0.3F - 0.1F * height});
  }
}

/// The part of the tile where a spot on the floor can be seen.
void darken(const Spot& spot, const Camera& camera, const Backdrop& backdrop, const TileArea& area, BgrImage& picture) {
  float x0 = 1e9F, x1 = -1e9F, y0 = 1e9F, y1 = -1e9F;
  for (int corner = 0; corner < 4; ++corner) {
    const Vec3 p{spot.centre.x + spot.radius * ((corner & 1) != 0 ? 1.0F : -1.0F), 0,
                 spot.centre.y + spot.radius * ((corner & 2) != 0 ? 1.0F : -1.0F)};
    if ((camera.from_world * p).z > -0.2F) return;
    const PixelPoint seen = camera.project(p);
    x0 = std::min(x0, seen.x);
    x1 = std::max(x1, seen.x);
    y0 = std::min(y0, seen.y);
    y1 = std::max(y1, seen.y);
  }
  const auto bounded = [](float v, int low, int high) {
    return static_cast<int>(std::clamp(v, static_cast<float>(low), static_cast<float>(high)));
  };
  const int left = bounded(x0, area.left, area.left + area.width);
  const int right = bounded(x1 + 1, area.left, area.left + area.width);
  const int top = bounded(y0, area.top, area.top + area.height);
  const int bottom = bounded(y1 + 1, area.top, area.top + area.height);
  const float scale = 1.0F / (spot.radius * spot.radius);
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      const Vec2 floor = backdrop.floor[static_cast<std::size_t>(y) * picture.width() + x] - spot.centre;
      const float away = 1.0F - dot(floor, floor) * scale;
      if (!(away > 0)) continue;  // also where the floor is not seen: NaN
      const int keep = static_cast<int>(256.0F * (1.0F - spot.strength * away * away));
      std::uint8_t* pixel = picture.at(x, y);
      for (int c = 0; c < 3; ++c) pixel[c] = static_cast<std::uint8_t>(pixel[c] * keep >> 8);
    }
  }
}

/// Moves the samples of one actor into the front layer and counts them.
void merge(const Drawing& drawing, std::uint16_t index, const TileArea& area, const Backdrop& backdrop,
           Scratch& scratch, Count& count) {
  const Layer& own = scratch.own;
  Layer& front = scratch.front;
  const int last_row = std::min(own.last_row, 2 * area.height - 1);
  const int last_column = std::min(own.last_column, 2 * area.width - 1);
  for (int row = own.first_row; row <= last_row; ++row) {
    const float* behind =
        backdrop.nearness.data() + static_cast<std::size_t>(area.top + row / 2) * backdrop.picture.width() + area.left;
    for (int column = own.first_column; column <= last_column; ++column) {
      const int at = row * tile_samples + column;
      const float nearness = own.nearness[at];
      if (nearness <= 0) continue;
      const int x = 2 * area.left + column;
      const int y = 2 * area.top + row;
      ++count.own;
      count.left = std::min(count.left, x);
      count.right = std::max(count.right, x);
      count.top = std::min(count.top, y);
      count.bottom = std::max(count.bottom, y);
      if (drawing.part(drawing.triangle(own.triangle[at]).part).face) {
        ++count.face_own;
        count.face_left = std::min(count.face_left, x);
        count.face_right = std::max(count.face_right, x);
        count.face_top = std::min(count.face_top, y);
        count.face_bottom = std::max(count.face_bottom, y);
      }
      if (nearness <= front.nearness[at] || nearness <= behind[column / 2]) continue;
      front.nearness[at] = nearness;
      front.triangle[at] = own.triangle[at];
      scratch.actor[at] = index;
    }
  }
  front.first_row = std::min(front.first_row, own.first_row);
  front.last_row = std::max(front.last_row, last_row);
  front.first_column = std::min(front.first_column, own.first_column);
  front.last_column = std::max(front.last_column, last_column);
}

struct Sample {
  std::uint32_t triangle;
  std::uint16_t actor;
  float x, y;
};

/// The lamps of a screen's pixels, one column of red, green and blue beside the other. The camera's pixels are about as
/// far apart, so both together make broad coloured bands: moire.
Vec3 screen_grid(Vec2 place) {
  constexpr float columns = 620;
  constexpr float rows = 830;
  constexpr float depth = 0.16F;
  const float row = std::cos(2 * pi * rows * place.y);
  const auto lamp = [&](float shift) {
    return 1.0F + depth * (std::cos(2 * pi * (columns * place.x + shift)) + 0.7F * row);
  };
  return {lamp(0), lamp(1.0F / 3), lamp(2.0F / 3)};
}

Vec3 colour_of(const Part& part, const Fragment& sum, float share, Vec3 view, const Lighting& lighting) {
  Touch touch;
  touch.normal = normalized(sum.normal);
  touch.view = view;
  touch.open = sum.light * share;
  touch.gloss = part.gloss;
  touch.albedo = part.texture == nullptr ? part.colour : part.texture->at(sum.texture * share, part.level);
  if (part.material == Material::screen) touch.albedo = touch.albedo * screen_grid(sum.texture * share);
  return shade(part.material, touch, lighting);
}

/// Shades one pixel: samples of the same part are averaged before they are lit, parts are lit one by one.
void resolve(const Shot& shot, std::span<const Drawing> drawings, std::span<const Sample> samples,
             const ToneCurve& tone, std::uint8_t* pixel) {
  std::array<bool, 4> done{};
  Vec3 sum = Vec3{static_cast<float>(pixel[2]), static_cast<float>(pixel[1]), static_cast<float>(pixel[0])} *
             static_cast<float>(4 - samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (done[i]) continue;
    const Drawing& drawing = drawings[samples[i].actor];
    const std::uint32_t part_index = drawing.triangle(samples[i].triangle).part;
    Fragment total;
    total.light = 0;
    int merged = 0;
    float first_u = 0;
    for (std::size_t k = i; k < samples.size(); ++k) {
      if (samples[k].actor != samples[i].actor) continue;
      const DrawnTriangle& triangle = drawing.triangle(samples[k].triangle);
      if (triangle.part != part_index) continue;
      done[k] = true;
      ++merged;
      const Fragment f = fragment_at(drawing, triangle, samples[k].x, samples[k].y);
      if (merged == 1) first_u = f.texture.x;
      total.normal += f.normal;
      // Where a texture's two ends meet, averaging the places would show its middle.
      total.texture = total.texture + Vec2{std::abs(f.texture.x - first_u) > 0.2F ? first_u : f.texture.x, f.texture.y};
      total.light += f.light;
    }
    const Vec3 view = normalized(-shot.camera.ray(samples[i].x, samples[i].y));
    const Vec3 c = colour_of(drawing.part(part_index), total, 1.0F / static_cast<float>(merged), view, shot.lighting);
    sum += Vec3{static_cast<float>(tone(c.x)), static_cast<float>(tone(c.y)), static_cast<float>(tone(c.z))} *
           static_cast<float>(merged);
  }
  pixel[0] = static_cast<std::uint8_t>(sum.z * 0.25F + 0.5F);
  pixel[1] = static_cast<std::uint8_t>(sum.y * 0.25F + 0.5F);
  pixel[2] = static_cast<std::uint8_t>(sum.x * 0.25F + 0.5F);
}

void resolve_tile(const Shot& shot, std::span<const Drawing> drawings, const TileArea& area, const ToneCurve& tone,
                  const Scratch& scratch, BgrImage& picture, std::span<Count> counts) {
  const Layer& front = scratch.front;
  for (int y = std::max(0, front.first_row / 2); y <= front.last_row / 2 && y < area.height; ++y) {
    for (int x = std::max(0, front.first_column / 2); x <= front.last_column / 2 && x < area.width; ++x) {
      std::array<Sample, 4> samples{};
      std::size_t found = 0;
      for (int s = 0; s < 4; ++s) {
        const int at = (2 * y + (s >> 1)) * tile_samples + 2 * x + (s & 1);
        if (front.nearness[at] <= 0) continue;
        const std::uint16_t actor = scratch.actor[at];
        samples[found++] = {front.triangle[at], actor,
                            static_cast<float>(area.left + x) + 0.25F + 0.5F * static_cast<float>(s & 1),
                            static_cast<float>(area.top + y) + 0.25F + 0.5F * static_cast<float>(s >> 1)};
        ++counts[actor].visible;
        const Drawing& drawing = drawings[actor];
        if (drawing.part(drawing.triangle(front.triangle[at]).part).face) ++counts[actor].face_visible;
      }
      if (found > 0)
        resolve(shot, drawings, std::span{samples}.first(found), tone, picture.at(area.left + x, area.top + y));
    }
  }
}

PixelBox box_of(int left, int top, int right, int bottom) {
  return {static_cast<float>(left) * 0.5F, static_cast<float>(top) * 0.5F, static_cast<float>(right - left + 1) * 0.5F,
          static_cast<float>(bottom - top + 1) * 0.5F};
}

std::optional<FacePoints> points_seen(const Person& person, const Transform& head, const HeadPose& pose,
                                      const Camera& camera) {
  // Beyond this one of the eyes is behind the nose.
  if (std::abs(pose.yaw) > 75.0F || std::abs(pose.pitch) > 60.0F) return std::nullopt;
  std::array<PixelPoint, 5> seen;
  for (std::size_t i = 0; i < seen.size(); ++i) seen[i] = camera.project(head * person.points[i]);
  return FacePoints{seen[0], seen[1], seen[2], seen[3], seen[4]};
}

}  // namespace

void Count::add(const Count& other) {
  own += other.own;
  visible += other.visible;
  face_own += other.face_own;
  face_visible += other.face_visible;
  left = std::min(left, other.left);
  top = std::min(top, other.top);
  right = std::max(right, other.right);
  bottom = std::max(bottom, other.bottom);
  face_left = std::min(face_left, other.face_left);
  face_top = std::min(face_top, other.face_top);
  face_right = std::max(face_right, other.face_right);
  face_bottom = std::max(face_bottom, other.face_bottom);
}

std::vector<Spot> shadows_of(const Shot& shot) {
  std::vector<Spot> spots;
  for (const Actor& actor : shot.actors) add_spots(actor, shot.lighting, spots);
  return spots;
}

void compose_tile(const Shot& shot, std::span<const Drawing> drawings, const Backdrop& backdrop,
                  std::span<const Spot> shadows, int tile, const ToneCurve& tone, Scratch& scratch, BgrImage& picture,
                  std::span<Count> counts) {
  const TileArea area = area_of(tile, picture.size());
  for (int y = 0; y < area.height; ++y) {
    std::copy_n(backdrop.picture.at(area.left, area.top + y), 3 * area.width, picture.at(area.left, area.top + y));
  }
  for (const Spot& spot : shadows) darken(spot, shot.camera, backdrop, area, picture);
  scratch.front.clear();
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    if (drawings[i].in_tile(tile).empty()) continue;
    scratch.own.clear();
    draw_tile(drawings[i], tile, area.left, area.top, scratch.own);
    merge(drawings[i], static_cast<std::uint16_t>(i), area, backdrop, scratch, counts[i]);
  }
  resolve_tile(shot, drawings, area, tone, scratch, picture, counts);
}

float share_inside(const Actor& actor, const Camera& camera, Size size, const PixelBox& bounds) {
  const bool whole = bounds.x >= 0 && bounds.y >= 0 && bounds.right() <= static_cast<float>(size.width) &&
                     bounds.bottom() <= static_cast<float>(size.height);
  if (whole) return 1;
  // The same view at a quarter of the size with a wide margin.
  const Size quarter{size.width / 4, size.height / 4};
  const Size canvas{quarter.width * 3, quarter.height * 3};
  const PixelPoint margin{static_cast<float>(quarter.width), static_cast<float>(quarter.height)};
  Camera small = camera;
  small.focal *= 0.25F;
  small.centre = {camera.centre.x * 0.25F + margin.x, camera.centre.y * 0.25F + margin.y};
  Drawing drawing{canvas};
  draw(*actor.person, actor.stance, small, drawing);
  Layer layer;
  int all = 0;
  int inside = 0;
  for (int tile = 0; tile < tile_columns(canvas) * tile_rows(canvas); ++tile) {
    if (drawing.in_tile(tile).empty()) continue;
    layer.clear();
    const TileArea area = area_of(tile, canvas);
    draw_tile(drawing, tile, area.left, area.top, layer);
    for (int y = 0; y < 2 * area.height; ++y) {
      for (int x = 0; x < 2 * area.width; ++x) {
        if (layer.nearness[y * tile_samples + x] <= 0) continue;
        ++all;
        const float px = static_cast<float>(area.left) + 0.5F * static_cast<float>(x);
        const float py = static_cast<float>(area.top) + 0.5F * static_cast<float>(y);
        inside += px >= margin.x && py >= margin.y && px < margin.x + static_cast<float>(size.width) / 4 &&
                          py < margin.y + static_cast<float>(size.height) / 4
                      ? 1
                      : 0;
      }
    }
  }
  return all == 0 ? 0.0F : static_cast<float>(inside) / static_cast<float>(all);
}

FrameTruth truth_of(const Shot& shot, std::span<const Drawing> drawings, std::span<const Count> counts, Size size,
                    std::uint64_t frame, Duration position) {
  FrameTruth truth;
  truth.frame = frame;
  truth.position = position;
  truth.crossings = shot.crossings;
  truth.action = shot.action;
  for (std::size_t i = 0; i < shot.actors.size(); ++i) {
    const Actor& actor = shot.actors[i];
    const Count& count = counts[i];
    if (count.visible == 0) continue;
    ActorTruth seen;
    seen.person = actor.number;
    seen.body = box_of(count.left, count.top, count.right, count.bottom);
    const Transform head = head_place(*actor.person, skeleton_of(actor.person->body, actor.stance));
    seen.pose = pose_seen(head, shot.camera);
    if (count.face_own > 0) {
      seen.face = box_of(count.face_left, count.face_top, count.face_right, count.face_bottom);
      seen.visible_face = static_cast<float>(count.face_visible) / static_cast<float>(count.face_own);
      seen.points = points_seen(*actor.person, head, seen.pose, shot.camera);
    }
    const float inside = share_inside(actor, shot.camera, size, drawings[i].bounds());
    seen.visible_body = inside * static_cast<float>(count.visible) / static_cast<float>(count.own);
    truth.actors.push_back(seen);
  }
  return truth;
}

}  // namespace regard::cast
