#include "cast/logic/head_paint.h"

#include <array>
#include <vector>

#include "cast/logic/noise.h"
#include "cast/logic/shade.h"

namespace regard::cast {
namespace {

// Heights that the head's texture covers, in head units.
constexpr float texture_top = 1.35F;
constexpr float texture_height = 3.1F;

Vec3 from_palette(Random& r, std::initializer_list<std::uint32_t> palette, float spread) {
  const std::vector<std::uint32_t> colours{palette};
  const Vec3 chosen = srgb(colours[static_cast<std::size_t>(r.below(static_cast<int>(colours.size())))]);
  return {chosen.x * r.between(1 - spread, 1 + spread), chosen.y * r.between(1 - spread, 1 + spread),
          chosen.z * r.between(1 - spread, 1 + spread)};
}

Vec3 skin_colour(Random& r) {
  static constexpr std::array<std::uint32_t, 8> tones{0xF6DCCB, 0xEFC9AE, 0xE2B290, 0xCF9A72,
                                                      0xB07C55, 0x8A5A3B, 0x68402A, 0x4A2B1C};
  const float t = r.unit() * 6.999F;
  const auto low = static_cast<std::size_t>(t);
  const Vec3 tone = mix(srgb(tones[low]), srgb(tones[low + 1]), t - static_cast<float>(low));
  return tone * Vec3{r.between(0.94F, 1.06F), r.between(0.95F, 1.05F), r.between(0.9F, 1.1F)};
}

/// The skin's place for every texel, found by drawing the mesh into its own texture.
std::vector<Vec3> places_of_texels(const Mesh& mesh, int side) {
  std::vector<Vec3> places(static_cast<std::size_t>(side) * side, Vec3{0, 0, -9});
  const float scale = static_cast<float>(side);
  for (const auto& t : mesh.triangles) {
    const Vertex& a = mesh.vertices[t[0]];
    const Vertex& b = mesh.vertices[t[1]];
    const Vertex& c = mesh.vertices[t[2]];
    const Vec2 pa = a.texture * scale;
    const Vec2 pb = b.texture * scale;
    const Vec2 pc = c.texture * scale;
    const float area = (pb.x - pa.x) * (pc.y - pa.y) - (pb.y - pa.y) * (pc.x - pa.x);
    if (std::abs(area) < 1e-9F) continue;
    const int x0 = static_cast<int>(std::floor(std::min({pa.x, pb.x, pc.x}) - 0.5F));
    const int x1 = static_cast<int>(std::ceil(std::max({pa.x, pb.x, pc.x}) + 0.5F));
    const int y0 = std::max(0, static_cast<int>(std::floor(std::min({pa.y, pb.y, pc.y}) - 0.5F)));
    const int y1 = std::min(side - 1, static_cast<int>(std::ceil(std::max({pa.y, pb.y, pc.y}) + 0.5F)));
    for (int y = y0; y <= y1; ++y) {
      for (int x = x0; x <= x1; ++x) {
        const Vec2 p{static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F};
        const float wb = ((p.x - pa.x) * (pc.y - pa.y) - (p.y - pa.y) * (pc.x - pa.x)) / area;
        const float wc = ((pb.x - pa.x) * (p.y - pa.y) - (pb.y - pa.y) * (p.x - pa.x)) / area;
        constexpr float slack = -0.35F;  // covers texels whose middle is just outside of the mesh
        if (wb < slack || wc < slack || wb + wc > 1 - slack) continue;
        const std::size_t at = static_cast<std::size_t>(y) * side + static_cast<std::size_t>((x + side) % side);
        const bool inside = wb >= 0 && wc >= 0 && wb + wc <= 1;
        const Vec3 place = a.position * (1 - wb - wc) + b.position * wb + c.position * wc;
        // Where folds share a texel the front counts.
        if (inside ? places[at].z < place.z : places[at].z < -8) places[at] = place;
      }
    }
  }
  return places;
}

float brow_amount(const HeadShape& s, const HeadColours& c, Vec3 p) {
  const float x = std::abs(p.x);
  const float start = 0.10F + c.brow_gap;
  const float t = (x - start) / c.brow_long;
  if (t < -0.15F || t > 1.2F || p.z < 0.2F) return 0;
  const float arch =
      s.brow_height + 0.035F + c.brow_tilt * (t - 0.4F) + c.brow_arch * (1.0F - 4.0F * (t - 0.6F) * (t - 0.6F)) - 0.02F;
  const float half = c.brow_thick * mix(1.0F, 0.35F, smoothstep(0.35F, 1.0F, t)) * smoothstep(-0.12F, 0.1F, t);
  const float strands = noise({p.x * 28.0F + p.y * 50.0F, p.y * 60.0F - x * 60.0F, p.z * 10.0F});
  const float off = std::abs(p.y - arch) / std::max(half, 0.004F);
  return clamp01(smoothstep(1.35F, 0.55F, off + 0.5F * (strands - 0.5F)) * smoothstep(1.12F, 0.95F, t) * c.brow_dense *
                 (0.7F + 0.5F * strands));
}

float lip_amount(const HeadShape& s, Vec3 p) {
  if (p.z < 0.35F) return 0;
  const Vec3 m = unsmile(s, p);
  const float across = std::abs(m.x) / (s.mouth_width * 1.06F);
  if (across > 1.1F) return 0;
  const float round = std::sqrt(std::max(0.0F, 1.0F - across * across));
  const float bow = 1.0F - 0.35F * s.bow * bell(m.x, s.mouth_width * 0.14F) +
                    0.12F * bell(std::abs(m.x) - s.mouth_width * 0.22F, s.mouth_width * 0.15F);
  const float up = s.lip_upper * 1.9F * round * bow;
  const float down = s.lip_lower * 2.1F * round;
  const float y = m.y - s.mouth_y;
  const float edge = y > 0 ? y / std::max(up, 0.003F) : -y / std::max(down, 0.003F);
  return smoothstep(1.12F, 0.88F, edge);
}

Vec3 paint_lines(const HeadShape& s, const HeadColours& c, Vec3 p, Vec3 colour) {
  const float x = std::abs(p.x);
  float lines = 0;
  if (c.wrinkles > 0 && p.z > 0.1F) {
    const float wave = 0.02F * std::sin(p.x * 5.0F + static_cast<float>(c.seed % 7U));
    for (int i = 0; i < 3; ++i) {
      const float y = s.brow_height + 0.17F + 0.085F * static_cast<float>(i) + wave;
      lines += bell(p.y - y, 0.008F) * smoothstep(0.5F, 0.2F, x) * 0.7F;
    }
    const float crow = std::atan2(p.y - s.eye_y, x - s.eye_x - s.eye_wide * 0.7F);
    lines += 0.5F * smoothstep(0.6F, 0.95F, std::cos(crow * 12.0F)) * smoothstep(0.7F, 0.35F, std::abs(crow)) *
             bell(x - s.eye_x - s.eye_wide - 0.09F, 0.04F);
    const float t = (s.eye_y - s.nose_length + 0.05F - p.y) / (s.eye_y - s.nose_length + 0.05F - s.mouth_y);
    lines += bell(x - mix(s.nose_width + 0.04F, s.mouth_width + 0.08F, t), 0.014F) * smoothstep(-0.1F, 0.2F, t) *
             smoothstep(1.3F, 0.9F, t);
  }
  return colour * mix(Vec3{1, 1, 1}, Vec3{0.72F, 0.6F, 0.55F}, clamp01(lines * c.wrinkles));
}

Vec3 paint_spots(const HeadColours& c, Vec3 p, Vec3 colour) {
  if (c.freckles > 0) {
    const float area = bell(p.y + 0.15F, 0.2F) * smoothstep(0.2F, 0.5F, p.z);
    const float spots =
        smoothstep(0.69F, 0.8F, noise(p * 27.0F)) + 0.7F * smoothstep(0.72F, 0.82F, noise(p * 41.0F + Vec3{3, 1, 7}));
    colour = colour * mix(Vec3{1, 1, 1}, Vec3{0.62F, 0.45F, 0.36F}, clamp01(spots * area * c.freckles));
  }
  Random r{c.seed ^ 0x4D4FU};
  for (int i = 0; i < c.moles; ++i) {
    const Vec2 at{r.between(-0.52F, 0.52F), r.between(-0.75F, 0.5F)};
    const float size = r.between(0.012F, 0.024F);
    const float d = length(Vec2{p.x - at.x, p.y - at.y});
    if (p.z > 0) colour = mix(colour, colour * Vec3{0.25F, 0.16F, 0.12F}, smoothstep(size, size * 0.6F, d));
  }
  return colour;
}

Vec3 paint_eye_rim(const HeadShape& s, const HeadColours& c, Vec3 p, Vec3 colour) {
  if (p.z < 0.3F) return colour;
  Vec3 e = Vec3{std::abs(p.x), p.y, p.z} - eye_centre(s, 1);
  e = rotation_z(s.eye_tilt) * e;
  const float arc_up = s.eye_open * 1.08F * (1.0F - (e.x * e.x) / (s.eye_wide * s.eye_wide));
  const float arc_down = -s.eye_open * 0.92F * (1.0F - (e.x * e.x) / (s.eye_wide * s.eye_wide));
  const float inside = smoothstep(1.25F, 1.0F, std::abs(e.x) / s.eye_wide);
  const float wide = 0.006F + 0.012F * c.lash;
  const float lashes =
      bell(e.y - arc_up - 0.006F, wide) * inside + 0.35F * bell(e.y - arc_down + 0.004F, wide * 0.6F) * inside;
  const float crease = 0.45F * bell(e.y - arc_up - 0.05F, 0.011F) * smoothstep(1.3F, 0.8F, std::abs(e.x) / s.eye_wide);
  const float ring = bell(e.y + 0.115F - 0.6F * e.x * e.x, 0.03F) * smoothstep(1.2F, 0.5F, std::abs(e.x) / 0.15F);
  colour = colour * mix(Vec3{1, 1, 1}, Vec3{0.66F, 0.52F, 0.5F}, clamp01(c.shadows * ring));
  colour = colour * mix(Vec3{1, 1, 1}, Vec3{0.5F, 0.36F, 0.32F}, crease);
  return mix(colour, colour * Vec3{0.10F, 0.07F, 0.06F}, clamp01(lashes * (0.6F + 0.4F * c.lash)));
}

/// What is drawn on the face: spots, lines, hair that grows there, lips.
Vec3 paint_front(const HeadShape& s, const HeadColours& c, Vec3 p, Vec3 colour) {
  colour = paint_spots(c, p, colour);
  colour = paint_lines(s, c, p, colour);
  if (p.y < s.eye_y) {
    const float beard = beard_area(s, p);
    const float moustache = moustache_area(s, p);
    const float grow = std::max(beard, moustache);
    if (c.stubble > 0 && grow > 0) {
      colour = mix(colour, mix(colour, c.hair, 0.55F) * 0.75F, c.stubble * grow * (0.55F + 0.5F * noise(p * 60.0F)));
    }
    const float hairy = std::max(s.beard > 0 ? beard : 0.0F, s.moustache > 0 ? moustache : 0.0F);
    if (hairy > 0) {
      const float strand = noise({p.x * 45.0F, p.y * 14.0F, p.z * 45.0F});
      colour = mix(colour, c.hair * (0.55F + 0.8F * strand), clamp01(hairy * 1.4F - 0.25F * strand));
    }
    const float lip = lip_amount(s, p);
    if (lip > 0) colour = mix(colour, c.lips * (0.88F + 0.2F * noise({p.x * 40.0F, p.y * 9.0F, 1})), lip * 0.92F);
  }
  return colour;
}

Vec3 skin_at(const HeadShape& s, const HeadColours& c, Vec3 p) {
  const float x = std::abs(p.x);
  // The back of the head is under the hair, or plain.
  if (p.z < -0.35F) return s.hair.bald || p.y < s.hair.end ? c.skin : mix(c.skin, c.hair * 0.8F, 0.85F);
  const float mottled = noise(p * 3.1F + Vec3{static_cast<float>(c.seed % 97U), 0, 0}) + 0.5F * noise(p * 7.0F);
  Vec3 colour = c.skin * (0.90F + 0.13F * mottled) * (0.96F + 0.08F * noise(p * 46.0F));
  const float tip_y = s.eye_y - s.nose_length;
  const float red = bell(x - 0.4F, 0.16F) * bell(p.y + 0.2F, 0.14F) * smoothstep(0.1F, 0.4F, p.z) +
                    0.8F * bell(length(Vec2{p.x, p.y - tip_y}), 0.1F) * smoothstep(0.5F, 0.8F, p.z) +
                    0.9F * smoothstep(s.skull_width, s.skull_width + 0.06F, x) +
                    0.4F * bell(p.y - s.chin_height - 0.1F, 0.08F) * bell(p.x, 0.15F);
  colour = colour * mix(Vec3{1, 1, 1}, Vec3{1.08F, 0.76F, 0.72F}, clamp01(red * c.blush));
  if (p.z > -0.25F && p.y < s.eye_y + 0.6F) colour = paint_front(s, c, p, colour);
  colour = paint_eye_rim(s, c, p, colour);
  // Roots: the skin under and just before the hair has its colour, so that the hairline is not a cut.
  if (!s.hair.bald && (p.y > s.eye_y + 0.15F || p.z < 0.3F)) {
    const float near_hair =
        smoothstep(0.05F, -0.01F, hair_field(s, p) + 0.05F * (noise({p.x * 40.0F, p.y * 9.0F, p.z * 40.0F}) - 0.3F));
    colour = mix(colour, c.hair * 0.8F, near_hair * 0.85F);
  }
  return mix(colour, c.brow, brow_amount(s, c, p));
}

}  // namespace

HeadColours head_colours(Random r) {
  HeadColours c;
  c.seed = r.next();
  c.skin = skin_colour(r);
  const Vec3 red{r.between(0.7F, 1.0F), r.between(0.32F, 0.6F), r.between(0.34F, 0.62F)};
  c.lips = c.skin * red;
  c.hair = from_palette(r,
                        {0x14100E, 0x241812, 0x3A2416, 0x54341D, 0x6E3B1E, 0x8A6236, 0xB48C52, 0xD8BC86, 0x8C8A88,
                         0xC9C6C2, 0x1B1716, 0x2E1E15},
                        0.15F);
  c.brow = c.hair * r.between(0.35F, 0.9F);
  // Brown is the commonest; pale eyes glow unpleasantly in dark faces, so they are rare there.
  const bool brown = r.chance(c.skin.y < 0.2F ? 0.9F : 0.4F);
  const Vec3 pale = from_palette(r, {0x7A5A2C, 0x5E7040, 0x4A7FA8, 0x7897A8, 0x3E5F7A, 0x6F8A5A}, 0.15F);
  const Vec3 deep = from_palette(r, {0x3B2314, 0x5A3820, 0x2A1810, 0x4A2C18}, 0.15F);
  c.iris = brown ? deep : pale;
  c.blush = r.between(0.1F, 0.9F);
  c.freckles = r.chance(0.25F) ? r.between(0.4F, 1.0F) : 0.0F;
  c.stubble = r.chance(0.3F) ? r.between(0.3F, 0.9F) : 0.0F;
  c.wrinkles = r.chance(0.45F) ? r.between(0.4F, 1.2F) : 0.0F;
  c.shadows = r.between(0.0F, 0.8F);
  c.brow_thick = r.between(0.01F, 0.06F);
  c.brow_arch = r.between(-0.01F, 0.07F);
  c.brow_tilt = r.between(-0.07F, 0.11F);
  c.brow_long = r.between(0.3F, 0.44F);
  c.brow_dense = r.between(0.35F, 1.0F);
  c.brow_gap = r.between(-0.05F, 0.06F);
  c.lash = r.between(0.1F, 1.0F);
  c.moles = r.chance(0.5F) ? 1 + r.below(4) : 0;
  return c;
}

Vec2 head_texture_place(Vec3 p) {
  const float s = std::atan2(p.x, p.z + 0.1F) / pi;
  return {0.5F + 0.5F * s * (1.6F - 0.6F * std::abs(s)), (texture_top - p.y) / texture_height};
}

void lay_head_texture(Mesh& mesh) {
  for (Vertex& vertex : mesh.vertices) vertex.texture = head_texture_place(vertex.position);
  cut_seam(mesh);
}

Texture paint_skin(const HeadShape& shape, const HeadColours& colours, const Mesh& skin, int side) {
  const std::vector<Vec3> places = places_of_texels(skin, side);
  return {side, side, [&](int x, int y) {
            const Vec3 p = places[static_cast<std::size_t>(y) * side + x];
            return p.z < -8 ? colours.skin : skin_at(shape, colours, p);
          }};
}

Texture paint_hair(const HeadShape& shape, const HeadColours& colours, int side) {
  const float salt = static_cast<float>(colours.seed % 1000U) * 0.37F;
  return {side, side, [&](int x, int y) {
            const float u = static_cast<float>(x) / static_cast<float>(side);
            const float v = static_cast<float>(y) / static_cast<float>(side);
            // Locks run down the head; the seam at the back repeats because the noise is taken on a circle.
            const Vec3 round{std::sin(2 * pi * u), std::cos(2 * pi * u), 0};
            const float bend = shape.hair.curl > 0 ? 6.0F : 1.2F;
            const float thin = noise({round.x * 22.0F + salt, round.y * 22.0F, v * bend * 1.5F});
            const float thick = noise({round.x * 7.0F + salt, round.y * 7.0F, v * bend});
            return colours.hair * (0.55F + 0.55F * thin + 0.4F * thick);
          }};
}

Texture paint_eye(const HeadColours& colours, int side) {
  return {
      side, side, [&](int x, int y) {
        const Vec2 p{2 * (static_cast<float>(x) + 0.5F) / static_cast<float>(side) - 1,
                     2 * (static_cast<float>(y) + 0.5F) / static_cast<float>(side) - 1};
        const float radius = length(p);
        const float angle = std::atan2(p.y, p.x);
        constexpr float iris = 0.47F;  // of the eyeball's radius: 5.7 mm of 12 mm
        constexpr float pupil = 0.19F;
        const float rays = noise({std::cos(angle) * 9.0F, std::sin(angle) * 9.0F, radius * 4.0F});
        Vec3 ball = mix(Vec3{0.74F, 0.70F, 0.67F}, Vec3{0.74F, 0.5F, 0.46F}, smoothstep(0.55F, 1.0F, radius) * 0.5F);
        const Vec3 coloured = colours.iris * (0.8F + 1.1F * rays * smoothstep(iris, pupil, radius)) *
                              mix(1.15F, 0.35F, smoothstep(iris * 0.8F, iris, radius));
        ball = mix(coloured, ball, smoothstep(iris - 0.02F, iris + 0.025F, radius));
        return mix(Vec3{0.004F, 0.004F, 0.005F}, ball, smoothstep(pupil - 0.02F, pupil + 0.02F, radius));
      }};
}

}  // namespace regard::cast
