// A thousand templates of an index in one piece of secret memory.
#pragma once

#include <span>
#include <vector>

#include "gallery/io/index.h"
#include "gallery/io/kernels.h"
#include "gallery/logic/codes.h"
#include "gallery/logic/rotation.h"

namespace regard::gallery {

inline constexpr std::size_t chunk_templates = 1024;
inline constexpr std::size_t chunk_blocks = chunk_templates / block_templates;

struct Index::Chunk {
  /// Sketches, then three floats a template, then bytes: every part begins at a multiple of 64.
  explicit Chunk(std::size_t padded_size)
      : size{padded_size}, memory{chunk_blocks * block_bytes(size) + chunk_templates * (3 * sizeof(float) + size)} {}

  [[nodiscard]] std::span<std::uint8_t> block(std::size_t slot) {
    return memory.bytes().subspan(slot / block_templates * block_bytes(size), block_bytes(size));
  }
  [[nodiscard]] const float* numbers() const {
    return reinterpret_cast<const float*>(memory.bytes().data() + chunk_blocks * block_bytes(size));
  }
  [[nodiscard]] float& inverse(std::size_t slot) { return const_cast<float*>(numbers())[slot]; }
  [[nodiscard]] float& bound(std::size_t slot) { return const_cast<float*>(numbers())[chunk_templates + slot]; }
  [[nodiscard]] float& step(std::size_t slot) { return const_cast<float*>(numbers())[2 * chunk_templates + slot]; }
  [[nodiscard]] float step(std::size_t slot) const { return numbers()[2 * chunk_templates + slot]; }
  [[nodiscard]] const std::int8_t* bytes(std::size_t slot) const {
    return reinterpret_cast<const std::int8_t*>(numbers() + 3 * chunk_templates) + slot * size;
  }
  [[nodiscard]] std::span<std::int8_t> bytes(std::size_t slot) {
    return {const_cast<std::int8_t*>(std::as_const(*this).bytes(slot)), size};
  }
  [[nodiscard]] SketchBlocks sketches() const {
    return {memory.bytes().data(), numbers(), numbers() + chunk_templates,
            (rows.size() + block_templates - 1) / block_templates, groups_of(size)};
  }
  [[nodiscard]] std::span<float> exact(std::size_t slot) { return floats_of(floats).subspan(slot * size, size); }
  [[nodiscard]] std::span<const float> exact(std::size_t slot) const {
    return floats_of(floats).subspan(slot * size, size);
  }

  std::size_t size;  ///< values of a template, padded
  crypto::SecretBytes memory;
  crypto::SecretBytes floats;  ///< empty when they are not kept
  std::vector<IndexedRow> rows;
};

}  // namespace regard::gallery
