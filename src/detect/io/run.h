// What every network needs around it: its shape in words, the buffer for its input, a run on a picture.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "detect/detect.h"
#include "detect/planes.h"

namespace regard::detect {

/// A float buffer of `count` values, reused by every later call on the same thread: several megabytes a frame would
/// otherwise be asked from the operating system and given back. Valid until the thread asks again.
[[nodiscard]] std::span<float> input_buffer(std::size_t count);

/// "input [1,3,416,416], outputs a [..], b [..]": what a network has, for errors.
[[nodiscard]] std::string describe(const infer::Model& model);

/// How many outputs declare exactly this shape.
[[nodiscard]] std::ptrdiff_t count_outputs(const infer::Model& model, const std::vector<std::int64_t>& shape);

/// The output of exactly this shape; empty when there is none.
[[nodiscard]] std::span<const float> output_of(const infer::Outputs& outputs, const std::vector<std::int64_t>& shape);

/// Runs `model`, which has one input, on `picture` in the top left corner of `input`.
[[nodiscard]] Result<infer::Outputs> run_on(const infer::Model& model, const BgrImage& picture, Size input,
                                            const PlaneOptions& options);

}  // namespace regard::detect
