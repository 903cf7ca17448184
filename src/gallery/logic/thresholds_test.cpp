#include "gallery/logic/thresholds.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gallery/gallery.h"

namespace regard::gallery {
namespace {

TEST(Thresholds, normal_quantiles_are_those_of_the_tables) {
  EXPECT_NEAR(normal_quantile(.5), 0, 1e-9);
  EXPECT_NEAR(normal_quantile(1e-2), 2.3263479, 1e-6);
  EXPECT_NEAR(normal_quantile(1e-4), 3.7190165, 1e-6);
  EXPECT_NEAR(normal_quantile(1e-9), 5.9978070, 1e-6);
}

TEST(Thresholds, measured_points_are_met_and_larger_galleries_ask_for_more) {
  const embed::TemplateVersion unknown{"some-network@01234567"};
  const embed::TemplateVersion known{"face-reidentification-retail-0095@d2ebc769"};
  for (const embed::TemplateVersion& version : {unknown, known}) {
    for (const TailPoint& point : tail_of(version.value))
      EXPECT_NEAR(threshold_for(version, point.fmr, 1), point.cosine, 1e-5);
  }
  EXPECT_LT(threshold_for(known, 1e-4, 1), threshold_for(unknown, 1e-4, 1));
  const embed::TemplateVersion joined{known.value + "+some-network@01234567"};
  EXPECT_EQ(threshold_for(joined, 1e-4, 1), threshold_for(unknown, 1e-4, 1));
  float last = 0;
  for (std::uint64_t size = 1; size <= 10'000'000; size *= 10) {
    const float threshold = threshold_for(unknown, 1e-4, size);
    EXPECT_GT(threshold, last);
    EXPECT_LT(threshold, 1);
    last = threshold;
  }
  EXPECT_EQ(threshold_for(unknown, 1e-4, 0), threshold_for(unknown, 1e-4, 1));
}

TEST(Thresholds, a_search_of_n_has_the_false_match_rate_of_one_comparison) {
  // With the tail taken as normal, n comparisons at the threshold for n must reach the rate that was asked for.
  const embed::TemplateVersion unknown{"some-network@01234567"};
  const std::span<const TailPoint> points = tail_of(unknown.value);
  const double deviation = (points[1].cosine - points[0].cosine) / (normal_quantile(1e-4) - normal_quantile(1e-2));
  const double mean = points[0].cosine - deviation * normal_quantile(1e-2);
  for (const std::uint64_t size : {1UL, 50UL, 10'000UL}) {
    const double threshold = threshold_for(unknown, 1e-3, size);
    const double each = .5 * std::erfc((threshold - mean) / deviation / std::sqrt(2.0));
    EXPECT_NEAR(1 - std::pow(1 - each, static_cast<double>(size)), 1e-3, 1e-5);
  }
}

}  // namespace
}  // namespace regard::gallery
