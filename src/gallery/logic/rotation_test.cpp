#include "gallery/logic/rotation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "random_unit.h"

namespace regard::gallery {
namespace {

crypto::SecretBytes seed_of(std::uint8_t value) {
  crypto::SecretBytes seed{seed_size};
  std::ranges::fill(seed.bytes(), value);
  return seed;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

TEST(Rotation, keeps_cosines_and_can_be_undone) {
  std::mt19937 random{1};
  for (const std::size_t dimension : {1UL, 7UL, 128UL, 256UL}) {
    const Rotation rotation{seed_of(1), dimension};
    const std::vector<float> a = random_unit(random, dimension);
    const std::vector<float> b = random_unit(random, dimension);
    std::vector<float> turned_a(dimension);
    std::vector<float> turned_b(dimension);
    rotation.apply(a, turned_a);
    rotation.apply(b, turned_b);
    EXPECT_NEAR(cosine(turned_a, turned_b), cosine(a, b), 1e-6);
    EXPECT_NEAR(cosine(turned_a, turned_a), 1, 1e-6);
    std::vector<float> back(dimension);
    rotation.undo(turned_a, back);
    for (std::size_t i = 0; i < dimension; ++i) EXPECT_NEAR(back[i], a[i], 1e-6);
  }
}

TEST(Rotation, is_the_same_for_the_same_seed) {
  std::mt19937 random{2};
  const std::vector<float> a = random_unit(random, 64);
  std::vector<float> first(64);
  std::vector<float> second(64);
  Rotation{seed_of(3), 64}.apply(a, first);
  Rotation{seed_of(3), 64}.apply(a, second);
  EXPECT_EQ(first, second);
}

TEST(Rotation, templates_of_one_person_in_two_galleries_are_as_unlike_as_strangers) {
  // Uniform rotations make the cosine of R a and S a that of two random directions: deviation 1 / sqrt(dimension).
  std::mt19937 random{3};
  constexpr std::size_t dimension = 64;
  double sum = 0;
  double squares = 0;
  constexpr int galleries = 60;
  const std::vector<float> person = random_unit(random, dimension);
  std::vector<std::vector<float>> kept(galleries, std::vector<float>(dimension));
  for (int i = 0; i < galleries; ++i) {
    Rotation{seed_of(static_cast<std::uint8_t>(i)), dimension}.apply(person, kept[static_cast<std::size_t>(i)]);
  }
  int pairs = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    for (std::size_t j = i + 1; j < kept.size(); ++j, ++pairs) {
      const double value = cosine(kept[i], kept[j]);
      sum += value;
      squares += value * value;
    }
  }
  EXPECT_NEAR(sum / pairs, 0, .02);
  EXPECT_NEAR(std::sqrt(squares / pairs), 1 / std::sqrt(dimension), .01);
}

TEST(Rotation, values_without_a_direction_have_no_unit_vector) {
  std::vector<float> zeros(8);
  EXPECT_FALSE(make_unit(zeros));
  std::vector<float> odd{1, std::nanf(""), 0};
  EXPECT_FALSE(make_unit(odd));
}

}  // namespace
}  // namespace regard::gallery
