// Unit vectors for tests.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "gallery/logic/rotation.h"

namespace regard::gallery {

inline std::vector<float> random_unit(std::mt19937& random, std::size_t dimension) {
  std::normal_distribution<float> normal;
  std::vector<float> values(dimension);
  for (float& value : values) value = normal(random);
  EXPECT_TRUE(make_unit(values));
  return values;
}

}  // namespace regard::gallery
