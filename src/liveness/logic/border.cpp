#include "liveness/logic/border.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace regard::liveness {
namespace {

// Shares of the side of what is looked at. The face is a fifth of it, about the middle.
constexpr float inner = 0.12F;  // from the centre to the nearest possible edge: just outside the face
constexpr float outer = 0.48F;
constexpr float along_from = 0.32F;  // an edge is followed beside the face and somewhat beyond it
constexpr float along_to = 0.68F;
constexpr float steepest = 0.16F;  // sideways per step along: ten degrees of roll
// A step in brightness smaller than this is no edge: noise of a good camera is below 5 after shrinking.
constexpr int least_step = 9;

/// Brightness steps across columns, laid out so that one edge runs along increasing `s`.
struct Steps {
  int side = 0;
  std::vector<int> values;  // [s * side + t]
  [[nodiscard]] int at(int s, int t) const {
    return values[static_cast<std::size_t>(s) * static_cast<std::size_t>(side) + static_cast<std::size_t>(t)];
  }
};

enum class Run { down, across };

/// Differences of the means of two pixels on each side of the line between t - 1 and t.
Steps steps_of(const GreyImage& image, Run run) {
  Steps steps{image.width(), std::vector<int>(image.bytes().size())};
  const auto pixel = [&](int s, int t) {
    return static_cast<int>(run == Run::down ? *image.at(t, s) : *image.at(s, t));
  };
  for (int s = 0; s < steps.side; ++s) {
    for (int t = 2; t + 1 < steps.side; ++t) {
      const int step = pixel(s, t) + pixel(s, t + 1) - pixel(s, t - 1) - pixel(s, t - 2);
      steps.values[static_cast<std::size_t>(s) * static_cast<std::size_t>(steps.side) + static_cast<std::size_t>(t)] =
          step / 2;
    }
  }
  return steps;
}

/// The share of the way from `begin` to `end` on which the line from t0 to t1 lies on a step of one direction.
float followed(const Steps& steps, int begin, int end, float t0, float t1) {
  int up = 0;
  int down = 0;
  for (int s = begin; s < end; ++s) {
    const float t = t0 + (t1 - t0) * static_cast<float>(s - begin) / static_cast<float>(end - 1 - begin);
    const int at = static_cast<int>(std::lround(t));
    // One pixel of play: sheets bend.
    int most = 0;
    for (int u = at - 1; u <= at + 1; ++u) {
      const int step = steps.at(s, u);
      if (std::abs(step) > std::abs(most)) most = step;
    }
    if (most >= least_step) ++up;
    if (most <= -least_step) ++down;
  }
  return static_cast<float>(std::max(up, down)) / static_cast<float>(end - begin);
}

/// A stretch of whole pixels, `end` not included.
struct Stretch {
  int begin = 0;
  int end = 0;
  [[nodiscard]] int length() const { return std::max(0, end - begin); }
};
Stretch common(Stretch a, Stretch b) { return {std::max(a.begin, b.begin), std::min(a.end, b.end)}; }

constexpr auto middle = border_side / 2;
constexpr auto near_edge = static_cast<int>(inner * border_side);
constexpr auto far_edge = static_cast<int>(outer * border_side);
constexpr Stretch before{middle - far_edge, middle - near_edge};
constexpr Stretch behind{middle + near_edge, middle + far_edge};
constexpr Stretch beside{static_cast<int>(along_from * border_side), static_cast<int>(along_to* border_side)};

/// The best edge with its ends in `where`; it runs along `seen_s` as far as the picture goes.
float best_line(const Steps& steps, Stretch where, Stretch seen_s, Stretch seen_t) {
  // A step looks two pixels to each side, and one pixel of play.
  const Stretch range = common(where, {seen_t.begin + 4, seen_t.end - 4});
  const Stretch along = common(beside, {seen_s.begin + 1, seen_s.end - 1});
  // Short edges are everywhere.
  if (2 * along.length() < beside.length()) return 0;
  const auto lean = static_cast<int>(steepest * static_cast<float>(along.length()));
  float best = 0;
  for (int t0 = range.begin; t0 < range.end; ++t0) {
    for (int t1 = std::max(range.begin, t0 - lean); t1 <= std::min(range.end - 1, t0 + lean); ++t1) {
      best = std::max(best, followed(steps, along.begin, along.end, static_cast<float>(t0), static_cast<float>(t1)));
    }
  }
  return best;
}

}  // namespace

std::array<float, 4> straight_sides(const GreyImage& around, const PixelBox& seen) {
  CHECK(around.width() == border_side && around.height() == border_side);
  const PixelBox inside = clip(seen, around.size());
  const Stretch columns{static_cast<int>(std::ceil(inside.x)), static_cast<int>(std::floor(inside.right()))};
  const Stretch rows{static_cast<int>(std::ceil(inside.y)), static_cast<int>(std::floor(inside.bottom()))};
  const Steps vertical = steps_of(around, Run::down);
  const Steps horizontal = steps_of(around, Run::across);
  return {best_line(vertical, before, rows, columns), best_line(vertical, behind, rows, columns),
          best_line(horizontal, before, columns, rows), best_line(horizontal, behind, columns, rows)};
}

float border_of(const std::array<float, 4>& sides) {
  std::array<float, 4> falling = sides;
  std::sort(falling.rbegin(), falling.rend());
  return falling[2];
}

}  // namespace regard::liveness
