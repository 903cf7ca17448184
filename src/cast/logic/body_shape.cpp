#include "cast/logic/body_shape.h"

#include <span>

#include "cast/logic/field.h"
#include "cast/logic/noise.h"
#include "cast/logic/shade.h"

namespace regard::cast {
namespace {

constexpr std::size_t at(Bone bone) { return static_cast<std::size_t>(bone); }

Vec3 cloth_colour(Random& r) {
  static constexpr std::array<std::uint32_t, 20> palette{
      0x1F2A44, 0x2F4F6F, 0x5B7FA6, 0x8FB3CF, 0x7A2E2E, 0xB5483A, 0xD98C5F, 0xE3C16F, 0x3E5A3C, 0x6F8F5F,
      0xA9B98B, 0xEDE6D8, 0xF4F2EE, 0x2B2B2E, 0x55565A, 0x8C8D91, 0x5C3B5E, 0x9A6A94, 0x2A6F6B, 0xC9A58B};
  return srgb(palette[static_cast<std::size_t>(r.below(static_cast<int>(palette.size())))]) * r.between(0.85F, 1.1F);
}

Vec3 dark_cloth_colour(Random& r) {
  static constexpr std::array<std::uint32_t, 9> palette{0x22304A, 0x34486B, 0x2B2B2E, 0x45464B, 0x6B5B49,
                                                        0x9B8767, 0x3B3A2E, 0x5A6B7B, 0x4A2F2A};
  return srgb(palette[static_cast<std::size_t>(r.below(static_cast<int>(palette.size())))]) * r.between(0.85F, 1.15F);
}

float torso(const BodyShape& s, Vec3 p, float more) {
  const float h = s.height;
  float d = ellipsoid(p, {0, 0.715F * h, -0.005F}, {s.shoulders * 0.92F + more, 0.135F * h + more, s.chest + more});
  d = join(d, ellipsoid(p, {0, 0.605F * h, 0.0F}, {s.waist + more, 0.13F * h, s.chest * 0.86F + more}), 0.09F);
  d = join(d, ellipsoid(p, {0, 0.52F * h, -0.01F}, {s.hips + more, 0.085F * h + more, s.chest * 0.92F + more}), 0.09F);
  const Vec3 q{std::abs(p.x), p.y, p.z};
  d = join(d, rod(q, {0, 0.822F * h, -0.03F}, {s.shoulders, 0.792F * h, -0.015F}, 0.045F + more, 0.05F + more), 0.07F);
  if (s.belly > 0)
    d = join(d, ellipsoid(p, {0, 0.6F * h, 0.05F}, {s.waist * 0.8F + more, 0.09F * h, s.chest * 0.6F + s.belly + more}),
             0.08F);
  return d;
}

struct Limb {
  Vec3 start, middle, end;
};

Limb arm_of(const Joints& j, float side_sign) {
  const bool left = side_sign > 0;
  const Vec3 shoulder = j[at(left ? Bone::left_arm : Bone::right_arm)];
  const Vec3 elbow = j[at(left ? Bone::left_forearm : Bone::right_forearm)];
  return {shoulder, elbow, elbow + (elbow - shoulder) * 0.88F};
}

Limb leg_of(const Joints& j, bool left) {
  return {j[at(left ? Bone::left_thigh : Bone::right_thigh)], j[at(left ? Bone::left_shin : Bone::right_shin)],
          j[at(left ? Bone::left_foot : Bone::right_foot)]};
}

/// Bodies are symmetric at rest: fields are evaluated for the left side with |x|.
Vec3 mirrored(Vec3 p) { return {std::abs(p.x), p.y, p.z}; }

float top_field(const BodyShape& s, const Joints& j, Vec3 p) {
  const float loose = s.top == Top::tee ? 0.012F : s.top == Top::jacket || s.top == Top::coat ? 0.026F : 0.018F;
  const Limb arm = arm_of(j, 1);
  const Vec3 q = mirrored(p);
  float d = torso(s, p, loose);
  const float r = s.arm + loose;
  float sleeve = rod(q, arm.start, s.long_sleeves ? arm.middle : mix(arm.start, arm.middle, 0.62F), r * 1.12F,
                     s.long_sleeves ? r * 0.92F : r * 1.08F);
  if (s.long_sleeves)
    sleeve = join(sleeve, rod(q, arm.middle, mix(arm.middle, arm.end, 0.93F), r * 0.92F, r * 0.74F), 0.02F);
  d = join(d, sleeve, 0.05F);
  const float hem = s.top == Top::coat ? 0.3F * s.height : s.top == Top::shirt ? 0.525F * s.height : 0.495F * s.height;
  if (s.top == Top::coat) {
    const float y = clamp01((0.55F * s.height - p.y) / (0.25F * s.height));
    d = join(d,
             ellipsoid(p, {0, 0.4F * s.height, 0},
                       {s.hips + 0.04F + 0.03F * y, 0.25F * s.height, s.chest + 0.05F + 0.03F * y}),
             0.06F);
  }
  // Creases, where they can be seen.
  if (std::abs(d) < 0.03F) {
    d -= 0.007F * (noise(p * 13.0F + Vec3{1, 5, 9}) - 0.5F) +
         0.004F * (noise(Vec3{p.x * 40.0F, p.y * 16.0F, p.z * 40.0F}) - 0.5F);
  }
  d = common(d, hem - p.y, 0.012F);
  const float opening = s.neck + (s.top == Top::tee ? 0.022F : 0.012F);
  const float base = (s.top == Top::tee ? 0.812F : 0.826F) * s.height;
  d = carve(d, rod(p, {0, base, -0.004F}, {0, 0.95F * s.height, 0.03F}, opening, opening), 0.022F);
  {
    // A collar or a hem, tilted forward.
    const float thick = s.top == Top::hoodie    ? 0.026F
                        : s.top == Top::sweater ? 0.014F
                        : s.top == Top::tee     ? 0.009F
                                                : 0.011F;
    const Vec3 ring = rotation_x(s.top == Top::tee ? -0.5F : -0.35F) *
                      (p - Vec3{0, (s.top == Top::tee ? 0.828F : 0.84F) * s.height, -0.004F});
    const float flat = s.top == Top::hoodie || s.top == Top::tee ? 0.8F : 0.45F;
    d = join(d, length(Vec2{length(Vec2{ring.x, ring.z}) - opening - 0.008F, ring.y * flat}) - thick, 0.026F);
  }
  return d;
}

float bottom_field(const BodyShape& s, const Joints& j, Vec3 p) {
  const Limb leg = leg_of(j, true);
  const Vec3 q = mirrored(p);
  const float h = s.height;
  float d = ellipsoid(p, {0, 0.52F * h, -0.01F}, {s.hips + 0.008F, 0.085F * h, s.chest * 0.92F + 0.006F});
  if (s.bottom == Bottom::skirt) {
    const float y = clamp01((0.55F * h - p.y) / (0.3F * h));
    d = join(d, ellipsoid(p, {0, 0.4F * h, 0}, {s.hips + 0.03F * y, 0.24F * h, s.chest + 0.035F * y}), 0.05F);
    d -= 0.006F * std::sin(std::atan2(p.x, p.z) * 18.0F) * y;
    return common(common(d, 0.27F * h - p.y, 0.012F), p.y - 0.585F * h, 0.012F);
  }
  d = join(d, rod(q, leg.start + Vec3{0.005F, 0, 0}, leg.middle, s.leg + 0.012F, s.leg * 0.72F + 0.016F), 0.04F);
  d = join(d, rod(q, leg.middle, leg.end, s.leg * 0.72F + 0.016F, s.leg * 0.55F + 0.022F), 0.02F);
  if (std::abs(d) < 0.03F) d -= 0.007F * (noise(Vec3{p.x * 14.0F, p.y * 22.0F, p.z * 14.0F}) - 0.5F);
  const float end = s.bottom == Bottom::shorts ? 0.29F * h : 0.035F * h;
  return common(common(d, end - p.y, 0.012F), p.y - 0.585F * h, 0.012F);
}

float shoe_field(const Joints& j, Vec3 p) {
  const Vec3 ankle = j[at(Bone::left_foot)];
  const Vec3 q = mirrored(p);
  float d = ellipsoid(q, {ankle.x, 0.025F, ankle.z + 0.075F}, {0.047F, 0.05F, 0.135F});
  d = join(d, ellipsoid(q, {ankle.x, 0.05F, ankle.z}, {0.045F, 0.065F, 0.065F}), 0.03F);
  d = join(d, box(q - Vec3{ankle.x, 0.008F, ankle.z + 0.06F}, {0.048F, 0.022F, 0.15F}, 0.02F), 0.012F);
  return common(d, -p.y, 0.008F);
}

float hand_field(const BodyShape& s, const Limb& arm, Vec3 q) {
  const Vec3 along = normalized(arm.end - arm.middle);
  const Vec3 wrist = arm.end;
  const Vec3 forward{0, 0, 1};
  float d = rod(q, mix(arm.middle, arm.end, 0.5F), wrist, s.arm * 0.66F, s.arm * 0.5F);
  const Vec3 palm = wrist + along * 0.05F;
  d = join(d, ellipsoid(rotation_z(std::atan2(along.x, -along.y) * -1.0F) * (q - palm), {}, {0.019F, 0.052F, 0.038F}),
           0.02F);
  for (int finger = 0; finger < 4; ++finger) {
    const float across = (static_cast<float>(finger) - 1.5F) * 0.0185F;
    const Vec3 knuckle = palm + along * 0.035F + forward * across;
    const Vec3 tip =
        knuckle + along * (0.062F - 0.5F * std::abs(across + 0.004F)) + forward * (across * 0.25F) - Vec3{0.012F, 0, 0};
    d = join(d, rod(q, knuckle, tip, 0.0105F, 0.008F), 0.009F);
  }
  return join(d,
              rod(q, palm - along * 0.015F + forward * 0.03F, palm + along * 0.03F + forward * 0.058F, 0.013F, 0.009F),
              0.014F);
}

float skin_of_body(const BodyShape& s, const Joints& j, Vec3 p) {
  const Vec3 q = mirrored(p);
  const Limb arm = arm_of(j, 1);
  float d = hand_field(s, arm, q);
  if (!s.long_sleeves) {
    d = join(d, rod(q, arm.start, arm.middle, s.arm * 1.02F, s.arm * 0.84F), 0.02F);
    d = join(d, rod(q, arm.middle, arm.end, s.arm * 0.86F, s.arm * 0.56F), 0.02F);
  }
  if (s.bottom != Bottom::trousers) {
    const Limb leg = leg_of(j, true);
    const float whole = join(rod(q, leg.start, leg.middle, s.leg, s.leg * 0.66F),
                             rod(q, leg.middle, leg.end, s.leg * 0.68F, s.leg * 0.42F), 0.03F);
    // Only what the clothes leave free, so that a raised knee does not come through them.
    d = std::min(d, std::max(whole, p.y - 0.33F * s.height));
  }
  // What shows in the neckline.
  const float chest = torso(s, p, -0.003F) + std::max(0.0F, 0.74F * s.height - p.y);
  return std::min(
      d,
      join(chest, rod(p, {0, 0.8F * s.height, -0.015F}, {0, 0.86F * s.height, -0.012F}, s.neck * 0.95F, s.neck * 0.92F),
           0.04F));
}

constexpr std::array<std::array<Bone, 2>, 12> segments{{{Bone::pelvis, Bone::pelvis},
                                                        {Bone::chest, Bone::chest},
                                                        {Bone::left_arm, Bone::left_forearm},
                                                        {Bone::right_arm, Bone::right_forearm},
                                                        {Bone::left_forearm, Bone::left_forearm},
                                                        {Bone::right_forearm, Bone::right_forearm},
                                                        {Bone::left_thigh, Bone::left_shin},
                                                        {Bone::right_thigh, Bone::right_shin},
                                                        {Bone::left_shin, Bone::left_foot},
                                                        {Bone::right_shin, Bone::right_foot},
                                                        {Bone::left_foot, Bone::left_foot},
                                                        {Bone::right_foot, Bone::right_foot}}};

float distance_to_bone(const BodyShape& s, const Joints& j, Bone bone, Vec3 p) {
  for (const auto& [start, end] : segments) {
    if (start != bone) continue;
    const Vec3 a = j[at(start)];
    Vec3 b = j[at(end)];
    if (bone == Bone::left_forearm || bone == Bone::right_forearm)
      b = arm_of(j, bone == Bone::left_forearm ? 1.0F : -1.0F).end;
    if (bone == Bone::chest) {
      const float half = s.shoulders * 0.7F;
      return std::max(0.0F, ellipsoid(p, {0, 0.73F * s.height, 0}, {half, 0.14F * s.height, s.chest * 0.6F}));
    }
    if (bone == Bone::pelvis)
      return std::max(0.0F, ellipsoid(p, {0, 0.54F * s.height, 0}, {s.hips * 0.75F, 0.05F * s.height, s.chest * 0.6F}));
    if (bone == Bone::left_foot || bone == Bone::right_foot) b = a + Vec3{0, -0.05F, 0.1F};
    return std::max(0.0F, rod(p, a, b, 0.02F, 0.02F));
  }
  return 1e3F;
}

Skinned skin_to(const BodyShape& s, const Joints& j, Mesh mesh, std::span<const Bone> bones) {
  Skinned skinned{std::move(mesh), {}};
  skinned.weights.reserve(skinned.mesh.vertices.size());
  for (const Vertex& vertex : skinned.mesh.vertices) {
    Skinned::Weight weight;
    float first = 1e9F;
    float second = 1e9F;
    for (const Bone bone : bones) {
      const bool other_side = (bone == Bone::left_arm || bone == Bone::left_forearm || bone == Bone::left_thigh ||
                               bone == Bone::left_shin || bone == Bone::left_foot)
                                  ? vertex.position.x < 0
                              : (bone == Bone::pelvis || bone == Bone::chest) ? false
                                                                              : vertex.position.x >= 0;
      if (other_side) continue;
      const float d = distance_to_bone(s, j, bone, vertex.position);
      if (d < first) {
        second = first;
        weight.second = weight.first;
        first = d;
        weight.first = static_cast<std::uint8_t>(bone);
      } else if (d < second) {
        second = d;
        weight.second = static_cast<std::uint8_t>(bone);
      }
    }
    const auto strength = [](float d) { return 1.0F / std::pow(d + 0.012F, 3.0F); };
    weight.share = second > 1e8F ? 1.0F : strength(first) / (strength(first) + strength(second));
    skinned.weights.push_back(weight);
  }
  return skinned;
}

}  // namespace

BodyShape body_shape(Random r) {
  BodyShape s{};
  s.seed = r.next();
  s.height = r.around(1.52F, 1.94F);
  s.shoulders = r.between(0.138F, 0.178F);
  s.neck = r.between(0.045F, 0.057F);
  s.chest = r.between(0.105F, 0.14F);
  s.waist = s.shoulders * r.between(0.78F, 1.02F);
  s.hips = r.between(0.14F, 0.175F);
  s.belly = r.chance(0.3F) ? r.between(0.01F, 0.06F) : 0.0F;
  s.arm = r.between(0.042F, 0.056F);
  s.leg = r.between(0.078F, 0.098F);
  s.head_scale = 0.1F * r.between(1.05F, 1.13F);
  s.top = static_cast<Top>(r.below(6));
  s.bottom = r.chance(0.72F) ? Bottom::trousers : r.chance(0.5F) ? Bottom::shorts : Bottom::skirt;
  s.pattern = r.chance(0.45F) ? Pattern::plain : static_cast<Pattern>(1 + r.below(5));
  s.top_colour = cloth_colour(r);
  s.accent = cloth_colour(r);
  s.under = r.chance(0.6F) ? srgb(0xEFEDE8) : cloth_colour(r);
  s.bottom_colour = dark_cloth_colour(r);
  s.shoe_colour = r.chance(0.4F) ? srgb(0xE8E6E1) : dark_cloth_colour(r) * 0.6F;
  s.pattern_size = r.between(0.05F, 0.12F);
  s.long_sleeves = s.top != Top::tee && (s.top != Top::shirt || r.chance(0.7F));
  return s;
}

Joints joints_of(const BodyShape& s) {
  Joints j{};
  const float h = s.height;
  const Vec3 arm_direction = normalized({0.5F, -0.86F, 0});
  j[at(Bone::pelvis)] = {0, 0.54F * h, 0};
  j[at(Bone::chest)] = {0, 0.63F * h, 0};
  j[at(Bone::head)] = {0, 0.862F * h, -0.012F};
  for (int side = 0; side < 2; ++side) {
    const float x = side == 0 ? 1.0F : -1.0F;
    const Vec3 flip{x, 1, 1};
    const auto i = static_cast<std::size_t>(side);
    j[at(Bone::left_arm) + i] = Vec3{s.shoulders, 0.79F * h, -0.015F} * flip;
    j[at(Bone::left_forearm) + i] = (Vec3{s.shoulders, 0.79F * h, -0.015F} + arm_direction * (0.175F * h)) * flip;
    j[at(Bone::left_thigh) + i] = Vec3{s.hips * 0.55F, 0.51F * h, 0} * flip;
    j[at(Bone::left_shin) + i] = Vec3{s.hips * 0.55F, 0.275F * h, 0.005F} * flip;
    j[at(Bone::left_foot) + i] = Vec3{s.hips * 0.55F, 0.045F * h, -0.01F} * flip;
  }
  return j;
}

BodyMeshes body_meshes(const BodyShape& s, float step) {
  const Joints j = joints_of(s);
  const float h = s.height;
  const Field top = [&](Vec3 p) { return top_field(s, j, p); };
  const Field bottom = [&](Vec3 p) { return bottom_field(s, j, p); };
  const Field shoes = [&](Vec3 p) { return shoe_field(j, p); };
  const Field skin = [&](Vec3 p) { return skin_of_body(s, j, p); };
  const Field all = [&](Vec3 p) { return std::min({top(p), bottom(p), shoes(p), skin(p)}); };
  const auto build = [&](const Field& field, Vec3 low, Vec3 high, float cell, std::span<const Bone> bones, bool laid) {
    Mesh mesh = surface_of(field, even_grid(low, high, cell));
    darken_crevices(mesh, all, 0.22F, 0.85F);
    if (laid) lay_top(s, mesh);
    return skin_to(s, j, std::move(mesh), bones);
  };
  using enum Bone;
  static constexpr std::array top_bones{pelvis, chest, left_arm, right_arm, left_forearm, right_forearm};
  static constexpr std::array coat_bones{pelvis,       chest,         left_arm,   right_arm,
                                         left_forearm, right_forearm, left_thigh, right_thigh};
  static constexpr std::array leg_bones{pelvis, left_thigh, right_thigh, left_shin, right_shin};
  static constexpr std::array foot_bones{left_foot, right_foot};
  static constexpr std::array skin_bones{chest,      left_arm,    right_arm, left_forearm, right_forearm,
                                         left_thigh, right_thigh, left_shin, right_shin};
  const bool coat = s.top == Top::coat;
  return {build(top, {-0.62F, 0.27F * h, -0.26F}, {0.62F, 0.93F * h, 0.28F}, step * 0.8F,
                coat ? std::span<const Bone>{coat_bones} : std::span<const Bone>{top_bones}, true),
          build(bottom, {-0.3F, 0.02F * h, -0.24F}, {0.3F, 0.6F * h, 0.26F}, step, leg_bones, false),
          build(shoes, {-0.2F, -0.03F, -0.12F}, {0.2F, 0.16F, 0.26F}, step * 0.8F, foot_bones, false),
          build(skin, {-0.66F, 0.02F * h, -0.22F}, {0.66F, 0.9F * h, 0.24F}, step * 0.65F, skin_bones, false)};
}

}  // namespace regard::cast
