#include "track/assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace regard::track {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// The smallest total of all ways to pair rows with columns or leave them alone.
double brute_force(const std::vector<float>& costs, int rows, int columns, float unpaired, int row = 0,
                   unsigned used = 0) {
  if (row == rows) return 0;
  double best = unpaired + brute_force(costs, rows, columns, unpaired, row + 1, used);
  for (int c = 0; c < columns; ++c) {
    const float cost = costs[static_cast<std::size_t>(row * columns + c)];
    if ((used >> c & 1U) != 0 || std::isinf(cost)) continue;
    best = std::min(best, cost + brute_force(costs, rows, columns, unpaired, row + 1, used | 1U << c));
  }
  return best;
}

double total(const std::vector<float>& costs, int columns, float unpaired, const std::vector<int>& chosen) {
  double sum = 0;
  for (std::size_t r = 0; r < chosen.size(); ++r) {
    sum +=
        chosen[r] < 0 ? unpaired : costs[r * static_cast<std::size_t>(columns) + static_cast<std::size_t>(chosen[r])];
  }
  return sum;
}

TEST(Assign, is_as_cheap_as_trying_everything) {
  std::mt19937 random{5};
  for (int round = 0; round < 3000; ++round) {
    const int rows = static_cast<int>(random() % 6);
    const int columns = static_cast<int>(random() % 7);
    std::uniform_real_distribution<float> value{-1, 3};
    std::vector<float> costs(static_cast<std::size_t>(rows * columns));
    for (float& cost : costs) cost = random() % 4 == 0 ? infinity : value(random);
    if (round % 5 == 0) {
      for (float& cost : costs) cost = std::round(cost);  // ties
    }
    const float unpaired = value(random);
    const auto chosen = assign(costs, rows, columns, unpaired);
    ASSERT_EQ(chosen.size(), static_cast<std::size_t>(rows));
    std::vector<int> used;
    for (const int c : chosen) {
      if (c >= 0) used.push_back(c);
    }
    std::sort(used.begin(), used.end());
    ASSERT_TRUE(std::adjacent_find(used.begin(), used.end()) == used.end())
        << "a column was used twice, round " << round;
    ASSERT_NEAR(total(costs, columns, unpaired, chosen), brute_force(costs, rows, columns, unpaired), 1e-4)
        << "round " << round;
  }
}

TEST(Assign, prefers_the_common_good_to_the_best_single_pair) {
  EXPECT_EQ(assign(std::vector<float>{1, 2, 1, 10}, 2, 2, 100), (std::vector<int>{1, 0}));
}

TEST(Assign, leaves_alone_what_is_forbidden_or_too_dear) {
  EXPECT_EQ(assign(std::vector<float>{infinity, 5}, 1, 2, 4), (std::vector<int>{-1}));
  EXPECT_EQ(assign(std::vector<float>{}, 3, 0, 1), (std::vector<int>{-1, -1, -1}));
  EXPECT_TRUE(assign(std::vector<float>{}, 0, 5, 1).empty());
}

}  // namespace
}  // namespace regard::track
