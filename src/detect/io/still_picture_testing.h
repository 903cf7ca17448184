// For tests: a still as a capture::Picture, and the folder of shared networks and data.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include "capture/capture.h"
#include "image/image.h"

namespace regard::detect {

class StillPicture final : public capture::Picture {
 public:
  explicit StillPicture(BgrImage pixels) : pixels_{std::move(pixels)} {}
  [[nodiscard]] Size size() const override { return pixels_.size(); }
  [[nodiscard]] BgrImage cut(const PixelBox& region, Size size) const override {
    return image::cut(pixels_.view(), region, size);
  }
  [[nodiscard]] BgrImage scaled(Size size) const override { return image::resize(pixels_.view(), size); }
  [[nodiscard]] GreyImage luma(Size size) const override {
    return image::resize(image::to_grey(pixels_.view()).view(), size);
  }

 private:
  BgrImage pixels_;
};

}  // namespace regard::detect
