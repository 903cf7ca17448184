#include "gallery/logic/thresholds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>

#include "gallery/gallery.h"

namespace regard::gallery {
namespace {

// Where the figures come from, network by network. `awk -f bench/strangers.awk` makes a million pairs of different
// people from the 3,443 pictures named in LFW's View 1 training pairs, `regard eval verify --pairs` scores them; the
// test pairs of View 1 were not looked at. LFW is skewed in whom it shows: a site does well to run `regard calibrate`.

/// Until a network was measured: scores of strangers taken as normal with mean .05 and deviation .12, at 1e-2 and 1e-4.
/// That is wider than face-reidentification-retail-0095 below and therefore errs to the strict side.
constexpr std::array<TailPoint, 2> cautious{{{1e-2, .329}, {1e-4, .496}}};

/// face-reidentification-retail-0095@d2ebc769. Ten pairs stand behind the last point.
constexpr std::array<TailPoint, 4> retail{{{1e-2, .241}, {1e-3, .343}, {1e-4, .429}, {1e-5, .496}}};

const std::map<std::string, std::span<const TailPoint>, std::less<>>& tails() {
  static const std::map<std::string, std::span<const TailPoint>, std::less<>> all{
      {"face-reidentification-retail-0095", retail},
  };
  return all;
}

/// "a@12345678+b@87654321" without its digests: "a+b".
std::string names_of(std::string_view version) {
  std::string names;
  bool digest = false;
  for (const char letter : version) {
    if (letter == '@') digest = true;
    if (letter == '+') digest = false;
    if (!digest) names += letter;
  }
  return names;
}

}  // namespace

std::span<const TailPoint> tail_of(std::string_view version) {
  const auto known = tails().find(names_of(version));
  return known == tails().end() ? std::span<const TailPoint>{cautious} : known->second;
}

double normal_quantile(double upper) {
  // Bisection on the complementary error function: slow, exact to twelve digits, and called once for a search.
  double low = -40;
  double high = 40;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(middle / std::sqrt(2.0)) > upper ? low : high) = middle;
  }
  return (low + high) / 2;
}

float threshold_for(const embed::TemplateVersion& version, double fmr, std::uint64_t size) {
  // 1 - (1 - f)^N = fmr, solved for f without losing digits.
  const double whole = std::clamp(fmr, 1e-12, .5);
  const double each = -std::expm1(std::log1p(-whole) / static_cast<double>(std::max<std::uint64_t>(size, 1)));
  // Straight lines between and beyond the measured points, where the share is drawn as a normal quantile: exact when
  // the scores are normal, and beyond the last point the only way to say anything at all.
  const std::span<const TailPoint> points = tail_of(version.value);
  std::size_t right = 1;
  while (right + 1 < points.size() && points[right].fmr > each) ++right;
  const double from = normal_quantile(points[right - 1].fmr);
  const double to = normal_quantile(points[right].fmr);
  const double share = (normal_quantile(each) - from) / (to - from);
  const double cosine = points[right - 1].cosine + share * (points[right].cosine - points[right - 1].cosine);
  return static_cast<float>(std::clamp(cosine, -1.0, .999));
}

}  // namespace regard::gallery
