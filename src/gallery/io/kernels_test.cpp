#include "gallery/io/kernels.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <vector>

#include "gallery/logic/codes.h"
#include "gallery/logic/rotation.h"
#include "random_unit.h"

namespace regard::gallery {
namespace {

/// Runs `test` once for every instruction set that this machine has.
template <typename Test>
void on_every_target(Test test) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    SCOPED_TRACE(kernel_name());
    test();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

class Kernels : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Dimensions, Kernels, testing::Values(3, 64, 100, 128, 256, 384, 512, 1000, 2048));

TEST_P(Kernels, sums_of_bytes_and_of_floats_equal_their_twins) {
  std::mt19937 random{1};
  on_every_target([&] {
    const std::size_t size = padded(GetParam());
    std::vector<std::int8_t> bytes(size);
    std::vector<std::int16_t> words(size);
    std::vector<float> a(size);
    std::vector<float> b(size);
    for (std::size_t i = 0; i < size; ++i) {
      bytes[i] = static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
      words[i] = static_cast<std::int16_t>(static_cast<int>(random() % 16383) - 8191);
      a[i] = static_cast<float>(random() % 2001) / 1000 - 1;
      b[i] = static_cast<float>(random() % 2001) / 1000 - 1;
    }
    EXPECT_EQ(dot_bytes(bytes.data(), words.data(), size), dot_bytes_twin(bytes, words));
    // 2,048 products of at most one, each rounded to 24 bits.
    EXPECT_NEAR(dot_floats(a.data(), b.data(), size), dot_twin(a, b), 2e-4);
  });
}

TEST(Kernels, largest_values_of_all_do_not_overflow) {
  on_every_target([] {
    const std::vector<std::int8_t> bytes(most_values, 127);
    const std::vector<std::int16_t> words(most_values, 8191);
    EXPECT_EQ(dot_bytes(bytes.data(), words.data(), most_values), 127 * 8191 * static_cast<int>(most_values));
  });
}

TEST_P(Kernels, survivors_of_the_sketches_are_those_of_the_twin) {
  std::mt19937 random{2};
  const std::size_t size = padded(GetParam());
  constexpr std::size_t blocks = 3;
  std::vector<std::uint8_t> codes(blocks * block_bytes(size));
  std::vector<float> inverse(blocks * block_templates);
  std::vector<float> bound(blocks * block_templates);
  const auto block = [&](std::size_t b) { return std::span{codes}.subspan(b * block_bytes(size), block_bytes(size)); };
  for (std::size_t i = 0; i < inverse.size(); ++i) {
    const SketchFactors factors =
        write_sketch(random_unit(random, GetParam()), block(i / block_templates), i % block_templates);
    inverse[i] = factors.inverse;
    bound[i] = factors.bound;
  }
  const Query query{random_unit(random, GetParam())};
  const std::span<const std::uint8_t> table{query.table(), groups_of(size) * table_entries};
  const auto most = [&](std::size_t i) {
    const double sum = sketch_sum_twin(block(i / block_templates), i % block_templates, table);
    return (sum * query.table_step() + query.table_base()) * inverse[i] + bound[i];
  };
  for (const float cutoff : {-10.0F, .05F, .1F, .15F, .2F, 10.0F}) {
    on_every_target([&] {
      std::vector<float> bounds(blocks * block_templates);
      const float largest = bound_sketches({codes.data(), inverse.data(), bound.data(), blocks, groups_of(size)},
                                           {query.table(), query.table_step(), query.table_base()}, bounds.data());
      EXPECT_EQ(largest, *std::ranges::max_element(bounds));
      std::vector<std::uint32_t> survivors(bounds.size());
      survivors.resize(at_least(bounds.data(), bounds.size(), cutoff, survivors.data()));
      EXPECT_TRUE(std::ranges::is_sorted(survivors));
      std::vector<bool> survived(blocks * block_templates);
      for (const std::uint32_t i : survivors) survived[i] = true;
      for (std::size_t i = 0; i < survived.size(); ++i) {
        if (std::abs(most(i) - cutoff) > 1e-5) {  // float against double
          EXPECT_EQ(survived[i], most(i) >= cutoff) << i;
        }
      }
    });
  }
}

TEST(Codes, an_estimate_is_within_its_bound_but_once_in_ten_thousand_times) {
  std::mt19937 random{3};
  constexpr std::size_t dimension = 256;
  std::vector<std::uint8_t> block(block_bytes(dimension));
  int outside = 0;
  double worst_byte_error = 0;
  constexpr int rounds = 40'000;
  std::vector<float> probe;
  std::optional<Query> query;
  for (int i = 0; i < rounds; ++i) {
    if (i % 100 == 0) {
      probe = random_unit(random, dimension);
      query.emplace(probe);
    }
    std::vector<float> reference = random_unit(random, dimension);
    for (std::size_t k = 0; k < dimension; ++k) reference[k] += probe[k] * static_cast<float>(i % 3);
    ASSERT_TRUE(make_unit(reference));
    const std::size_t lane = random() % block_templates;
    const SketchFactors factors = write_sketch(reference, block, lane);
    const double sum = sketch_sum_twin(block, lane, {query->table(), groups_of(dimension) * table_entries});
    const double estimate = (sum * query->table_step() + query->table_base()) * factors.inverse;
    const double truth = dot_twin(probe, reference);
    if (std::abs(estimate - truth) > factors.bound + query->table_slack()) ++outside;
    std::vector<std::int8_t> bytes(dimension);
    const float step = write_bytes(reference, bytes);
    const double ranked = dot_bytes_twin(bytes, {query->words(), dimension}) * static_cast<double>(step) *
                          static_cast<double>(query->word_step());
    worst_byte_error = std::max(worst_byte_error, std::abs(ranked - truth) / byte_bound(step));
  }
  EXPECT_LE(outside, rounds / 10'000);
  EXPECT_LT(worst_byte_error, 1.5);  // four deviations are the bound; six never come in 40,000 draws
}

TEST(Codes, a_copied_sketch_gives_the_same_sum_and_leaves_the_others_alone) {
  std::mt19937 random{4};
  constexpr std::size_t dimension = 128;
  std::vector<std::uint8_t> block(block_bytes(dimension));
  for (std::size_t lane = 0; lane < block_templates; ++lane)
    (void)write_sketch(random_unit(random, dimension), block, lane);
  const Query query{random_unit(random, dimension)};
  const std::span<const std::uint8_t> table{query.table(), groups_of(dimension) * table_entries};
  std::vector<std::uint8_t> other = block;
  copy_sketch(block, 5, other, 20);
  for (std::size_t lane = 0; lane < block_templates; ++lane) {
    EXPECT_EQ(sketch_sum_twin(other, lane, table), sketch_sum_twin(block, lane == 20 ? 5 : lane, table));
  }
}

}  // namespace
}  // namespace regard::gallery
