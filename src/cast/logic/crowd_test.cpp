#include "cast/logic/crowd.h"

#include <gtest/gtest.h>

#include <set>

namespace regard::cast {
namespace {

TEST(Crowd, any_moment_can_be_asked_for_in_any_order) {
  Crowd forwards{5, std::vector<float>(6, 1.3F)};
  Crowd backwards{5, std::vector<float>(6, 1.3F)};
  std::vector<std::vector<Walker>> seen;
  for (std::int64_t step = 0; step <= 900; step += 90) seen.push_back(forwards.at(step));
  for (std::int64_t step = 900; step >= 0; step -= 90) {
    const std::vector<Walker>& again = backwards.at(step);
    for (std::size_t i = 0; i < again.size(); ++i) {
      EXPECT_EQ(again[i].place.x, seen[static_cast<std::size_t>(step / 90)][i].place.x) << "step " << step;
      EXPECT_EQ(again[i].heading, seen[static_cast<std::size_t>(step / 90)][i].heading);
    }
  }
}

TEST(Crowd, crossings_do_not_depend_on_the_order_of_asking) {
  Crowd forwards{3, std::vector<float>(8, 1.3F)};
  Crowd leaping{3, std::vector<float>(8, 1.3F)};
  (void)leaping.at(2000);
  (void)leaping.at(100);
  const auto a = forwards.crossings(0, 1500);
  const auto b = leaping.crossings(0, 1500);
  ASSERT_FALSE(a.empty());
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].step, b[i].step);
}

TEST(Crowd, everybody_who_comes_in_goes_out_again) {
  Crowd crowd{11, std::vector<float>(5, 1.3F)};
  std::map<std::size_t, int> inside;
  std::set<std::size_t> seen;
  for (const CrowdCrossing& c : crowd.crossings(0, 6000)) {
    seen.insert(c.walker);
    inside[c.walker] += std::string{c.direction} == "in" ? 1 : -1;
    EXPECT_LE(std::abs(inside[c.walker]), 1) << "walker " << c.walker << " at step " << c.step;
  }
  EXPECT_EQ(seen.size(), 5U);
}

TEST(Crowd, people_keep_out_of_each_other) {
  Crowd crowd{2, std::vector<float>(6, 1.3F)};
  int close = 0;
  int pairs = 0;
  for (std::int64_t step = 0; step < 3000; ++step) {
    const auto& walkers = crowd.at(step);
    for (std::size_t i = 0; i < walkers.size(); ++i) {
      for (std::size_t k = i + 1; k < walkers.size(); ++k) {
        if (walkers[i].doing == Walker::Doing::away || walkers[k].doing == Walker::Doing::away) continue;
        ++pairs;
        close += length(walkers[i].place - walkers[k].place) < 0.3F ? 1 : 0;
      }
    }
  }
  EXPECT_GT(pairs, 1000);
  EXPECT_LT(close, pairs / 100) << "bodies are half a metre wide";
}

}  // namespace
}  // namespace regard::cast
