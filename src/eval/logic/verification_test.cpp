#include "eval/verification.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace regard::eval {
namespace {

constexpr std::uint32_t seed = 7;

std::vector<Comparison> random_comparisons(std::mt19937& random, int count) {
  std::normal_distribution<float> mated{0.6F, 0.15F};
  std::normal_distribution<float> other{0.1F, 0.15F};
  std::vector<Comparison> result;
  for (int i = 0; i < count; ++i) {
    const bool is_mated = random() % 2 == 0;
    // Scores rounded to hundredths tie often; some are missing.
    const float score = std::round(100 * (is_mated ? mated(random) : other(random))) / 100;
    result.push_back({random() % 50 == 0 ? std::nullopt : std::optional{score}, is_mated});
  }
  return result;
}

/// Rates counted one by one.
std::pair<double, double> rates_at(std::span<const Comparison> comparisons, float threshold) {
  double mated = 0;
  double other = 0;
  double false_matches = 0;
  double false_non_matches = 0;
  for (const Comparison& one : comparisons) {
    const bool match = one.score.has_value() && *one.score >= threshold;
    if (one.mated) {
      mated += 1;
      false_non_matches += match ? 0 : 1;
    } else {
      other += 1;
      false_matches += match ? 1 : 0;
    }
  }
  return {false_matches / other, false_non_matches / mated};
}

TEST(Verification, figures_of_six_comparisons_worked_by_hand) {
  const std::vector<Comparison> six{{0.9F, true},  {0.8F, true},  {0.3F, true},
                                    {0.4F, false}, {0.2F, false}, {std::nullopt, false}};
  // At .5: .9 and .8 accepted, .3 wrongly refused, nothing wrongly accepted.
  EXPECT_DOUBLE_EQ(accuracy(six, 0.5F).value, 5.0 / 6);
  // Five of six are right from .2 to .3 (one false match) and from .4 to .8; the latter gap is wider.
  EXPECT_NEAR(best_threshold(six), 0.6F, 1e-6);
  // FNMR is 0 up to .3 and 1/3 above it up to .8; FMR is 1/3 above .2 and up to .4: they meet at .4.
  EXPECT_NEAR(equal_error_rate(det_curve(six)), 1.0 / 3, 1e-12);
  const OperatingPoint none = operating_point(six, 0.01);
  EXPECT_GT(none.threshold, 0.4F);
  EXPECT_LT(none.threshold, 0.41F);
  EXPECT_DOUBLE_EQ(none.tar.value, 2.0 / 3);
  EXPECT_FALSE(none.supported);
  const OperatingPoint third = operating_point(six, 0.34);
  EXPECT_DOUBLE_EQ(third.tar.value, 1.0);
  EXPECT_DOUBLE_EQ(third.fmr.value, 1.0 / 3);
  EXPECT_TRUE(third.supported);
}

TEST(Verification, curve_holds_every_point_that_counting_one_by_one_gives) {
  std::mt19937 random{seed};
  for (int round = 0; round < 20; ++round) {
    const auto comparisons = random_comparisons(random, 200);
    const auto curve = det_curve(comparisons);
    ASSERT_FALSE(curve.empty());
    for (const DetPoint& point : curve) {
      const auto [fmr, fnmr] = rates_at(comparisons, point.threshold);
      EXPECT_DOUBLE_EQ(point.fmr, fmr);
      EXPECT_DOUBLE_EQ(point.fnmr, fnmr);
    }
    EXPECT_EQ(curve.back().fmr, 0);
    EXPECT_EQ(curve.back().fnmr, 1);
  }
}

TEST(Verification, no_threshold_is_more_accurate_than_the_best) {
  std::mt19937 random{seed};
  for (int round = 0; round < 50; ++round) {
    const auto comparisons = random_comparisons(random, 100);
    const double best = accuracy(comparisons, best_threshold(comparisons)).value;
    double most = 0;
    for (int step = -100; step <= 200; ++step) {
      // Halfway between the hundredths, where no score lies.
      most = std::max(most, accuracy(comparisons, (static_cast<float>(step) + 0.5F) / 100).value);
    }
    EXPECT_DOUBLE_EQ(best, most);
  }
}

TEST(Verification, operating_point_accepts_most_of_all_thresholds_with_that_rate) {
  std::mt19937 random{seed};
  for (int round = 0; round < 50; ++round) {
    const auto comparisons = random_comparisons(random, 300);
    for (const double wanted : {0.0, 0.01, 0.05, 0.3, 1.0}) {
      const OperatingPoint point = operating_point(comparisons, wanted);
      EXPECT_LE(point.fmr.value, wanted + 1e-12);
      for (int step = -100; step <= 200; ++step) {
        const auto [fmr, fnmr] = rates_at(comparisons, (static_cast<float>(step) + 0.5F) / 100);
        if (fmr <= wanted) {
          EXPECT_LE(1 - fnmr, point.tar.value + 1e-12);
        }
      }
    }
  }
}

TEST(Verification, nothing_to_compare_gives_no_figures) {
  EXPECT_TRUE(det_curve({}).empty());
  EXPECT_EQ(equal_error_rate({}), 0);
  EXPECT_EQ(best_threshold({}), 0);
  EXPECT_EQ(accuracy({}, 0.5F).high, 1);
  const std::vector<Comparison> failed{{std::nullopt, true}, {std::nullopt, false}};
  EXPECT_TRUE(det_curve(failed).empty());
  EXPECT_EQ(operating_point(failed, 0.1).tar.value, 0);
}

TEST(Differential, calls_out_a_group_only_when_its_interval_is_above_the_bound) {
  std::vector<GroupComparison> pairs;
  const auto add = [&](const std::string& group, int matches, int misses) {
    for (int i = 0; i < matches; ++i) pairs.push_back({{0.9F, true}, group});
    for (int i = 0; i < misses; ++i) pairs.push_back({{0.1F, true}, group});
    for (int i = 0; i < matches; ++i) pairs.push_back({{0.0F, false}, group});
  };
  add("a", 990, 10);
  add("b", 900, 100);
  const Differential big = differential(pairs, 0.5F);
  EXPECT_DOUBLE_EQ(big.fnmr.value, 110.0 / 2000);
  EXPECT_DOUBLE_EQ(big.groups.at("b").fnmr.value, 0.1);
  EXPECT_TRUE(big.groups.at("a").within);
  EXPECT_FALSE(big.groups.at("b").within);  // .1, at least .083, against 1.25 * .055 = .069
  EXPECT_FALSE(big.within);

  pairs.clear();
  add("a", 99, 1);
  add("b", 97, 3);  // .03, at least .01, against 1.25 * .02 = .025: too few pairs to tell
  EXPECT_TRUE(differential(pairs, 0.5F).within);
}

TEST(Attacks, figures_of_a_handful_worked_by_hand) {
  const std::vector<std::optional<float>> live{0.9F, 0.8F, 0.4F, std::nullopt};
  const AttackFigures figures =
      score_attacks(live, {{"print", {0.1F, 0.6F}}, {"screen", {0.1F, 0.2F, 0.3F, std::nullopt}}}, 0.5F);
  EXPECT_DOUBLE_EQ(figures.bpcer.value, 0.5);
  EXPECT_DOUBLE_EQ(figures.apcer.at("print").value, 0.5);
  EXPECT_DOUBLE_EQ(figures.apcer.at("screen").value, 0.0);
  EXPECT_DOUBLE_EQ(figures.apcer_worst, 0.5);
  EXPECT_DOUBLE_EQ(figures.acer, 0.5);
}

TEST(Pairs, reads_blanks_and_tabs_and_names_the_line_that_is_wrong) {
  const auto rows = parse_pairs("a/1.jpg  a/2.jpg 1\r\n\nb c/1.jpg\td.jpg\t0\n", "pairs.txt");
  ASSERT_TRUE(rows) << rows.error().message();
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[0].second, "a/2.jpg");
  EXPECT_TRUE((*rows)[0].mated);
  EXPECT_EQ((*rows)[1].first, "b c/1.jpg");
  EXPECT_FALSE((*rows)[1].mated);
  for (const char* bad : {"", "a b", "a b 2", "a b 1 1", "\tb\t1"}) {
    const auto refused = parse_pairs(std::string{"x y 1\n"} + bad, "pairs.txt");
    if (*bad == '\0') continue;
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().kind, ErrorKind::corrupt);
    EXPECT_NE(refused.error().message().find("line 2"), std::string::npos) << refused.error().message();
  }
  EXPECT_FALSE(parse_pairs("", "pairs.txt"));
}

