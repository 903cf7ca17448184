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

/// Writes the numbers of those templates whose cosine may reach `cutoff`, and returns how many. `survivors` has room
/// for all.
std::size_t scan_sketches(const SketchBlocks& blocks, const SketchProbe& probe, float cutoff, std::uint32_t* survivors);

/// Sum of products; `count` is a multiple of `padding`.
std::int32_t dot_bytes(const std::int8_t* bytes, const std::int16_t* words, std::size_t count);
float dot_floats(const float* a, const float* b, std::size_t count);

/// The instruction set that is used here: "AVX2", "NEON", ...
const char* kernel_name();

}  // namespace regard::gallery
