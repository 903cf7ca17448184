// Running a network and comparing with an oracle. For tests only.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "infer/importers.h"
#include "infer/infer.h"
#include "infer/io/test_places.h"

namespace regard::infer::testing {

/// $REGARD_TEST_SEED, else a fixed one; printed, so that a failure can be repeated.
inline unsigned seed() {
  const char* given = std::getenv("REGARD_TEST_SEED");
  const unsigned value = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : 20240229U;
  std::printf("seed %u\n", value);
  return value;
}

inline std::vector<float> random_values(std::size_t count, float least, float most, unsigned seed) {
  std::mt19937 random{seed};
  std::uniform_real_distribution<float> uniform{least, most};
  std::vector<float> values(count);
  std::generate(values.begin(), values.end(), [&] { return uniform(random); });
  return values;
}

/// [H,W,C] as [C,H,W].
inline std::vector<float> channels_first(const std::vector<float>& image, std::size_t channels) {
  std::vector<float> planes(image.size());
  const std::size_t pixels = image.size() / channels;
  for (std::size_t i = 0; i < image.size(); ++i) planes[(i % channels) * pixels + i / channels] = image[i];
  return planes;
}

inline std::vector<float> read_floats(const std::filesystem::path& file) {
  const std::string bytes = read(file);
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

inline void write_floats(const std::filesystem::path& file, const std::vector<float>& values) {
  write(file, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
}

/// The largest difference, as a part of the oracle's largest magnitude: single numbers near zero have no meaningful
/// relative error, the tensor as a whole has.
inline double relative_error(std::span<const float> got, std::span<const float> expected) {
  if (got.size() != expected.size() || expected.empty()) return INFINITY;
  double largest = 0;
  double difference = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (!std::isfinite(got[i])) return INFINITY;
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
    difference = std::max(difference, std::abs(static_cast<double>(got[i]) - static_cast<double>(expected[i])));
  }
  return largest > 0 ? difference / largest : difference;
}

inline SourceFile source_file(const std::filesystem::path& path, std::string& storage) {
  storage = read(path);
  return {path.filename().string(), as_bytes(storage)};
}

}  // namespace regard::infer::testing
