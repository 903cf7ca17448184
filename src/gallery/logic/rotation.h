// The secret of a gallery: a rotation of space under which its templates are kept.
#pragma once

#include <cstddef>
#include <span>

#include "crypto/crypto.h"
#include "embed/embed.h"

namespace regard::gallery {

inline constexpr std::size_t seed_size = 32;

/// An orthogonal matrix drawn uniformly from all there are (Haar measure) by a secret seed: the same seed and dimension
/// always give the same matrix. Cosines stay what they are under it; without it a template says nothing that can be
/// compared with another gallery's. Immutable; in locked memory.
class Rotation {
 public:
  /// `seed` has seed_size bytes; takes a fifth of a second for 512 dimensions.
  Rotation(const crypto::SecretBytes& seed, std::size_t dimension);
  [[nodiscard]] std::size_t dimension() const { return dimension_; }
  /// `turned` = R `values`. Both have `dimension()` values and do not overlap.
  void apply(std::span<const float> values, std::span<float> turned) const;
  /// `values` = R^T `turned`.
  void undo(std::span<const float> turned, std::span<float> values) const;

 private:
  [[nodiscard]] std::span<const float> column(std::size_t index) const;
  std::size_t dimension_;
  crypto::SecretBytes columns_;  ///< dimension x dimension floats, one column after the other
};

using crypto::floats_of;
using embed::make_unit;

}  // namespace regard::gallery
