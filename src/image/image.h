// image: what is done with pixels. Pure functions over OpenCV's arithmetic, and decoders of image files with size caps.
// Below the row, like infer. Every function may be called from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "core/core.h"

namespace regard::image {

/// `region` of `source` (pixels; may reach outside, where it is black) resized to `size`: area average when shrinking,
/// bilinear when growing. `size` must not be empty.
[[nodiscard]] BgrImage cut(const BgrView& source, const PixelBox& region, Size size);
[[nodiscard]] GreyImage cut(const GreyView& source, const PixelBox& region, Size size);

/// The whole picture resized to `size`, as `cut`.
[[nodiscard]] BgrImage resize(const BgrView& source, Size size);
[[nodiscard]] GreyImage resize(const GreyView& source, Size size);

/// Luma by ITU-R BT.601 weights.
[[nodiscard]] GreyImage to_grey(const BgrView& source);

/// A 2x3 affine map from `source` pixels to result pixels: result = A (x, y, 1).
using Affine = std::array<float, 6>;

/// `source` drawn through `map` into a picture of `size`, bilinear, black outside.
[[nodiscard]] BgrImage warp(const BgrView& source, const Affine& map, Size size);

/// Variance of the Laplacian (3x3) of `source`: the usual measure of sharpness; 0 for a flat picture.
/// Source: Pech-Pacheco et al., ICPR 2000.
[[nodiscard]] float sharpness(const GreyView& source);

/// Mean of all pixels, 0..255.
[[nodiscard]] float brightness(const GreyView& source);

/// Replaces the part of `picture` inside `region` by a coarse mosaic of at most `cells` x `cells` averages, blurs it
/// and rounds it to 16 levels, so that what was there cannot be computed back. Nothing outside the region changes.
void obscure(BgrImage& picture, const PixelBox& region, int cells);

struct Colour {
  std::uint8_t blue = 0;
  std::uint8_t green = 0;
  std::uint8_t red = 0;
};

/// Draws the outline of `box`, `thickness` pixels wide.
void draw_box(BgrImage& picture, const PixelBox& box, Colour colour, int thickness);
/// Draws a smooth line from `from` to `to`.
void draw_line(BgrImage& picture, PixelPoint from, PixelPoint to, Colour colour, int thickness);
/// Writes `text` (ASCII) on a filled plate of `plate` colour; (x, y) is the plate's bottom left corner. `height` is the
/// height of a capital letter in pixels. The plate is moved inside the picture when it would leave it.
void draw_label(BgrImage& picture, PixelPoint corner, const std::string& text, Colour ink, Colour plate, int height);

/// What a decoder may be asked to make: the product of the sides is what costs memory.
struct DecodeLimits {
  std::int64_t max_pixels = 100'000'000;         ///< 100 megapixels: a 300 MB picture
  std::int64_t max_bytes = 256LL * 1024 * 1024;  ///< of the encoded file
};

/// Decodes JPEG (EXIF orientation applied), PNG, WebP or binary PPM from memory. `name` is used in errors only.
/// Errors: corrupt (not an image, or damaged), limit (too large), unsupported.
[[nodiscard]] Result<BgrImage> decode(std::span<const std::uint8_t> bytes, const std::string& name,
                                      const DecodeLimits& limits = {});

/// Reads and decodes one file. Errors: not_found, and those of `decode`.
[[nodiscard]] Result<BgrImage> read(const std::filesystem::path& file, const DecodeLimits& limits = {});

/// Encodes as JPEG with `quality` 1..100, or as PNG. For synthetic or redacted pictures and for tests.
[[nodiscard]] std::string encode_jpeg(const BgrView& picture, int quality);
[[nodiscard]] std::string encode_png(const BgrView& picture);

}  // namespace regard::image