TEST(Pairs, groups_give_every_picture_one_group) {
  const auto groups = parse_groups("a.jpg x\nb.jpg y\na.jpg x\n", "groups.txt");
  ASSERT_TRUE(groups);
  EXPECT_EQ(groups->at("b.jpg"), "y");
  EXPECT_FALSE(parse_groups("a.jpg x\na.jpg y\n", "groups.txt"));
  EXPECT_FALSE(parse_groups("a.jpg\n", "groups.txt"));
}

TEST(DetPlot, writes_every_point_and_closes_its_elements) {
  const std::vector<DetPoint> curve{{0.1F, 0.5, 0.0}, {0.2F, 0.01, 0.02}, {0.3F, 0, 1}};
  EXPECT_EQ(det_csv(curve), "threshold,fmr,fnmr\n0.1,0.5,0\n0.2,0.01,0.02\n0.3,0,1\n");
  const std::string svg = det_svg(curve, "a < b & c");
  EXPECT_TRUE(svg.starts_with("<svg"));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_NE(svg.find("a &lt; b &amp; c"), std::string::npos);
  for (const char* const broken : {"Mnan", "Hnan", "Vnan", "inf"}) EXPECT_EQ(svg.find(broken), std::string::npos);
  // FMR .01 is three of five decades from the left, FNMR 1 is at the top.
  EXPECT_NE(svg.find("H310.0"), std::string::npos);
  EXPECT_NE(svg.find("V50.0"), std::string::npos);
}

}  // namespace
}  // namespace regard::eval
