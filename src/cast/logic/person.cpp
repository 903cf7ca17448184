#include "cast/logic/person.h"

#include "cast/logic/field.h"

namespace regard::cast {
namespace {

// The place in head units that sits on the head joint: the middle of the neck.
constexpr Vec3 neck_pivot{0, -1.02F, -0.22F};

Mesh ball(int rings, int sectors) {
  Mesh mesh;
  for (int ring = 0; ring <= rings; ++ring) {
    for (int sector = 0; sector < sectors; ++sector) {
      const float away = 0.62F * pi * static_cast<float>(ring) / static_cast<float>(rings);
      const float angle = 2 * pi * static_cast<float>(sector) / static_cast<float>(sectors);
      const Vec3 n{std::sin(away) * std::cos(angle), std::sin(away) * std::sin(angle), std::cos(away)};
      // The upper lid keeps light from the upper part of the eye.
      const float light =
          mix(0.62F, 1.0F, smoothstep(0.42F, 0.05F, n.y)) * mix(0.7F, 1.0F, smoothstep(0.75F, 0.3F, std::abs(n.x)));
      mesh.vertices.push_back({n, n, {0.5F + 0.5F * n.x, 0.5F - 0.5F * n.y}, light});
    }
  }
  for (int ring = 0; ring < rings; ++ring) {
    for (int sector = 0; sector < sectors; ++sector) {
      const auto index = [&](int r, int s) { return static_cast<std::uint32_t>(r * sectors + s % sectors); };
      mesh.triangles.push_back({index(ring, sector), index(ring + 1, sector), index(ring + 1, sector + 1)});
      mesh.triangles.push_back({index(ring, sector), index(ring + 1, sector + 1), index(ring, sector + 1)});
    }
  }
  return mesh;
}

/// An upper lid as part of a unit sphere: its edge lies in the plane y = 0, the rest behind and above.
Mesh lid_shell() {
  Mesh mesh;
  constexpr int across = 14;
  constexpr int up = 6;
  for (int j = 0; j <= up; ++j) {
    for (int i = 0; i <= across; ++i) {
      const float azimuth = (static_cast<float>(i) / across - 0.5F) * 190 * degree;
      const float elevation = 80 * degree * static_cast<float>(j) / up;
      const Vec3 n{std::cos(elevation) * std::sin(azimuth), std::sin(elevation),
                   std::cos(elevation) * std::cos(azimuth)};
      mesh.vertices.push_back({n, n, {}, j == 0 ? 0.75F : 0.95F});
    }
  }
  for (std::uint32_t j = 0; j < up; ++j) {
    for (std::uint32_t i = 0; i < across; ++i) {
      const std::uint32_t at = j * (across + 1) + i;
      mesh.triangles.push_back({at, at + 1, at + across + 2});
      mesh.triangles.push_back({at, at + across + 2, at + across + 1});
    }
  }
  return mesh;
}

Mesh lash_line(float thickness) {
  std::vector<Vec3> points;
  for (int i = 0; i <= 14; ++i) {
    const float azimuth = (static_cast<float>(i) / 14 - 0.5F) * 150 * degree;
    points.push_back({std::sin(azimuth), -0.01F, std::cos(azimuth)});
  }
  return tube(points, thickness, 5, Ends::open);
}

Mesh spectacles(const HeadShape& s, Random r) {
  Mesh mesh;
  const float wide = r.between(0.2F, 0.27F);
  const float high = r.between(0.14F, 0.22F);
  const float square = r.between(2.0F, 5.0F);
  const float thick = r.between(0.014F, 0.03F);
  const float z = s.eye_z + s.eye_radius + 0.1F;
  const float centre_x = std::max(s.eye_x, wide + 0.05F);
  for (const float side : {-1.0F, 1.0F}) {
    std::vector<Vec3> ring;
    for (int i = 0; i < 36; ++i) {
      const float a = 2 * pi * static_cast<float>(i) / 36;
      const float c = std::cos(a);
      const float n = std::sin(a);
      const float reach = std::pow(std::pow(std::abs(c), square) + std::pow(std::abs(n), square), -1.0F / square);
      const float x = side * (centre_x + wide * c * reach);
      ring.push_back({x, s.eye_y - 0.01F + high * n * reach, z - 0.28F * x * x});
    }
    append(mesh, tube(ring, thick, 6, Ends::closed));
    const float edge = centre_x + wide;
    const float ear = s.skull_width + 0.045F;
    append(mesh, tube({{side * edge, s.eye_y + 0.08F, z - 0.28F * edge * edge},
                       {side * ear, s.eye_y + 0.07F, 0.3F},
                       {side * ear, s.eye_y + 0.03F, -0.12F},
                       {side * ear, s.eye_y - 0.12F, -0.3F}},
                      thick, 5, Ends::open));
  }
  const float gap = centre_x - wide;
  append(mesh, tube({{-gap, s.eye_y + 0.04F, z}, {0, s.eye_y + 0.07F, z + 0.02F}, {gap, s.eye_y + 0.04F, z}}, thick, 5,
                    Ends::open));
  return mesh;
}

bool in_face(const HeadShape& s, Vec3 p) {
  const float top = s.hair.bald ? s.eye_y + 0.62F : s.eye_y + s.hair.line;
  return p.y > s.chin_height - 0.03F && p.y < top && p.z > 0.02F && std::abs(p.x) < s.skull_width;
}

HeadMeshes head_meshes(const HeadShape& s, float coarse, float fine) {
  const Field skin = [&s](Vec3 p) { return skin_field(s, p); };
  const Field hair = [&s](Vec3 p) { return hair_field(s, p); };
  const Field both = [&](Vec3 p) { return s.hair.bald ? skin(p) : std::min(skin(p), hair(p)); };
  HeadMeshes meshes;
  const Grid grid{{planes(-1.02F, 1.02F, coarse, -0.5F, 0.5F, fine), planes(-1.8F, 1.22F, coarse, -0.95F, 0.4F, fine),
                   planes(-1.2F, 1.2F, coarse, 0.42F, 1.0F, fine)}};
  meshes.skin = surface_of(skin, grid);
  darken_crevices(meshes.skin, both, 0.5F, 0.95F);
  lay_head_texture(meshes.skin);
  const auto rest =
      std::stable_partition(meshes.skin.triangles.begin(), meshes.skin.triangles.end(), [&](const auto& t) {
        return in_face(s, meshes.skin.vertices[t[0]].position) && in_face(s, meshes.skin.vertices[t[1]].position);
      });
  meshes.face_triangles = static_cast<std::size_t>(rest - meshes.skin.triangles.begin());
  if (s.hair.bald) return meshes;
  const float cell = coarse * 0.62F;
  meshes.hair =
      surface_of(hair, even_grid({-1.35F, std::max(-1.9F, s.hair.end - 0.2F), -1.65F}, {1.35F, 1.75F, 1.2F}, cell));
  darken_crevices(meshes.hair, both, 0.3F, 0.5F);
  lay_head_texture(meshes.hair);
  return meshes;
}

Vec3 on_skin(const HeadShape& s, float x, float y) {
  float z = 1.3F;
  for (int step = 0; step < 60; ++step) {
    const float d = skin_field(s, {x, y, z});
    if (d < 0.001F) break;
    z -= d * 0.8F;
  }
  return {x, y, z};
}

std::array<Vec3, 5> points_of(const HeadShape& s) {
  const float corner = s.mouth_y + 0.7F * s.smile;
  const Vec3 front{0, 0, s.eye_radius};
  return {eye_centre(s, -1) + front, eye_centre(s, 1) + front, on_skin(s, 0, s.eye_y - s.nose_length),
          on_skin(s, -0.95F * s.mouth_width, corner), on_skin(s, 0.95F * s.mouth_width, corner)};
}

void draw_eyes(const Person& person, const Stance& stance, const Transform& head, const Camera& camera,
               Drawing& drawing, int level) {
  const HeadShape& s = person.head;
  for (const float side : {-1.0F, 1.0F}) {
    const Transform socket = head * Transform{{}, eye_centre(s, side)};
    const Mat3 look = rotation_y(stance.gaze.x) * rotation_x(-stance.gaze.y);
    drawing.add(person.eyeball, socket * scaled({look, {}}, s.eye_radius), camera,
                {Material::eye, &person.eye_texture, {1, 1, 1}, 0.8F, level, true, 0});
    const float open = 0.84F * std::asin(clamp01(s.eye_open * 1.02F / s.eye_radius)) + 0.5F * stance.gaze.y;
    const float closed = -std::asin(clamp01(s.eye_open / s.eye_radius));
    const Mat3 raise = rotation_z(-side * s.eye_tilt) * rotation_x(-mix(open, closed, stance.blink));
    const Transform lid = socket * scaled({raise, {}}, s.eye_radius * 1.055F);
    drawing.add(person.lid, lid, camera,
                {Material::skin, nullptr, person.colours.skin * Vec3{0.86F, 0.76F, 0.74F}, 0.08F, 0, true, 0});
    drawing.add(person.lash, lid, camera, {Material::plain, nullptr, {0.012F, 0.009F, 0.008F}, 0, 0, true, 0});
  }
}

int level_for(float texels_per_pixel) {
  return texels_per_pixel <= 1.0F ? 0 : static_cast<int>(std::lround(std::log2(texels_per_pixel)));
}

}  // namespace

Person sculpt(std::uint64_t seed) {
  const auto stream = [seed](std::uint64_t purpose) { return Random{combine(seed, purpose)}; };
  HeadShape head = head_shape(stream(1));
  HeadColours colours = head_colours(stream(2));
  const BodyShape body = body_shape(stream(3));
  head.neck = body.neck / body.head_scale;
  HeadMeshes fine = head_meshes(head, 0.1F, 0.028F);
  HeadMeshes coarse = head_meshes(head, 0.15F, 0.062F);
  Random extras = stream(4);
  const bool wears_glasses = extras.chance(0.25F);
  const Vec3 frame = extras.chance(0.5F)   ? Vec3{0.01F, 0.01F, 0.012F}
                     : extras.chance(0.5F) ? srgb(0x7A4B2A)
                                           : srgb(0x9AA0A8);
  Texture skin_texture = paint_skin(head, colours, fine.skin, 512);
  return {seed,
          head,
          colours,
          body,
          {std::move(fine), std::move(coarse)},
          {body_meshes(body, 0.017F), body_meshes(body, 0.032F)},
          ball(10, 18),
          lid_shell(),
          lash_line(0.025F + 0.05F * colours.lash),
          wears_glasses ? spectacles(head, extras) : Mesh{},
          frame,
          std::move(skin_texture),
          paint_hair(head, colours, 256),
          paint_eye(colours, 128),
          paint_top(body, 512),
          points_of(head)};
}

Transform head_place(const Person& person, const Skeleton& skeleton) {
  const Vec3 joint = joints_of(person.body)[static_cast<std::size_t>(Bone::head)];
  const float scale = person.body.head_scale;
  return skeleton[static_cast<std::size_t>(Bone::head)] * scaled({{}, joint - neck_pivot * scale}, scale);
}

void draw(const Person& person, const Stance& stance, const Camera& camera, Drawing& drawing) {
  const Skeleton skeleton = skeleton_of(person.body, stance);
  const Transform head = head_place(person, skeleton);
  const float depth = std::max(0.2F, -(camera.from_world * head.origin).z);
  const float pixels_per_unit = camera.focal / depth * person.body.head_scale;
  const std::size_t level = pixels_per_unit > 42.0F ? 0 : 1;
  // The skin's texture has 512 texels round a head of five units, 1.6 times denser in front.
  const int skin_level = level_for(165.0F / pixels_per_unit);
  const HeadMeshes& meshes = person.head_levels[level];
  const std::uint32_t base = drawing.add_vertices(meshes.skin.vertices, head, camera);
  const std::span triangles{meshes.skin.triangles};
  Part skin{Material::skin, &person.skin_texture, {1, 1, 1}, 0.1F, skin_level, true, 0};
  drawing.add_triangles(base, triangles.first(meshes.face_triangles), skin);
  skin.face = false;
  drawing.add_triangles(base, triangles.subspan(meshes.face_triangles), skin);
  draw_eyes(person, stance, head, camera, drawing, level_for(64.0F / person.head.eye_radius / pixels_per_unit));
  if (!meshes.hair.triangles.empty()) {
    drawing.add(meshes.hair, head, camera,
                {Material::hair, &person.hair_texture, {1, 1, 1}, 0.12F, level_for(80.0F / pixels_per_unit), false, 0});
  }
  if (!person.glasses.triangles.empty()) {
    drawing.add(person.glasses, head, camera, {Material::plain, nullptr, person.glasses_colour, 0.5F, 0, true, 0});
  }
  const BodyMeshes& body = person.body_levels[level];
  std::vector<Vertex> bent;
  const auto add = [&](const Skinned& part, const Part& look) {
    bend(part, skeleton, bent);
    drawing.add_triangles(drawing.add_vertices(bent, {}, camera), part.mesh.triangles, look);
  };
  const float pixels_per_metre = camera.focal / depth;
  add(body.top,
      {Material::cloth, &person.top_texture, {1, 1, 1}, 0.02F, level_for(512.0F / pixels_per_metre), false, 0});
  add(body.bottom, {Material::cloth, nullptr, person.body.bottom_colour, 0.02F, 0, false, 0});
  add(body.shoes, {Material::plain, nullptr, person.body.shoe_colour, 0.15F, 0, false, 0});
  add(body.skin, {Material::skin, nullptr, person.colours.skin, 0.08F, 0, false, 0});
}

HeadPose pose_seen(const Transform& head, const Camera& camera) {
  const Vec3 towards = normalized(camera.position() - head.origin);
  const Vec3 camera_up = times_transposed(camera.from_world.linear, {0, 1, 0});
  const Vec3 right = normalized(cross(camera_up, towards));
  const Vec3 up = cross(towards, right);
  const auto seen = [&](Vec3 v) { return normalized(Vec3{dot(v, right), dot(v, up), dot(v, towards)}); };
  const Vec3 forward = seen(head.linear.z);
  const Vec3 crown = seen(head.linear.y);
  const Vec3 level = normalized(cross({0, 1, 0}, forward));
  return {std::atan2(forward.x, forward.z) / degree, -std::asin(std::clamp(forward.y, -1.0F, 1.0F)) / degree,
          std::atan2(dot(crown, level), dot(crown, cross(forward, level))) / degree};
}

}  // namespace regard::cast
