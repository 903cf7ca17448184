#include "detect/logic/decode.h"

#include <algorithm>
#include <cmath>

namespace regard::detect {

bool is_usable(const PixelBox& box) {
  return std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.width) && std::isfinite(box.height) &&
         box.width > 0 && box.height > 0;
}

namespace {

/// Column (x) and row (y) of a cell; cells are counted along rows.
PixelPoint place_of(std::size_t cell, int columns) {
  const auto width = static_cast<std::size_t>(columns);
  const std::size_t row = cell / width;
  return {static_cast<float>(cell % width), static_cast<float>(row)};
}

Detection yunet_face(const YunetLevel& level, std::size_t cell, float score) {
  const auto stride = static_cast<float>(level.stride);
  const PixelPoint place = place_of(cell, level.columns);
  const float* const b = level.boxes.data() + cell * 4;
  const float* const k = level.points.data() + cell * 10;
  const float width = std::exp(b[2]) * stride;
  const float height = std::exp(b[3]) * stride;
  const auto point = [&](std::size_t i) {
    return PixelPoint{(place.x + k[2 * i]) * stride, (place.y + k[2 * i + 1]) * stride};
  };
  Detection face;
  face.kind = Kind::face;
  face.score = {score};
  face.box = {(place.x + b[0]) * stride - width / 2, (place.y + b[1]) * stride - height / 2, width, height};
  face.points = FacePoints{point(0), point(1), point(2), point(3), point(4)};
  return face;
}

/// The expected value of a distribution over 0..picodet_bins-1 given by logits.
float expected_bin(const float* logits) {
  const float largest = *std::max_element(logits, logits + picodet_bins);
  float sum = 0;
  float weighted = 0;
  for (int i = 0; i < picodet_bins; ++i) {
    const float weight = std::exp(logits[i] - largest);
    sum += weight;
    weighted += weight * static_cast<float>(i);
  }
  return weighted / sum;
}

PixelBox picodet_box(const PicodetLevel& level, std::size_t cell) {
  const auto stride = static_cast<float>(level.stride);
  const PixelPoint place = place_of(cell, level.columns);
  const float x = (place.x + 0.5F) * stride;
  const float y = (place.y + 0.5F) * stride;
  std::array<float, 4> side{};  // left, top, right, bottom
  for (std::size_t i = 0; i < side.size(); ++i) {
    side[i] = expected_bin(level.distances.data() + (cell * side.size() + i) * picodet_bins) * stride;
  }
  return {x - side[0], y - side[1], side[0] + side[2], side[1] + side[3]};
}

}  // namespace

std::vector<Detection> decode_yunet(std::span<const YunetLevel> levels, float threshold) {
  std::vector<Detection> faces;
  for (const YunetLevel& level : levels) {
    const auto cells = static_cast<std::size_t>(level.columns) * static_cast<std::size_t>(level.rows);
    CHECK(level.classes.size() == cells && level.objects.size() == cells && level.boxes.size() == cells * 4 &&
          level.points.size() == cells * 10);
    for (std::size_t cell = 0; cell < cells; ++cell) {
      const float product = level.classes[cell] * level.objects[cell];
      if (!(product >= threshold * threshold)) continue;  // also refuses what is not a number
      Detection face = yunet_face(level, cell, std::min(1.0F, std::sqrt(product)));
      if (is_usable(face.box)) faces.push_back(face);
    }
  }
  return faces;
}

std::vector<Detection> decode_picodet(std::span<const PicodetLevel> levels, std::span<const ObjectClass> classes,
                                      float threshold) {
  std::vector<Detection> objects;
  for (const PicodetLevel& level : levels) {
    const auto cells = static_cast<std::size_t>(level.columns) * static_cast<std::size_t>(level.rows);
    CHECK(level.scores.size() == cells * object_class_count && level.distances.size() == cells * 4 * picodet_bins);
    for (std::size_t cell = 0; cell < cells; ++cell) {
      const float* const scores = level.scores.data() + cell * object_class_count;
      std::optional<PixelBox> box;
      for (const ObjectClass object : classes) {
        const float score = scores[object.value];
        if (!(score >= threshold)) continue;
        if (!box) box = picodet_box(level, cell);
        if (!is_usable(*box)) break;
        objects.push_back({object.value == 0 ? Kind::person : Kind::object, object, {score}, *box, std::nullopt});
      }
    }
  }
  return objects;
}

std::vector<ObjectClass> object_classes(const Wanted& wanted) {
  std::vector<ObjectClass> classes = wanted.objects;
  std::erase_if(classes, [](ObjectClass object) { return object.value <= 0 || object.value >= object_class_count; });
  if (wanted.persons) classes.push_back({0});
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  return classes;
}

}  // namespace regard::detect
