#include "capture/logic/turned_picture.h"

#include <algorithm>
#include <utility>

namespace regard::capture {
namespace {

template <int Channels>
Image<Channels> turn(const Image<Channels>& source, int quarter_turns) {
  Image<Channels> result{turned(source.size(), quarter_turns)};
  for (int y = 0; y < result.height(); ++y) {
    for (int x = 0; x < result.width(); ++x) {
      const int from_x = quarter_turns == 1 ? y : quarter_turns == 2 ? source.width() - 1 - x : source.width() - 1 - y;
      const int from_y = quarter_turns == 1   ? source.height() - 1 - x
                         : quarter_turns == 2 ? source.height() - 1 - y
                                              : x;
      std::copy_n(source.at(from_x, from_y), Channels, result.at(x, y));
    }
  }
  return result;
}

class TurnedPicture final : public Picture {
 public:
  TurnedPicture(std::shared_ptr<const Picture> original, int quarter_turns)
      : original_{std::move(original)}, quarter_turns_{quarter_turns} {}

  [[nodiscard]] Size size() const override { return turned(original_->size(), quarter_turns_); }
  [[nodiscard]] BgrImage cut(const PixelBox& region, Size size) const override {
    return turn(original_->cut(in_original(region), turned(size, quarter_turns_)), quarter_turns_);
  }
  [[nodiscard]] BgrImage scaled(Size size) const override {
    return turn(original_->scaled(turned(size, quarter_turns_)), quarter_turns_);
  }
  [[nodiscard]] GreyImage luma(Size size) const override {
    return turn(original_->luma(turned(size, quarter_turns_)), quarter_turns_);
  }

 private:
  [[nodiscard]] PixelBox in_original(const PixelBox& region) const {
    const auto width = static_cast<float>(original_->size().width);
    const auto height = static_cast<float>(original_->size().height);
    switch (quarter_turns_) {
      case 1:
        return {region.y, height - region.right(), region.height, region.width};
      case 2:
        return {width - region.right(), height - region.bottom(), region.width, region.height};
      default:
        return {width - region.bottom(), region.x, region.height, region.width};
    }
  }

  std::shared_ptr<const Picture> original_;
  int quarter_turns_;  ///< 1, 2 or 3
};

}  // namespace

std::shared_ptr<const Picture> turned(std::shared_ptr<const Picture> picture, int quarter_turns) {
  const int turns = ((quarter_turns % 4) + 4) % 4;
  if (turns == 0 || !picture) return picture;
  return std::make_shared<TurnedPicture>(std::move(picture), turns);
}

}  // namespace regard::capture
