// The inner loops of a search, for whatever registers the machine has (chosen when first called): AVX-512 with VNNI,
// AVX-512, AVX2, SSE4, NEON, or none. Scalar twins are in logic/codes.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace regard::gallery {

/// Blocks of sketches that lie one after the other; `inverse` and `bound` have block_templates values a block.
struct SketchBlocks {
  const std::uint8_t* codes = nullptr;
  const float* inverse = nullptr;
  const float* bound = nullptr;
  std::size_t blocks = 0;
  std::size_t groups = 0;
};

/// See Query.
struct SketchProbe {
  const std::uint8_t* table = nullptr;
  float step = 0;
  float base = 0;
};

/// For every template the most that its cosine can be, by its sketch: estimate plus bound. Returns the largest.
/// `most` has room for block_templates values a block.
float bound_sketches(const SketchBlocks& blocks, const SketchProbe& probe, float* most);

/// The numbers of those of `count` values that are at least `cutoff`, of which there may be `count`; how many they are.
/// `count` is a multiple of block_templates.
std::size_t at_least(const float* values, std::size_t count, float cutoff, std::uint32_t* numbers);

/// Sum of products; `count` is a multiple of `padding`.
std::int32_t dot_bytes(const std::int8_t* bytes, const std::int16_t* words, std::size_t count);
float dot_floats(const float* a, const float* b, std::size_t count);

/// The instruction set that is used here: "AVX2", "NEON", ...
const char* kernel_name();

}  // namespace regard::gallery
