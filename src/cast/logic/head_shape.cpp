#include "cast/logic/head_shape.h"

#include "cast/logic/field.h"
#include "cast/logic/noise.h"

namespace regard::cast {
namespace {

HairShape hair_shape(Random& r) {
  HairShape h;
  h.bald = r.chance(0.10F);
  h.top = r.between(0.06F, 0.26F);
  h.side = r.between(0.03F, 0.13F);
  h.line = r.between(0.42F, 0.62F);
  h.recession = r.chance(0.4F) ? r.between(0.05F, 0.3F) : 0.0F;
  h.parting = r.between(-0.45F, 0.45F);
  const float cut = r.unit();
  h.end = cut < 0.42F ? r.between(-0.25F, 0.2F) : cut < 0.66F ? r.between(-0.95F, -0.5F) : r.between(-1.75F, -1.2F);
  if (h.end < -0.4F) h.side = r.between(0.08F, 0.2F);
  h.fringe = r.chance(0.35F) ? r.between(0.12F, 0.28F) : 0.0F;
  if (r.chance(0.35F)) {
    h.curl = r.between(0.02F, 0.055F);
    h.curl_size = r.between(0.08F, 0.16F);
    h.top += r.between(0.0F, 0.22F);
    h.side += r.between(0.0F, 0.16F);
  }
  if (r.chance(0.18F) && h.end > -1.0F) {
    h.knot = r.between(0.22F, 0.36F);
    h.knot_height = r.between(0.2F, 1.1F);
  }
  h.sweep = r.chance(0.4F) ? r.between(0.05F, 0.22F) : 0.0F;
  return h;
}

float nose_field(const HeadShape& s, Vec3 p, Vec3 q, float d) {
  const float tip_y = s.eye_y - s.nose_length;
  const float tip_z = 0.70F + s.nose_out;
  const Vec3 root{0, s.eye_y + 0.07F, 0.64F + s.nose_root};
  const Vec3 middle{0, s.eye_y - s.nose_length * 0.5F, mix(root.z, tip_z, 0.5F) + s.nose_hook};
  const Vec3 tip{0, tip_y, tip_z - s.nose_tip * 0.4F};
  float nose = rod(p, root, middle, s.nose_bridge, s.nose_bridge * 1.05F);
  nose = join(nose, rod(p, middle, tip, s.nose_bridge * 1.05F, s.nose_tip), 0.06F);
  d = join(d, nose, 0.12F);
  d = join(d,
           ellipsoid(q, {s.nose_width * 0.72F, tip_y - 0.005F, 0.69F + s.nose_out * 0.62F},
                     {s.nose_width * 0.6F, 0.075F, 0.11F}),
           0.07F);
  return carve(
      d, ellipsoid(q, {s.nose_width * 0.52F, tip_y - 0.085F, 0.76F + s.nose_out * 0.62F}, {s.nostril, 0.035F, 0.055F}),
      0.03F);
}

float mouth_field(const HeadShape& s, Vec3 p, Vec3 q, float d) {
  const Vec3 m = unsmile(s, p);
  const Vec3 mq = unsmile(s, q);
  const float z = 0.69F + s.lip_out;
  const float upper = ellipsoid(mq, {s.mouth_width * 0.33F, s.mouth_y + s.lip_upper * 0.7F, z},
                                {s.mouth_width * 0.72F, s.lip_upper, 0.10F});
  const float lower =
      ellipsoid(m, {0, s.mouth_y - s.lip_lower * 0.9F, z - 0.005F}, {s.mouth_width * 0.8F, s.lip_lower * 1.2F, 0.11F});
  // The muscle round the mouth, so that the lips do not sit on a plane.
  d = join(d, ellipsoid(m, {0, s.mouth_y + 0.02F, 0.52F + s.lip_out}, {s.mouth_width * 1.25F, 0.22F, 0.2F}), 0.16F);
  d = join(d, join(upper, lower, 0.015F), 0.045F);
  return carve(d, ellipsoid(m, {0, s.mouth_y, z + 0.11F}, {s.mouth_width * 1.02F, 0.012F, 0.12F}), 0.02F);
}

float eye_field(const HeadShape& s, Vec3 q, float d) {
  const Vec3 e{s.eye_x, s.eye_y, s.eye_z};
  d = carve(d, ellipsoid(q, e + Vec3{-0.01F, 0, 0.27F}, {0.2F, 0.135F, s.socket}), 0.1F);
  d = join(d, ellipsoid(q, e, {s.eye_radius * 1.28F, s.eye_radius * 1.06F, s.eye_radius * 1.08F + s.lid}), 0.03F);
  // The opening between the lids: two arcs that meet in the corners of the eye.
  const Vec3 local = rotation_z(s.eye_tilt) * (q - e);
  const float half = s.eye_wide;
  const float arc = (half * half + s.eye_open * s.eye_open) / (2 * s.eye_open);
  const float up = length(Vec2{local.x, local.y + arc - s.eye_open * 1.08F}) - arc;
  const float down = length(Vec2{local.x, local.y - arc + s.eye_open * 0.92F}) - arc;
  const float opening = std::max({up, down, 0.03F - local.z});
  return carve(d, opening, 0.014F);
}

float ear_field(const HeadShape& s, Vec3 q, float d) {
  const Vec3 c{s.skull_width + s.ear_out * 0.5F, s.ear_y, -0.1F};
  const Vec3 p = rotation_y(-0.45F) * (q - c);
  float ear = ellipsoid(p, {}, {0.07F, 0.22F * s.ear_size, 0.14F * s.ear_size});
  ear = join(ear, ellipsoid(p, {0, -0.18F * s.ear_size, 0.03F}, {0.055F, 0.08F, 0.07F}), 0.06F);
  ear = carve(ear, ellipsoid(p, {0.09F, 0.03F, 0.03F}, {0.07F, 0.12F * s.ear_size, 0.08F * s.ear_size}), 0.04F);
  return join(d, ear, 0.05F);
}

}  // namespace

HeadShape head_shape(Random r) {
  HeadShape s{};
  s.skull_width = r.between(0.66F, 0.84F);
  s.skull_height = r.between(0.82F, 0.97F);
  s.skull_depth = r.between(0.84F, 0.98F);
  s.face_width = s.skull_width * r.between(0.72F, 0.93F);
  s.face_depth = r.between(0.62F, 0.68F);
  const float jaw_outside = s.face_width * r.between(0.78F, 0.98F);
  s.jaw_height = r.between(-0.62F, -0.46F);
  s.jaw_round = r.between(0.12F, 0.2F);
  s.jaw_width = jaw_outside - s.jaw_round;
  s.chin_height = r.between(-1.03F, -0.84F);
  s.chin_width = r.between(0.1F, 0.36F);
  s.chin_out = r.between(-0.07F, 0.09F);
  s.cheek_out = r.between(-0.05F, 0.07F);
  s.cheek_height = r.between(-0.3F, -0.14F);
  s.cheek_size = r.between(0.16F, 0.26F);
  s.hollow = r.chance(0.5F) ? r.between(0.0F, 0.04F) : 0.0F;
  s.brow_height = r.between(0.18F, 0.33F);
  s.brow_ridge = r.between(0.035F, 0.085F);
  s.forehead = r.between(-0.07F, 0.08F);
  s.eye_x = r.between(0.26F, 0.355F);
  s.eye_y = r.between(-0.02F, 0.14F);
  s.eye_z = r.between(0.565F, 0.60F);
  s.eye_radius = r.between(0.122F, 0.152F);
  s.eye_wide = s.eye_radius * r.between(0.9F, 1.12F);
  s.eye_open = r.between(0.038F, 0.082F);
  s.eye_tilt = r.between(-0.16F, 0.28F);
  s.socket = r.between(0.13F, 0.215F);
  s.lid = r.between(0.0F, 0.025F);
  s.nose_length = r.between(0.26F, 0.48F);
  s.nose_bridge = r.between(0.045F, 0.095F);
  s.nose_root = r.between(-0.04F, 0.06F);
  s.nose_width = r.between(0.09F, 0.2F);
  s.nose_out = r.between(0.08F, 0.27F);
  s.nose_tip = r.between(0.06F, 0.11F);
  s.nose_hook = r.between(-0.035F, 0.045F);
  s.nostril = r.between(0.03F, 0.05F);
  s.mouth_y = s.eye_y - s.nose_length - r.between(0.17F, 0.31F);
  s.chin_height = std::min(s.chin_height, s.mouth_y - 0.28F);
  s.mouth_width = r.between(0.17F, 0.33F);
  s.lip_upper = r.between(0.016F, 0.07F);
  s.lip_lower = r.between(0.024F, 0.08F);
  s.lip_out = r.between(-0.01F, 0.05F);
  s.smile = r.between(-0.01F, 0.09F);
  s.bow = r.between(0.0F, 1.0F);
  s.ear_size = r.between(0.85F, 1.2F);
  s.ear_out = r.between(-0.02F, 0.1F);
  s.ear_y = s.eye_y - r.between(0.06F, 0.16F);
  s.neck = r.between(0.36F, 0.5F);
  s.asymmetry = r.between(-0.03F, 0.03F);
  const float kind = r.unit();
  if (kind < 0.2F) s.beard = r.between(0.02F, 0.12F);
  if (kind < 0.12F || (kind > 0.2F && kind < 0.27F)) s.moustache = r.between(0.015F, 0.04F);
  s.hair = hair_shape(r);
  return s;
}

Vec3 eye_centre(const HeadShape& shape, float side) { return {shape.eye_x * side, shape.eye_y, shape.eye_z}; }

Vec3 unsmile(const HeadShape& s, Vec3 p) {
  const float across = std::min(std::abs(p.x) / s.mouth_width, 1.4F);
  return {p.x, p.y - s.smile * across * across + s.smile * 0.3F, p.z};
}

float beard_area(const HeadShape& s, Vec3 p) {
  const Vec3 m = unsmile(s, p);
  const float edge = 0.06F * (noise(p * 9.0F) - 0.5F);
  const float line = mix(s.mouth_y + 0.02F, s.eye_y - 0.3F, smoothstep(0.34F, 0.72F, std::abs(p.x))) + edge;
  const float below = smoothstep(line + 0.09F, line - 0.09F, p.y);
  const float in_front = smoothstep(-0.22F, -0.02F, p.z);
  const float lips =
      smoothstep(0.8F, 1.25F, length(Vec2{m.x / (s.mouth_width * 1.08F), (m.y - s.mouth_y + 0.01F) / 0.105F}));
  const float above_throat = smoothstep(s.chin_height - 0.28F, s.chin_height - 0.05F, p.y);
  return below * in_front * lips * above_throat;
}

float moustache_area(const HeadShape& s, Vec3 p) {
  const Vec3 m = unsmile(s, p);
  const float across = std::abs(m.x) / (s.mouth_width * 1.2F);
  const float low = s.mouth_y + s.lip_upper * 1.3F - 0.05F * across;
  const float high = s.eye_y - s.nose_length - 0.08F - 0.07F * across;
  return smoothstep(low - 0.02F, low + 0.03F, m.y) * smoothstep(high + 0.04F, high - 0.03F, m.y) *
         smoothstep(1.15F, 0.6F, across) * smoothstep(0.45F, 0.6F, p.z);
}

float skin_field(const HeadShape& s, Vec3 p) {
  p.x += s.asymmetry * (p.y - s.eye_y) * smoothstep(0.2F, -0.8F, p.y);
  const Vec3 q{std::abs(p.x), p.y, p.z};
  float d = ellipsoid(p, {0, 0.18F, -0.12F}, {s.skull_width, s.skull_height, s.skull_depth});
  d = join(d, ellipsoid(p, {0, -0.22F, 0.12F}, {s.face_width, 0.78F, s.face_depth}), 0.18F);
  d = join(d, ellipsoid(p, {0, 0.5F, 0.3F + s.forehead}, {s.face_width * 0.85F, 0.36F, 0.46F}), 0.25F);
  d = join(d,
           rod(q, {s.jaw_width, s.jaw_height, -0.02F}, {s.chin_width * 0.6F, s.chin_height + 0.19F, 0.42F + s.chin_out},
               s.jaw_round, 0.16F),
           0.2F);
  d = join(d, ellipsoid(p, {0, s.chin_height + 0.18F, 0.44F + s.chin_out}, {s.chin_width, 0.18F, 0.24F}), 0.2F);
  d = join(d, ellipsoid(q, {0.38F + s.cheek_out, s.cheek_height, 0.44F}, {s.cheek_size, 0.17F, 0.17F}), 0.2F);
  if (s.hollow > 0)
    d = carve(d, ellipsoid(q, {0.56F, s.cheek_height - 0.3F, 0.5F}, {0.14F + s.hollow, 0.2F, 0.1F + s.hollow}), 0.22F);
  d = join(d, rod(q, {0.1F, s.brow_height, 0.66F}, {0.42F, s.brow_height - 0.02F, 0.52F}, s.brow_ridge, s.brow_ridge),
           0.14F);
  d = eye_field(s, q, d);
  d = nose_field(s, p, q, d);
  d = mouth_field(s, p, q, d);
  d = ear_field(s, q, d);
  d = join(d, rod(p, {0, -0.72F, -0.17F}, {0, -1.9F, -0.32F}, s.neck, s.neck * 1.05F), 0.16F);
  if (s.beard > 0 && std::abs(d) < 0.25F && p.y < 0.1F)
    d -= s.beard * beard_area(s, p) * (0.8F + 0.4F * noise(p * 12.0F)) *
         mix(0.3F, 1.0F, smoothstep(0.6F, 0.25F, std::abs(p.x)));
  if (s.moustache > 0 && std::abs(d) < 0.1F) d -= s.moustache * moustache_area(s, p);
  return d;
}

float hair_field(const HeadShape& s, Vec3 p) {
  const HairShape& h = s.hair;
  const float up = smoothstep(-0.1F, 0.9F, p.y);
  const float thick = mix(h.side, h.top, up) + h.sweep * smoothstep(0.3F, 1.0F, p.y) * smoothstep(-0.5F, 0.6F, p.z);
  float hair = ellipsoid(p, {0, 0.18F, -0.12F}, {s.skull_width + thick, s.skull_height + thick, s.skull_depth + thick});
  if (h.end < -0.4F) {
    const float middle = 0.5F * (h.end + 0.2F);
    const float flat =
        ellipsoid(p, {0, middle, -0.38F}, {s.skull_width + h.side + 0.06F, (0.2F - h.end) * 0.62F, 0.55F});
    hair = join(hair, flat, 0.25F);
  }
  if (h.curl > 0)
    hair -= h.curl * (2.0F * noise(p * (1.0F / h.curl_size)) - 1.0F) +
            0.5F * h.curl * (2.0F * noise(p * (2.1F / h.curl_size)) - 1.0F);
  // The window that the face looks out of: its upper edge is the hairline.
  const float brow = s.eye_y + h.line;
  const float temple = h.recession * smoothstep(0.1F, 0.5F, std::abs(p.x)) * 1.2F;
  const float locks = 0.09F * (noise({p.x * 7.0F, s.asymmetry * 900.0F, 0}) - 0.5F);
  const float part = 0.1F * bell(p.x - h.parting, 0.12F) + locks;
  const float top = brow - h.fringe * smoothstep(0.75F, 0.3F, std::abs(p.x)) + temple + part;
  const float centre_y = -0.45F;
  const float window = ellipsoid(p, {0, centre_y, 0.82F}, {s.face_width * 1.06F + 0.06F, top - centre_y, 0.86F});
  hair = common(hair, -window, 0.06F);
  // Long hair hangs beside the neck and leaves the throat free.
  if (h.end < -0.4F)
    hair = carve(hair, rod(p, {0, -0.55F, 0.6F}, {0, -2.3F, 0.3F}, s.face_width * 0.97F, s.face_width * 1.05F), 0.1F);
  hair += 0.03F * bell(p.x - h.parting, 0.035F) * smoothstep(0.55F, 0.95F, p.y);
  // Short hair ends above the ears and higher in front of them.
  const float end =
      h.end + (h.end > -0.4F ? 0.18F * smoothstep(-0.2F, 0.3F, p.z) - 0.3F * smoothstep(-0.2F, -0.8F, p.z) : 0.0F);
  hair = common(hair, end - p.y + 0.03F * (noise(p * 12.0F) - 0.5F), 0.06F);
  if (h.knot > 0)
    hair = join(hair, length(p - Vec3{0, h.knot_height, -0.95F - 0.1F * (1.0F - h.knot_height)}) - h.knot, 0.06F);
  return hair;
}

}  // namespace regard::cast
