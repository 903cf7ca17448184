// What the outputs of the standard pack's networks mean: tensors to detections in pixels of the network's input. Pure.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "detect/detect.h"

namespace regard::detect {

/// Whether a decoded box is finite and has an area: networks give anything.
[[nodiscard]] bool is_usable(const PixelBox& box);

/// The cells of one stride of YuNet, row by row. Scores are already sigmoid.
struct YunetLevel {
  int stride = 0;
  int columns = 0;
  int rows = 0;
  std::span<const float> classes;  ///< one a cell
  std::span<const float> objects;  ///< one a cell
  std::span<const float> boxes;    ///< four a cell
  std::span<const float> points;   ///< ten a cell
};

/// Faces with a score of at least `threshold`, in the order of the cells.
/// Source: libfacedetection.train, YuNet head (Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", 2023).
[[nodiscard]] std::vector<Detection> decode_yunet(std::span<const YunetLevel> levels, float threshold);

/// The cells of one stride of PicoDet, row by row. Scores are already sigmoid.
struct PicodetLevel {
  int stride = 0;
  int columns = 0;
  int rows = 0;
  std::span<const float> scores;     ///< object_class_count a cell
  std::span<const float> distances;  ///< 4 x picodet_bins a cell
};
inline constexpr int picodet_bins = 8;

/// Objects of `classes` with a score of at least `threshold`, in the order of the cells. Class 0 becomes a person.
/// Source: PaddleDetection, PicoHead; distances as in Li et al., "Generalized Focal Loss", NeurIPS 2020.
[[nodiscard]] std::vector<Detection> decode_picodet(std::span<const PicodetLevel> levels,
                                                    std::span<const ObjectClass> classes, float threshold);

/// The classes that `wanted` asks an object network for, sorted, each once.
[[nodiscard]] std::vector<ObjectClass> object_classes(const Wanted& wanted);

}  // namespace regard::detect
