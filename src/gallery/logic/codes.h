// How the index holds a template: one bit a value to rule out, one byte a value to rank, floats to be sure. Layouts and
// scalar twins of the kernels in io/kernels.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "crypto/crypto.h"

namespace regard::gallery {

/// Templates in one block of sketches.
inline constexpr std::size_t block_templates = 32;
/// Values that one lookup of the sketch scan covers: four bits, a table of sixteen.
inline constexpr std::size_t group_values = 4;
inline constexpr std::size_t table_entries = 16;
/// Vectors are padded with zeros to a multiple of this, the widest register in bytes.
inline constexpr std::size_t padding = 64;
/// Above it a sum of byte-sized products might not fit into 32 bits.
inline constexpr std::size_t most_values = 2048;

[[nodiscard]] constexpr std::size_t padded(std::size_t dimension) {
  return (dimension + padding - 1) / padding * padding;
}
[[nodiscard]] constexpr std::size_t groups_of(std::size_t padded_size) { return padded_size / group_values; }
/// Bytes of one block: for each group 32 times four bits.
[[nodiscard]] constexpr std::size_t block_bytes(std::size_t padded_size) {
  return groups_of(padded_size) * block_templates / 2;
}

/// What turns a template's sketch sum into a cosine: RaBitQ's estimator (Gao and Long, SIGMOD 2024). With o the
/// template and s its signs, <s,q> / <s,o> is an unbiased estimate of <o,q>, because the gallery's rotation is random.
struct SketchFactors {
  float inverse = 0;  ///< 1 / <s,o> = 1 / sum of |o_i|
  float bound = 0;    ///< the estimate is off by more than this once in 30,000 times, to each side
};

/// Writes the signs of `unit` as template `lane` of `block`.
[[nodiscard]] SketchFactors write_sketch(std::span<const float> unit, std::span<std::uint8_t> block, std::size_t lane);
/// Copies the sketch of one template to another place; with an empty `source` writes zeros.
void copy_sketch(std::span<const std::uint8_t> source, std::size_t source_lane, std::span<std::uint8_t> target,
                 std::size_t target_lane);

/// Writes `unit` as bytes, padded with zeros; the value of one step is returned.
[[nodiscard]] float write_bytes(std::span<const float> unit, std::span<std::int8_t> bytes);
/// How far a cosine computed from bytes may be off, once in 30,000 times, for a step of that size.
[[nodiscard]] float byte_bound(float step);

/// A probe, made ready for the three stages, in locked memory that is wiped at the end. Asking the system for such
/// memory takes longer than searching ten thousand templates: whoever has many probes uses one query again and again.
/// Confined to one thread, except that several may search for one that is ready.
class Query {
 public:
  /// Empty, for vectors of so many values.
  explicit Query(std::size_t dimension);
  explicit Query(std::span<const float> unit);
  [[nodiscard]] std::size_t dimension() const { return dimension_; }
  /// Where to write the probe, of length one; then `prepare`.
  [[nodiscard]] std::span<float> unit();
  void prepare();
  void wipe() { crypto::wipe(memory_.bytes()); }
  /// For each group the sum of its values under all sixteen patterns of signs, shifted and scaled to bytes.
  [[nodiscard]] const std::uint8_t* table() const;
  [[nodiscard]] float table_step() const { return table_step_; }    ///< value of one unit of a sum of table entries
  [[nodiscard]] float table_base() const { return table_base_; }    ///< what such a sum was shifted by
  [[nodiscard]] float table_slack() const { return table_slack_; }  ///< error of an estimate from rounding the table
  [[nodiscard]] const std::int16_t* words() const;
  [[nodiscard]] float word_step() const { return word_step_; }
  [[nodiscard]] const float* floats() const;  ///< padded with zeros

 private:
  void fill_words();
  void fill_table();
  [[nodiscard]] std::size_t words_at() const { return padded_ * sizeof(float); }
  [[nodiscard]] std::size_t table_at() const { return padded_ * (sizeof(float) + sizeof(std::int16_t)); }
  std::size_t dimension_;
  std::size_t padded_;
  float table_step_ = 0;
  float table_base_ = 0;
  float table_slack_ = 0;
  float word_step_ = 0;
  crypto::SecretBytes memory_;  ///< floats, words, table
};

// ---- Scalar twins

[[nodiscard]] std::uint32_t sketch_sum_twin(std::span<const std::uint8_t> block, std::size_t lane,
                                            std::span<const std::uint8_t> table);
[[nodiscard]] std::int32_t dot_bytes_twin(std::span<const std::int8_t> bytes, std::span<const std::int16_t> words);
[[nodiscard]] float dot_twin(std::span<const float> a, std::span<const float> b);

}  // namespace regard::gallery
