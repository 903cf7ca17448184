#include "embed/logic/align.h"

#include <algorithm>
#include <cmath>

namespace regard::embed {
namespace {

// Points nearer to each other than this are one point: no face network finds a face of a hundredth of a pixel.
constexpr float least_spread = 1e-4F;

PixelPoint mean_of(const FivePoints& points) {
  PixelPoint sum;
  for (const PixelPoint& p : points) sum = {sum.x + p.x, sum.y + p.y};
  return {sum.x / 5, sum.y / 5};
}

}  // namespace

float Similarity::scale() const { return std::hypot(a, b); }

Similarity Similarity::inverse() const {
  const float square = a * a + b * b;
  CHECK(square > 0);
  const Similarity back{a / square, -b / square, 0, 0};
  const PixelPoint shift = back({x0, y0});
  return {back.a, back.b, -shift.x, -shift.y};
}

std::optional<Similarity> align(const FivePoints& from, const FivePoints& to) {
  const PixelPoint from_mean = mean_of(from);
  const PixelPoint to_mean = mean_of(to);
  float along = 0;
  float across = 0;
  float spread = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const PixelPoint f{from[i].x - from_mean.x, from[i].y - from_mean.y};
    const PixelPoint t{to[i].x - to_mean.x, to[i].y - to_mean.y};
    along += f.x * t.x + f.y * t.y;
    across += f.x * t.y - f.y * t.x;
    spread += f.x * f.x + f.y * f.y;
  }
  if (!std::isfinite(spread) || !std::isfinite(along) || !std::isfinite(across) || spread < least_spread) return {};
  Similarity result{along / spread, across / spread, 0, 0};
  if (!(result.scale() > 0)) return {};
  const PixelPoint moved = result(from_mean);
  result.x0 = to_mean.x - moved.x;
  result.y0 = to_mean.y - moved.y;
  return result;
}

Crop plan_crop(const Similarity& to_input, int side) {
  CHECK(side > 0);
  const Similarity back = to_input.inverse();
  const auto last = static_cast<float>(side - 1);
  float left = INFINITY;
  float top = INFINITY;
  float right = -INFINITY;
  float bottom = -INFINITY;
  for (const PixelPoint corner : {PixelPoint{0, 0}, PixelPoint{last, 0}, PixelPoint{0, last}, PixelPoint{last, last}}) {
    const PixelPoint p = back(corner);
    left = std::min(left, p.x);
    top = std::min(top, p.y);
    right = std::max(right, p.x);
    bottom = std::max(bottom, p.y);
  }
  // Bilinear interpolation looks at one neighbour on each side.
  const float step = 1 / std::min(1.0F, 2 * to_input.scale());  // pixels of the picture for one of the cut
  left = std::floor(left - step);
  top = std::floor(top - step);
  const float across = std::ceil((right - left) / step) + 2;
  const float down = std::ceil((bottom - top) / step) + 2;
  // Centre of the cut's pixel (x, y) in the picture: left + (x + .5) * step - .5.
  const PixelPoint origin = to_input({left + step / 2 - 0.5F, top + step / 2 - 0.5F});
  return {{left, top, across * step, down * step},
          {static_cast<int>(across), static_cast<int>(down)},
          {to_input.a * step, to_input.b * step, origin.x, origin.y}};
}

const FivePoints& retail_template() {
  // Open Model Zoo, face_recognition_demo, landmarks_detector: fractions of the side, times 128.
  static constexpr float s = 128;
  static constexpr FivePoints points{{{.31556875F * s, .46157411F * s},
                                      {.68262292F * s, .46157411F * s},
                                      {.50026250F * s, .64050536F * s},
                                      {.34947188F * s, .82469196F * s},
                                      {.65343646F * s, .82469196F * s}}};
  return points;
}

const FivePoints& arcface_template() {
  // InsightFace, face_align.py: arcface_src.
  static constexpr FivePoints points{
      {{38.2946F, 51.6963F}, {73.5318F, 51.5014F}, {56.0252F, 71.7366F}, {41.5493F, 92.3655F}, {70.7299F, 92.2041F}}};
  return points;
}

const FivePoints& descriptor_template() {
  // Where five points lie in dlib's 150-pixel chips on average; chosen when the network was tried
  // (models/face-descriptor.toml).
  static constexpr FivePoints points{{{47.7F, 47.1F}, {100.3F, 47.1F}, {74, 82}, {53, 112}, {95, 112}}};
  return points;
}

FivePoints tightened(const FivePoints& points, int side, float factor) {
  const float middle = static_cast<float>(side - 1) / 2;
  FivePoints result = points;
  for (PixelPoint& p : result) p = {middle + (p.x - middle) * factor, middle + (p.y - middle) * factor};
  return result;
}

}  // namespace regard::embed
