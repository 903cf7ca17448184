#include "gallery/logic/codes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/core.h"

namespace regard::gallery {
namespace {

/// Deviations of a normal error that a bound covers: it is exceeded to one side with probability 3.2e-5.
constexpr double covered = 4;

/// Where template `lane` has its four bits of group `group`. Neighbouring bytes hold templates eight apart, so that the
/// kernel's sums of even and odd bytes come out in order.
struct Place {
  std::size_t byte;
  unsigned shift;
};
Place place_of(std::size_t group, std::size_t lane) {
  const std::size_t within = lane % 16;
  return {group * block_templates / 2 + 2 * (within % 8) + within / 8, lane < 16 ? 0U : 4U};
}

unsigned read_bits(std::span<const std::uint8_t> block, Place place) { return block[place.byte] >> place.shift & 15U; }
void write_bits(std::span<std::uint8_t> block, Place place, unsigned bits) {
  block[place.byte] = static_cast<std::uint8_t>((block[place.byte] & ~(15U << place.shift)) | bits << place.shift);
}

}  // namespace

SketchFactors write_sketch(std::span<const float> unit, std::span<std::uint8_t> block, std::size_t lane) {
  const std::size_t groups = block.size() / (block_templates / 2);
  CHECK(unit.size() <= groups * group_values && lane < block_templates);
  double sum = 0;
  for (std::size_t group = 0; group < groups; ++group) {
    unsigned bits = 0;
    for (std::size_t i = 0; i < group_values; ++i) {
      const std::size_t at = group * group_values + i;
      if (at >= unit.size()) continue;
      sum += std::abs(unit[at]);
      if (unit[at] >= 0) bits |= 1U << i;
    }
    write_bits(block, place_of(group, lane), bits);
  }
  const double dimension = static_cast<double>(unit.size());
  const double likeness = sum / std::sqrt(dimension);  // cosine of the template and its signs
  const double deviation =
      std::sqrt(std::max(0.0, 1 / (likeness * likeness) - 1)) / std::sqrt(std::max(1.0, dimension - 1));
  return {static_cast<float>(1 / sum), static_cast<float>(covered * deviation)};
}

void copy_sketch(std::span<const std::uint8_t> source, std::size_t source_lane, std::span<std::uint8_t> target,
                 std::size_t target_lane) {
  const std::size_t groups = target.size() / (block_templates / 2);
  for (std::size_t group = 0; group < groups; ++group) {
    write_bits(target, place_of(group, target_lane),
               source.empty() ? 0U : read_bits(source, place_of(group, source_lane)));
  }
}

float write_bytes(std::span<const float> unit, std::span<std::int8_t> bytes) {
  float largest = 0;
  for (const float value : unit) largest = std::max(largest, std::abs(value));
  const float step = std::max(largest, 1e-9F) / 127;
  std::ranges::fill(bytes, std::int8_t{0});
  for (std::size_t i = 0; i < unit.size(); ++i) bytes[i] = static_cast<std::int8_t>(std::lround(unit[i] / step));
  return step;
}

float byte_bound(float step) {
  // Each value is off by at most half a step, evenly: deviation step / sqrt(12); the probe has length one.
  return static_cast<float>(covered / std::sqrt(12.0)) * step;
}

Query::Query(std::size_t dimension)
    : dimension_{dimension},
      padded_{padded(dimension)},
      memory_{padded_ * (sizeof(float) + sizeof(std::int16_t)) + groups_of(padded_) * table_entries} {
  CHECK(dimension > 0 && dimension <= most_values);
}

Query::Query(std::span<const float> unit) : Query{unit.size()} {
  std::ranges::copy(unit, this->unit().begin());
  prepare();
}

std::span<float> Query::unit() { return {reinterpret_cast<float*>(memory_.bytes().data()), dimension_}; }

void Query::prepare() {
  fill_words();
  fill_table();
}

void Query::fill_words() {
  const std::span<std::int16_t> words{reinterpret_cast<std::int16_t*>(memory_.bytes().data() + words_at()), dimension_};
  float largest = 1e-9F;
  for (const float value : unit()) largest = std::max(largest, std::abs(value));
  word_step_ = largest / 8191;  // 127 * 8191 * most_values fits into 31 bits
  const float scale = 1 / word_step_;
  std::ranges::transform(unit(), words.begin(),
                         [&](float value) { return static_cast<std::int16_t>(std::lrint(value * scale)); });
}

void Query::fill_table() {
  const std::span<std::uint8_t> table = memory_.bytes().subspan(table_at());
  const float* q = floats();
  const std::size_t groups = groups_of(padded_);
  double total = 0;
  double widest = 1e-9;
  for (std::size_t group = 0; group < groups; ++group) {
    double size = 0;
    for (std::size_t i = 0; i < group_values; ++i) size += std::abs(q[group * group_values + i]);
    total += size;
    widest = std::max(widest, 2 * size);
  }
  // A sum over all groups must fit into 16 bits.
  const double most = std::min(255.0, std::floor(65535.0 / static_cast<double>(groups)));
  const double step = widest / most;
  for (std::size_t group = 0; group < groups; ++group) {
    const float* part = q + group * group_values;
    for (unsigned bits = 0; bits < table_entries; ++bits) {
      float sum = 0;
      for (unsigned i = 0; i < group_values; ++i)
        sum += (bits >> i & 1U) != 0 ? 2 * std::max(part[i], 0.0F) : 2 * std::max(-part[i], 0.0F);
      table[group * table_entries + bits] = static_cast<std::uint8_t>(std::min(most, sum / step + .5));
    }
  }
  table_step_ = static_cast<float>(step);
  table_base_ = static_cast<float>(-total);
  // Rounding errors of all groups, over <s,o>, which is .8 sqrt(dimension) for random vectors and rarely below .7.
  table_slack_ = static_cast<float>(covered * step * std::sqrt(static_cast<double>(groups) / 12) /
                                    (.7 * std::sqrt(static_cast<double>(dimension_))));
}

const float* Query::floats() const { return reinterpret_cast<const float*>(memory_.bytes().data()); }
const std::int16_t* Query::words() const {
  return reinterpret_cast<const std::int16_t*>(memory_.bytes().data() + words_at());
}
const std::uint8_t* Query::table() const { return memory_.bytes().data() + table_at(); }

std::uint32_t sketch_sum_twin(std::span<const std::uint8_t> block, std::size_t lane,
                              std::span<const std::uint8_t> table) {
  std::uint32_t sum = 0;
  for (std::size_t group = 0; group < table.size() / table_entries; ++group)
    sum += table[group * table_entries + read_bits(block, place_of(group, lane))];
  return sum;
}

std::int32_t dot_bytes_twin(std::span<const std::int8_t> bytes, std::span<const std::int16_t> words) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += bytes[i] * words[i];
  return sum;
}

float dot_twin(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return static_cast<float>(sum);
}

}  // namespace regard::gallery
