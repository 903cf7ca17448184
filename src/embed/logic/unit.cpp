#include "embed/logic/unit.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/core.h"
#include "embed/embed.h"

namespace regard::embed {

bool make_unit(std::span<float> values) {
  double square = 0;
  for (const float value : values) square += static_cast<double>(value) * value;
  const double length = std::sqrt(square);
  const bool good = std::isfinite(length) && length > 1e-12;
  for (float& value : values) value = good ? static_cast<float>(value / length) : 0;
  return good;
}

float cosine(std::span<const float> a, std::span<const float> b) {
  CHECK(a.size() == b.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return static_cast<float>(std::clamp(sum, -1.0, 1.0));
}

}  // namespace regard::embed
