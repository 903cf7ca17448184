#include "detect/logic/decode_centernet.h"

#include <algorithm>
#include <cmath>

#include "detect/logic/decode.h"

namespace regard::detect {
namespace {

/// The class that a row names; none when there is no such.
ObjectClass class_in(float value) {
  if (!(value >= 0 && value <= object_class_count - 1)) return {};
  return {static_cast<int>(std::lround(value))};
}

}  // namespace

std::vector<Detection> decode_centernet(std::span<const float> rows, std::span<const ObjectClass> classes,
                                        float threshold) {
  CHECK(rows.size() % centernet_values == 0);
  std::vector<Detection> objects;
  for (std::size_t at = 0; at < rows.size(); at += centernet_values) {
    const float* const row = rows.data() + at;
    const float score = row[4];
    if (!(score >= threshold)) continue;  // also refuses what is not a number
    const ObjectClass object = class_in(row[5]);
    if (!std::binary_search(classes.begin(), classes.end(), object)) continue;
    const PixelBox box{row[0], row[1], row[2] - row[0], row[3] - row[1]};
    if (!is_usable(box)) continue;
    objects.push_back(
        {object.value == 0 ? Kind::person : Kind::object, object, {std::min(1.0F, score)}, box, std::nullopt});
  }
  return objects;
}

}  // namespace regard::detect
