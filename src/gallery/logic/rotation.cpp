#include "gallery/logic/rotation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace regard::gallery {
namespace {

/// Numbers from a seed: SHA-256 of the seed and a counter, as Hashgen of NIST SP 800-90A 10.1.1.4 runs it.
class Generator {
 public:
  explicit Generator(const crypto::SecretBytes& seed) : seed_{seed} {}
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;
  ~Generator() { crypto::wipe(block_); }

  /// Two independent standard normal numbers. Box and Muller, Ann. Math. Stat. 29, 1958.
  std::array<double, 2> normals() {
    const double radius = std::sqrt(-2.0 * std::log((word() + 1.0) * 0x1p-32));
    const double angle = 2.0 * std::numbers::pi * word() * 0x1p-32;
    return {radius * std::cos(angle), radius * std::sin(angle)};
  }

 private:
  double word() {
    if (at_ == block_.size()) refill();
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8U | block_[at_++];
    return value;
  }

  void refill() {
    std::array<std::uint8_t, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i) counter[i] = static_cast<std::uint8_t>(count_ >> (8 * i));
    ++count_;
    const std::array<crypto::BytesView, 3> parts{crypto::bytes_of("regard gallery rotation 1"), seed_.bytes(), counter};
    block_ = crypto::sha256(parts);
    at_ = 0;
  }

  const crypto::SecretBytes& seed_;
  crypto::Digest block_{};
  std::size_t at_ = block_.size();
  std::uint64_t count_ = 0;
};

double dot(const double* a, const double* b, std::size_t count) {
  std::array<double, 4> sums{};  // four chains, or each addition would wait for the one before
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (; i < count; ++i) sums[0] += a[i] * b[i];
  return sums[0] + sums[1] + (sums[2] + sums[3]);
}

/// Makes rows orthonormal, one after the other: Gram and Schmidt, twice, which is enough (Giraud, Langou, Rozloznik,
/// Comput. Math. Appl. 50, 2005). Of normal numbers this gives the uniform distribution, because no sign is lost as it
/// is in most QR routines (Mezzadri, Notices AMS 54, 2007).
void orthonormalise(std::span<double> rows, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    double* row = &rows[i * size];
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t j = 0; j < i; ++j) {
        const double* other = &rows[j * size];
        const double share = dot(row, other, size);
        for (std::size_t k = 0; k < size; ++k) row[k] -= share * other[k];
      }
    }
    const double length = std::sqrt(dot(row, row, size));
    for (std::size_t k = 0; k < size; ++k) row[k] /= length;
  }
}

}  // namespace

Rotation::Rotation(const crypto::SecretBytes& seed, std::size_t dimension)
    : dimension_{dimension}, columns_{dimension * dimension * sizeof(float)} {
  CHECK(seed.size() == seed_size && dimension > 0);
  crypto::SecretBytes workspace{dimension * dimension * sizeof(double)};
  const std::span<double> rows{reinterpret_cast<double*>(workspace.bytes().data()), dimension * dimension};
  Generator generator{seed};
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const auto pair = generator.normals();
    rows[i] = pair[0];
    if (i + 1 < rows.size()) rows[i + 1] = pair[1];
  }
  orthonormalise(rows, dimension);
  std::ranges::transform(rows, floats_of(columns_).begin(), [](double value) { return static_cast<float>(value); });
}

std::span<const float> Rotation::column(std::size_t index) const {
  return floats_of(columns_).subspan(index * dimension_, dimension_);
}

void Rotation::apply(std::span<const float> values, std::span<float> turned) const {
  CHECK(values.size() == dimension_ && turned.size() == dimension_);
  std::ranges::fill(turned, 0.0F);
  for (std::size_t i = 0; i < dimension_; ++i) {
    const float share = values[i];
    const float* source = column(i).data();
    for (std::size_t k = 0; k < dimension_; ++k) turned[k] += share * source[k];
  }
}

void Rotation::undo(std::span<const float> turned, std::span<float> values) const {
  CHECK(values.size() == dimension_ && turned.size() == dimension_);
  for (std::size_t i = 0; i < dimension_; ++i) {
    double sum = 0;
    const std::span<const float> source = column(i);
    for (std::size_t k = 0; k < dimension_; ++k) sum += static_cast<double>(source[k]) * turned[k];
    values[i] = static_cast<float>(sum);
  }
}

}  // namespace regard::gallery
