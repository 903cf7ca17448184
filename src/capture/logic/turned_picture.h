// Pictures of cameras that were held sideways. Pure.
#pragma once

#include <memory>

#include "capture/capture.h"

namespace regard::capture {

/// `picture` turned clockwise by `quarter_turns` times 90 degrees; itself for multiples of four.
[[nodiscard]] std::shared_ptr<const Picture> turned(std::shared_ptr<const Picture> picture, int quarter_turns);

/// The sides of a picture of `size` after `quarter_turns`.
[[nodiscard]] inline Size turned(Size size, int quarter_turns) {
  return quarter_turns % 2 == 0 ? size : Size{size.height, size.width};
}

}  // namespace regard::capture
