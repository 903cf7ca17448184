#include "measure.h"

#include <algorithm>
#include <cmath>

namespace regard::cast_quality {
namespace {

/// The best overlap of `box` with anything found; the index of that, or -1.
std::pair<float, int> best(const PixelBox& box, const std::vector<Seen>& seen) {
  std::pair<float, int> result{0.0F, -1};
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const float o = overlap(box, seen[i].box);
    if (o > result.first) result = {o, static_cast<int>(i)};
  }
  return result;
}

float point_error(const FacePoints& a, const FacePoints& b) {
  float sum = 0;
  for (std::size_t i = 0; i < 5; ++i)
    sum += std::hypot(a.in_order()[i].x - b.in_order()[i].x, a.in_order()[i].y - b.in_order()[i].y) / 5;
  return sum / std::max(1.0F, std::hypot(a.left_eye.x - a.right_eye.x, a.left_eye.y - a.right_eye.y));
}

}  // namespace

Found detectability(const cast::SceneOptions& scene, const Networks& networks, int pictures, int every, int longest) {
  cast::Stage stage{scene};
  Found result;
  for (int n = 0; n < pictures; ++n) {
    const cast::Rendering rendering = stage.render(static_cast<std::uint64_t>(n) * static_cast<std::uint64_t>(every));
    const BgrView view = rendering.picture.pixels().view();
    const std::vector<Seen> faces = networks.faces(view, longest, 0.6F);
    const std::vector<Seen> bodies = networks.bodies(view, 0.4F);
    for (const cast::ActorTruth& actor : rendering.truth.actors) {
      if (actor.face.width >= 40 && std::abs(actor.pose.yaw) <= 45 && std::abs(actor.pose.pitch) <= 45 &&
          actor.visible_face >= 0.8F) {
        ++result.faces;
        const auto [o, index] = best(actor.face, faces);
        if (o >= 0.35F) {
          ++result.faces_found;
          result.face_score += static_cast<double>(faces[static_cast<std::size_t>(index)].score);
          result.face_overlap += static_cast<double>(o);
          if (actor.points)
            result.point_error +=
                static_cast<double>(point_error(*actor.points, faces[static_cast<std::size_t>(index)].points));
        }
      }
      if (actor.visible_body >= 0.8F) {
        ++result.bodies;
        const float o = best(actor.body, bodies).first;
        if (o >= 0.5F) {
          ++result.bodies_found;
          result.body_overlap += static_cast<double>(o);
        }
      }
    }
  }
  return result;
}

Identity identity(std::uint64_t seed, int people, int views, const Networks& networks) {
  cast::SceneOptions options;
  options.kind = cast::SceneKind::portrait;
  options.size = {480, 480};
  options.frames_per_second = static_cast<double>(views) / 2.0;
  options.people = people;
  Identity result;
  std::vector<std::pair<int, std::array<float, 256>>> templates;
  // Scenes hold at most 32 people: further ones come from further seeds.
  constexpr int batch = 25;
  for (int first = 0; first < people; first += batch) {
    options.seed = seed + static_cast<std::uint64_t>(first / batch) * 1000;
    options.people = std::min(batch, people - first);
    cast::Stage stage{options};
    for (int n = 0; n < options.people * views; ++n) {
      const cast::Rendering rendering = stage.render(static_cast<std::uint64_t>(n));
      const BgrView view = rendering.picture.pixels().view();
      const std::vector<Seen> faces = networks.faces(view, 480, 0.5F);
      if (faces.empty())
        ++result.missed;
      else
        templates.emplace_back(first + n / views, networks.face_template(view, faces.front().points));
    }
  }
  std::vector<float> same, different;
  for (std::size_t i = 0; i < templates.size(); ++i) {
    for (std::size_t k = i + 1; k < templates.size(); ++k) {
      (templates[i].first == templates[k].first ? same : different)
          .push_back(cosine(templates[i].second, templates[k].second));
    }
  }
  std::sort(same.begin(), same.end());
  std::sort(different.begin(), different.end());
  const auto mean = [](const std::vector<float>& v) {
    double sum = 0;
    for (const float x : v) sum += static_cast<double>(x);
    return v.empty() ? 0.0 : sum / static_cast<double>(v.size());
  };
  result.same_mean = mean(same);
  result.different_mean = mean(different);
  if (!same.empty()) result.same_low = static_cast<double>(same[same.size() / 100]);
  if (!different.empty()) result.different_high = static_cast<double>(different[different.size() * 99 / 100]);
  result.same_pairs = static_cast<int>(same.size());
  result.different_pairs = static_cast<int>(different.size());
  return result;
}

}  // namespace regard::cast_quality
