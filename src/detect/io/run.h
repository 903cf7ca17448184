// What both detectors do around a network: the checks of its shape and the buffer for its input.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "detect/detect.h"

namespace regard::detect {

/// A float buffer of `count` values, reused by every later call on the same thread: several megabytes a frame would
/// otherwise be asked from the operating system and given back. Valid until the thread asks again.
[[nodiscard]] std::span<float> input_buffer(std::size_t count);

/// "input [1,3,416,416], outputs a [..], b [..]": what a network has, for errors.
[[nodiscard]] std::string describe(const infer::Model& model);

/// How a picture is looked at.
struct Plan {
  int tiles = 1;
  float suppression = 0.5F;
  std::function<Size(Size region)> input;  ///< the size at which a region of this size is given to the network
  /// Runs the network: detections in pixels of the picture given.
  std::function<Result<std::vector<Detection>>(const BgrImage&)> look;
};

/// Looks at the whole of `picture` and at its tiles, and merges what is found: in pixels of `picture`, inside it, best
/// first.
[[nodiscard]] Result<std::vector<Detection>> look_at(const capture::Picture& picture, const Plan& plan);

}  // namespace regard::detect
