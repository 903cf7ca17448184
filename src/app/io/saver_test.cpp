#include "app/saver.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "files.h"

namespace regard::app {
namespace {

/// A white picture whose part `face` is a chessboard, of which blurring leaves grey.
capture::Frame frame_with(Size size, const PixelBox& face, Duration position) {
  BgrImage pixels{size, 255};
  for (int y = static_cast<int>(face.y); y < static_cast<int>(face.bottom()); ++y) {
    for (int x = static_cast<int>(face.x); x < static_cast<int>(face.right()); ++x) {
      const auto value = static_cast<std::uint8_t>((x / 8 + y / 8) % 2 * 255);
      std::fill_n(pixels.at(x, y), 3, value);
    }
  }
  return {.index = 0, .position = position, .time = {}, .picture = capture::make_picture(std::move(pixels))};
}

std::vector<BgrImage> pictures_of(const std::filesystem::path& video) {
  std::vector<BgrImage> pictures;
  auto source = capture::open_source(video.string(), {});
  EXPECT_TRUE(source);
  while (source) {
    auto frame = (*source)->next({});
    if (!frame || !*frame) break;
    pictures.push_back((*frame)->picture->scaled((*frame)->picture->size()));
  }
  return pictures;
}

/// Darkest and brightest byte of a row, from one column to another.
std::pair<int, int> range(const BgrImage& picture, int y, int from, int to) {
  const auto [least, most] = std::minmax_element(picture.at(from, y), picture.at(to, y));
  return {*least, *most};
}

TEST(Saver, goes_on_in_the_first_size_when_the_camera_changes_its_resolution) {
  const test::TemporaryFolder folder;
  Saver saver{folder / "a.mp4", 10};
  // The same scene at twice the width and three times the height, then at half of both.
  const auto show = [&](Size size, Duration position) {
    const PixelBox face = rescale({160, 80, 80, 80}, {320, 240}, size);
    const detect::Detection found{
        .kind = detect::Kind::face, .object = {}, .score = {0.9F}, .box = face, .points = std::nullopt};
    const auto saved = saver({frame_with(size, face, position), std::span{&found, 1}, {}});
    ASSERT_TRUE(saved) << saved.error().message();
  };
  using namespace std::chrono_literals;
  show({320, 240}, 0ms);
  show({640, 720}, 100ms);
  show({160, 120}, 200ms);
  ASSERT_TRUE(saver.finish());

  const std::vector<BgrImage> pictures = pictures_of(folder / "a.mp4");
  ASSERT_EQ(pictures.size(), 3U);
  for (const BgrImage& picture : pictures) {
    EXPECT_EQ(picture.width(), 320);
    EXPECT_EQ(picture.height(), 240);
    const auto [dark, bright] = range(picture, 120, 180, 220);
    EXPECT_GT(dark, 60) << "the chessboard is not blurred where the scaled face is";
    EXPECT_LT(bright, 195);
    EXPECT_GT(range(picture, 120, 10, 100).first, 220) << "what is no face is hidden";
  }
}

}  // namespace
}  // namespace regard::app
