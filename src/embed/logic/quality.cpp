#include "embed/logic/quality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

namespace regard::embed {
namespace {

constexpr float open_end = std::numeric_limits<float>::infinity();

struct Limits {
  float least;
  float most;
};

/// For references and for probes. Measured at enrolment: of good synthetic portraits none is beyond these limits, of 78
/// photographs (60 training images of LFW View 1, 18 portraits) the 2 % least sharp and three turned ones, apart from
/// LFW's size of 35 to 55 pixels between the eyes. Made worse on purpose: docs/numbers.md.
struct Limit {
  Limits enrolment;
  Limits probe;
  [[nodiscard]] Limits of(Strictness strictness) const {
    return strictness == Strictness::enrolment ? enrolment : probe;
  }
};
constexpr Limit sharpness{{0.6F, open_end}, {0.3F, open_end}};
constexpr Limit brightness{{50, 215}, {30, 235}};
constexpr Limit contrast{{14, open_end}, {8, open_end}};
constexpr Limit eye_distance{{60, open_end}, {24, open_end}};
constexpr Limit yaw{{-30, 30}, {-50, 50}};
constexpr Limit pitch{{-30, 30}, {-45, 45}};
constexpr Limit roll{{-20, 20}, {-45, 45}};
constexpr Limit occlusion{{-open_end, 0.3F}, {-open_end, 0.45F}};
// Synthetic faces score lower (.29 to .56) than photographs (.52 to .61); covered ones .10 to .34.
constexpr Limit network{{0.25F, open_end}, {0.12F, open_end}};

std::string whole(float value) { return std::to_string(std::lround(value)); }
std::string percent(float value) { return whole(100 * value) + " %"; }

std::string degrees_of(float value, float most) { return whole(std::abs(value)) + " degrees, at most " + whole(most); }

std::string advise(const std::string& name, float value, const Limits& limits) {
  const bool too_low = value < limits.least;
  if (name == "sharpness") return "hold still and focus: " + percent(value / limits.least) + " of the sharpness needed";
  if (name == "brightness") {
    return too_low ? "more light on the face: brightness " + whole(value) + " of at least " + whole(limits.least)
                   : "less light on the face: brightness " + whole(value) + " of at most " + whole(limits.most);
  }
  if (name == "contrast")
    return "light from one side, no haze: contrast " + whole(value) + " of " + whole(limits.least);
  if (name == "eye_distance") {
    return "move closer: " + whole(std::floor(value)) + " of " + whole(limits.least) + " pixels between the eyes";
  }
  if (name == "yaw") {
    return std::string{"turn the head to "} + (value > 0 ? "your right" : "your left") + ": " +
           degrees_of(value, limits.most);
  }
  if (name == "pitch") {
    return std::string{"look "} + (value > 0 ? "up" : "down") + ": " + degrees_of(value, limits.most);
  }
  if (name == "roll") return "hold the head upright: tilted by " + degrees_of(value, limits.most);
  if (name == "occlusion")
    return "uncover the face: " + percent(value) + " of it hidden, at most " + percent(limits.most);
  return "take another picture: the network gives it " + percent(value) + ", at least " + percent(limits.least);
}

}  // namespace

float margin_of(const QualityComponent& component) {
  const auto share = [](float distance, float limit) {
    return std::isfinite(limit) ? distance / std::max(std::abs(limit), 1e-6F) : open_end;
  };
  return std::min(share(component.value - component.least, component.least),
                  share(component.most - component.value, component.most));
}

Quality assess(const Measures& measures, Strictness strictness) {
  Quality quality;
  const auto add = [&](const char* name, float value, const Limit& limit) {
    const Limits limits = limit.of(strictness);
    QualityComponent component{name, value, limits.least, limits.most, ""};
    if (!component.acceptable()) component.advice = advise(name, value, limits);
    quality.components.push_back(std::move(component));
  };
  add("sharpness", measures.sharpness, sharpness);
  add("brightness", measures.brightness, brightness);
  add("contrast", measures.contrast, contrast);
  add("eye_distance", measures.eye_distance, eye_distance);
  if (measures.yaw) add("yaw", *measures.yaw, yaw);
  if (measures.pitch) add("pitch", *measures.pitch, pitch);
  add("roll", measures.roll, roll);
  add("occlusion", measures.occlusion, occlusion);
  if (measures.network) add("network", *measures.network, network);
  float worst = 1;
  for (const QualityComponent& component : quality.components) worst = std::min(worst, margin_of(component));
  quality.unified = std::clamp(50 + 50 * worst, 0.0F, 100.0F);
  return quality;
}

bool Quality::acceptable() const {
  return std::all_of(components.begin(), components.end(), [](const QualityComponent& c) { return c.acceptable(); });
}

std::string Quality::advice() const {
  std::vector<const QualityComponent*> failed;
  for (const QualityComponent& component : components) {
    if (!component.acceptable()) failed.push_back(&component);
  }
  std::stable_sort(failed.begin(), failed.end(),
                   [](const auto* a, const auto* b) { return margin_of(*a) < margin_of(*b); });
  std::string text;
  for (const QualityComponent* component : failed) text += (text.empty() ? "" : "; ") + component->advice;
  return text;
}

float occlusion_of(const BgrImage& aligned) {
  CHECK(aligned.width() == 112 && aligned.height() == 112);
  // Cells inside the oval of the face in ArcFace's crop.
  constexpr int cell = 8;
  constexpr float centre_x = 56;
  constexpr float centre_y = 66;
  constexpr float radius_x = 36;
  constexpr float radius_y = 46;
  // Distance in blue and red difference (ITU-R BT.601) and, four times weaker, in luma: skin under one light varies by
  // a third of it.
  constexpr float far_off = 22;
  constexpr float luma_weight = 0.25F;
  std::vector<std::array<float, 3>> colours;
  for (int top = 0; top + cell <= 112; top += cell) {
    for (int left = 0; left + cell <= 112; left += cell) {
      const float x = (static_cast<float>(left) + cell / 2.0F - centre_x) / radius_x;
      const float y = (static_cast<float>(top) + cell / 2.0F - centre_y) / radius_y;
      if (x * x + y * y > 1) continue;
      std::array<float, 3> sum{};
      for (int row = top; row < top + cell; ++row) {
        for (int column = left; column < left + cell; ++column) {
          for (std::size_t c = 0; c < 3; ++c) sum[c] += static_cast<float>(aligned.at(column, row)[c]) / (cell * cell);
        }
      }
      const float luma = 0.114F * sum[0] + 0.587F * sum[1] + 0.299F * sum[2];
      colours.push_back({0.564F * (sum[0] - luma), 0.713F * (sum[2] - luma), luma_weight * luma});
    }
  }
  std::array<float, 3> median{};
  for (std::size_t c = 0; c < 3; ++c) {
    std::vector<float> values;
    values.reserve(colours.size());
    for (const auto& colour : colours) values.push_back(colour[c]);
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    median[c] = values[values.size() / 2];
  }
  const auto other = std::count_if(colours.begin(), colours.end(), [&](const std::array<float, 3>& colour) {
    return std::hypot(colour[0] - median[0], colour[1] - median[1], colour[2] - median[2]) > far_off;
  });
  return static_cast<float>(other) / static_cast<float>(colours.size());
}

float roll_of(const FacePoints& points) {
  return std::atan2(points.left_eye.y - points.right_eye.y, points.left_eye.x - points.right_eye.x) * 180 /
         std::numbers::pi_v<float>;
}

float eye_distance_of(const FacePoints& points) {
  return std::hypot(points.left_eye.x - points.right_eye.x, points.left_eye.y - points.right_eye.y);
}

}  // namespace regard::embed
