// Periodic patterns: what the raster of a screen or a print leaves in a camera's picture. Pure.
#pragma once

#include <complex>
#include <span>
#include <vector>

#include "core/core.h"

namespace regard::liveness {

/// What is looked at: a square of so many pixels of the picture as it is, never shrunk or enlarged.
inline constexpr int moire_side = 128;

/// The discrete Fourier transform of `values`, whose number is a power of two, in place. Cooley and Tukey, Math. Comp.
/// 19, 1965.
void transform(std::span<std::complex<float>> values);

/// How far the strongest frequency stands above what surrounds it, as the logarithm to base 10 of the ratio of powers.
/// Frequencies that pictures are full of anyway are left out: low ones, and those along the axes (edges, and the blocks
/// of eight that JPEG and video codecs leave).
[[nodiscard]] float strongest_peak(const GreyImage& patch);

}  // namespace regard::liveness
