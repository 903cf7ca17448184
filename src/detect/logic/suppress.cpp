#include "detect/logic/suppress.h"

#include <algorithm>

namespace regard::detect {
namespace {

// A part that lies in a kept detection by more than this is taken for a part of the same thing.
constexpr float same_thing = 0.5F;

bool is_duplicate(const RegionDetection& candidate, const Detection& kept, float threshold) {
  const Detection& one = candidate.detection;
  if (one.kind != kept.kind || one.object != kept.object) return false;
  const float common = intersect(one.box, kept.box).area();
  if (common <= 0) return false;
  const float area = one.box.area();
  return common > threshold * (area + kept.box.area() - common) || (candidate.cut && common > same_thing * area);
}

}  // namespace

std::vector<Detection> merge_regions(std::vector<RegionDetection> detections, float threshold) {
  std::stable_sort(detections.begin(), detections.end(), [](const RegionDetection& a, const RegionDetection& b) {
    if (a.cut != b.cut) return b.cut;
    return a.detection.score > b.detection.score;
  });
  std::vector<Detection> kept;
  for (const RegionDetection& candidate : detections) {
    const bool duplicate = std::any_of(
        kept.begin(), kept.end(), [&](const Detection& better) { return is_duplicate(candidate, better, threshold); });
    if (!duplicate) kept.push_back(candidate.detection);
  }
  std::stable_sort(kept.begin(), kept.end(), [](const Detection& a, const Detection& b) { return a.score > b.score; });
  return kept;
}

std::vector<Detection> suppress(const std::vector<Detection>& detections, float threshold) {
  std::vector<RegionDetection> whole;
  whole.reserve(detections.size());
  for (const Detection& detection : detections) whole.push_back({detection, false});
  return merge_regions(std::move(whole), threshold);
}

}  // namespace regard::detect
