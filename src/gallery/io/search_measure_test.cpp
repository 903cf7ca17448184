#include "gallery/search_measure.h"

#include <gtest/gtest.h>

namespace regard::gallery {
namespace {

TEST(SearchMeasure, says_that_the_first_answer_is_that_of_brute_force) {
  const auto figures = measure_search({.sizes = {500, 3'000}, .values = 128, .queries = 60, .threads = 1, .seed = 3});
  ASSERT_TRUE(figures) << figures.error().message();
  ASSERT_EQ(figures->size(), 2U);
  for (const SearchFigures& one : *figures) {
    EXPECT_EQ(one.compared, 60U);
    EXPECT_EQ(one.same_first, one.compared);
    EXPECT_GT(one.mated_ms, 0);
    EXPECT_GT(one.batch_ms, 0);
    EXPECT_GT(one.ranked_share, 0);
    EXPECT_LE(one.ranked_share, 1);
    EXPECT_GE(one.exact_reads, 1);
  }
}

TEST(SearchMeasure, refuses_sizes_that_make_no_sense) {
  EXPECT_FALSE(measure_search({.sizes = {0}}));
  EXPECT_FALSE(measure_search({.sizes = {10}, .values = 0}));
  EXPECT_FALSE(measure_search({.sizes = {10}, .values = 100'000}));
  EXPECT_FALSE(measure_search({.sizes = {10}, .queries = 1}));
}

}  // namespace
}  // namespace regard::gallery
