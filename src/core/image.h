// Containers of pixels. What is done with pixels (resize, blur, decode) is in `image`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/check.h"
#include "core/geometry.h"

namespace regard {

/// A borrowed picture: rows of packed 8-bit pixels. Valid while its owner lives and is unchanged; never stored.
template <int Channels>
struct ImageView {
  const std::uint8_t* pixels = nullptr;
  Size size;
  std::ptrdiff_t stride = 0;  ///< bytes from one row to the next

  [[nodiscard]] const std::uint8_t* row(int y) const { return pixels + y * stride; }
  [[nodiscard]] bool empty() const { return size.width <= 0 || size.height <= 0; }
};

/// An owned picture of packed 8-bit pixels, rows without padding. Confined to one thread unless const.
template <int Channels>
class Image {
 public:
  static constexpr int channels = Channels;

  Image() = default;
  /// A picture of `size` (both sides >= 0) with every byte `fill`.
  explicit Image(Size size, std::uint8_t fill = 0)
      : size_{size},
        pixels_(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) * Channels, fill) {
    CHECK(size.width >= 0 && size.height >= 0);
  }

  [[nodiscard]] Size size() const { return size_; }
  [[nodiscard]] int width() const { return size_.width; }
  [[nodiscard]] int height() const { return size_.height; }
  [[nodiscard]] bool empty() const { return pixels_.empty(); }
  [[nodiscard]] std::ptrdiff_t stride() const { return static_cast<std::ptrdiff_t>(size_.width) * Channels; }

  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return pixels_; }
  [[nodiscard]] std::span<std::uint8_t> bytes() { return pixels_; }
  [[nodiscard]] const std::uint8_t* row(int y) const { return pixels_.data() + y * stride(); }
  [[nodiscard]] std::uint8_t* row(int y) { return pixels_.data() + y * stride(); }
  /// The Channels bytes of the pixel at column x, row y.
  [[nodiscard]] const std::uint8_t* at(int x, int y) const {
    return row(y) + static_cast<std::ptrdiff_t>(x) * Channels;
  }
  [[nodiscard]] std::uint8_t* at(int x, int y) { return row(y) + static_cast<std::ptrdiff_t>(x) * Channels; }

  [[nodiscard]] ImageView<Channels> view() const { return {pixels_.data(), size_, stride()}; }

 private:
  Size size_;
  std::vector<std::uint8_t> pixels_;
};

using BgrImage = Image<3>;   ///< blue, green, red
using GreyImage = Image<1>;  ///< luma
using BgrView = ImageView<3>;
using GreyView = ImageView<1>;

}  // namespace regard
