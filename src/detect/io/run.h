// What both detectors do around a network: the checks of its shape and the buffer for its input.
#pragma once

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

}  // namespace regard::detect
