#include "capture/io/av_picture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "image/image.h"

namespace regard::capture {
namespace {

struct Yuv {
  int y;
  int u;
  int v;
};

/// A picture whose pixel (x, y) has the colour that `paint` says; chroma is taken at each chroma sample's first pixel.
template <typename Paint>
std::shared_ptr<const Picture> draw(Size size, AVPixelFormat format, AVColorSpace matrix, AVColorRange range,
                                    const Paint& paint) {
  ffmpeg::Frame frame{av_frame_alloc()};
  frame->width = size.width;
  frame->height = size.height;
  frame->format = format;
  frame->colorspace = matrix;
  frame->color_range = range;
  EXPECT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
  const AVPixFmtDescriptor* layout = av_pix_fmt_desc_get(format);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const Yuv colour = paint(x, y);
      frame->data[0][y * frame->linesize[0] + x] = static_cast<std::uint8_t>(colour.y);
      const int width = 1 << layout->log2_chroma_w;
      const int height = 1 << layout->log2_chroma_h;
      if (x % width != 0 || y % height != 0) continue;
      frame->data[1][y / height * frame->linesize[1] + x / width] = static_cast<std::uint8_t>(colour.u);
      frame->data[2][y / height * frame->linesize[2] + x / width] = static_cast<std::uint8_t>(colour.v);
    }
  }
  return make_picture(std::move(frame), make_scaler_pool());
}

struct Expected {
  double blue;
  double green;
  double red;
};

/// ITU-R BT.601-7 and BT.709-6: R'G'B' from Y'CbCr by the luma weights of the standard, in full or narrow range.
Expected convert(const Yuv& colour, AVColorSpace matrix, AVColorRange range) {
  const double red = matrix == AVCOL_SPC_BT709 ? 0.2126 : 0.299;
  const double blue = matrix == AVCOL_SPC_BT709 ? 0.0722 : 0.114;
  const bool full = range == AVCOL_RANGE_JPEG;
  const double y = full ? colour.y / 255.0 : (colour.y - 16) / 219.0;
  const double cb = (colour.u - 128) / (full ? 255.0 : 224.0);
  const double cr = (colour.v - 128) / (full ? 255.0 : 224.0);
  const double r = y + 2 * (1 - red) * cr;
  const double b = y + 2 * (1 - blue) * cb;
  const double g = (y - red * r - blue * b) / (1 - red - blue);
  const auto level = [](double value) { return std::clamp(value * 255, 0.0, 255.0); };
  return {level(b), level(g), level(r)};
}

TEST(AvPicture, keeps_to_the_matrix_and_range_of_the_stream) {
  const Yuv colours[] = {{16, 128, 128}, {235, 128, 128}, {81, 90, 240},
                         {145, 54, 34},  {41, 240, 110},  {120, 110, 150}};
  for (const AVColorSpace matrix : {AVCOL_SPC_BT709, AVCOL_SPC_SMPTE170M}) {
    for (const AVColorRange range : {AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG}) {
      for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P}) {
        for (const Yuv& colour : colours) {
          const auto picture = draw({64, 32}, format, matrix, range, [&](int, int) { return colour; });
          const Expected expected = convert(colour, matrix, range);
          for (const Size size : {Size{64, 32}, Size{20, 12}, Size{100, 70}}) {
            const BgrImage pixels = picture->scaled(size);
            const std::uint8_t* pixel = pixels.at(size.width / 2, size.height / 2);
            // swscale computes with 8 to 14 bits.
            EXPECT_NEAR(pixel[0], expected.blue, 3) << colour.y << " " << format << " " << size.width;
            EXPECT_NEAR(pixel[1], expected.green, 3) << colour.y << " " << format << " " << size.width;
            EXPECT_NEAR(pixel[2], expected.red, 3) << colour.y << " " << format << " " << size.width;
          }
        }
      }
    }
  }
}

TEST(AvPicture, takes_high_definition_without_a_matrix_for_bt709) {
  const Yuv colour{81, 90, 240};
  for (const Size size : {Size{1280, 720}, Size{640, 480}}) {
    const auto picture = draw(size, AV_PIX_FMT_YUV420P, AVCOL_SPC_UNSPECIFIED, AVCOL_RANGE_UNSPECIFIED,
                              [&](int, int) { return colour; });
    const auto matrix = size.height == 720 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
    EXPECT_NEAR(picture->scaled({16, 16}).at(8, 8)[1], convert(colour, matrix, AVCOL_RANGE_MPEG).green,
                6);  // the other matrix is 24 off
  }
}

/// A smooth but busy picture: waves in luma, slow colours.
Yuv waves(int x, int y) {
  return {static_cast<int>(std::lround(126 + 60 * std::sin(x * 0.11) * std::cos(y * 0.07))),
          static_cast<int>(std::lround(128 + 50 * std::sin(x * 0.02))),
          static_cast<int>(std::lround(128 + 50 * std::cos(y * 0.025)))};
}

std::shared_ptr<const Picture> waves_of(Size size) {
  return draw(size, AV_PIX_FMT_YUV420P, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, waves);
}

/// Mean and largest difference of all bytes.
std::pair<double, int> difference(const BgrImage& a, const BgrImage& b) {
  EXPECT_EQ(a.size(), b.size());
  double sum = 0;
  int largest = 0;
  for (std::size_t i = 0; i < a.bytes().size(); ++i) {
    const int d = std::abs(int{a.bytes()[i]} - int{b.bytes()[i]});
    sum += d;
    largest = std::max(largest, d);
  }
  return {sum / static_cast<double>(a.bytes().size()), largest};
}

TEST(AvPicture, shrinks_like_an_area_average_of_the_full_picture) {
  const auto picture = waves_of({1920, 1080});
  const BgrImage full = picture->scaled({1920, 1080});
  for (const Size size : {Size{640, 360}, Size{416, 416}, Size{320, 180}, Size{777, 333}}) {
    const auto [mean, largest] = difference(picture->scaled(size), image::resize(full.view(), size));
    EXPECT_LT(mean, 2.0) << size.width;
    EXPECT_LE(largest, 12) << size.width;
  }
}

TEST(AvPicture, luma_is_the_grey_of_the_picture) {
  const auto picture = waves_of({1920, 1080});
  const GreyImage luma = picture->luma({80, 45});
  const GreyImage expected = image::resize(image::to_grey(picture->scaled({1920, 1080}).view()).view(), {80, 45});
  for (std::size_t i = 0; i < luma.bytes().size(); ++i) {
    // BT.601 weights on BT.709 pixels differ by some levels in strong colours.
    EXPECT_NEAR(luma.bytes()[i], expected.bytes()[i], 24);
  }
}

TEST(AvPicture, luma_fills_the_whole_range) {
  const auto picture = draw({64, 64}, AV_PIX_FMT_YUV420P, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, [](int x, int) {
    return Yuv{x < 32 ? 16 : 235, 128, 128};
  });
  const GreyImage luma = picture->luma({16, 16});
  EXPECT_LE(*luma.at(2, 8), 2);
  EXPECT_GE(*luma.at(13, 8), 253);
}

TEST(AvPicture, cuts_what_cutting_the_full_picture_gives) {
  const unsigned seed = 17;
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random{seed};
  std::uniform_real_distribution<float> x{-80, 620};
  std::uniform_real_distribution<float> y{-80, 340};
  std::uniform_real_distribution<float> side{3, 300};
  const auto picture = waves_of({640, 360});
  const BgrImage full = picture->scaled({640, 360});
  for (int i = 0; i < 200; ++i) {
    const PixelBox region{x(random), y(random), side(random), side(random)};
    const Size size{64, 96};
    const auto [mean, largest] = difference(picture->cut(region, size), image::cut(full.view(), region, size));
    // Chroma is interpolated at the edge of the converted part, from fewer neighbours.
    EXPECT_LT(mean, 2.0) << region.x << " " << region.y << " " << region.width << " " << region.height;
    EXPECT_LE(largest, 40) << region.x << " " << region.y << " " << region.width << " " << region.height;
  }
}

TEST(AvPicture, cuts_whole_tiles_where_they_are) {
  const auto picture = waves_of({1920, 1080});
  const BgrImage full = picture->scaled({1920, 1080});
  for (const PixelBox region : {PixelBox{0, 0, 960, 540}, PixelBox{480, 270, 960, 540}, PixelBox{962, 542, 958, 538}}) {
    const auto [mean, largest] =
        difference(picture->cut(region, {640, 360}), image::cut(full.view(), region, {640, 360}));
    EXPECT_LT(mean, 1.5) << region.x;
    EXPECT_LE(largest, 16) << region.x;
  }
}

TEST(AvPicture, keeps_colour_edges_in_place_whatever_the_cut) {
  const auto picture = draw({256, 128}, AV_PIX_FMT_YUV420P, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, [](int x, int) {
    return Yuv{110, x < 128 ? 60 : 200, 128};
  });
  for (int left = 60; left < 100; ++left) {
    const BgrImage cut = picture->cut({static_cast<float>(left), 30, 64, 32}, {64, 32});
    const int edge = 128 - left;
    if (edge < 4 || edge > 60) continue;
    EXPECT_LT(cut.at(edge - 4, 16)[0] + 60, cut.at(edge + 3, 16)[0]) << left;
  }
}

TEST(AvPicture, is_black_outside) {
  const auto picture = draw({64, 64}, AV_PIX_FMT_YUV420P, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, [](int, int) {
    return Yuv{235, 128, 128};
  });
  const BgrImage beside = picture->cut({200, 200, 10, 10}, {8, 8});
  EXPECT_TRUE(std::ranges::all_of(beside.bytes(), [](std::uint8_t byte) { return byte == 0; }));
  const BgrImage half = picture->cut({-32, 0, 64, 64}, {64, 64});
  EXPECT_EQ(half.at(10, 32)[0], 0);
  EXPECT_GE(half.at(50, 32)[0], 250);
  const BgrImage none = picture->cut({5, 5, 0, 10}, {8, 8});
  EXPECT_EQ(none.size(), (Size{8, 8}));
  const float no_number = std::nanf("");
  EXPECT_EQ(picture->cut({no_number, 0, 10, 10}, {8, 8}).at(4, 4)[0], 0);
  EXPECT_EQ(picture->cut({0, 0, no_number, 10}, {8, 8}).at(4, 4)[0], 0);
  EXPECT_EQ(picture->cut({1e30F, -1e30F, 10, 10}, {8, 8}).at(4, 4)[0], 0);
}

TEST(PackedPicture, gives_its_pixels_back) {
  BgrImage pixels{{6, 4}};
  for (std::size_t i = 0; i < pixels.bytes().size(); ++i) pixels.bytes()[i] = static_cast<std::uint8_t>(i * 3);
  const auto picture = make_picture(pixels);
  EXPECT_EQ(picture->size(), (Size{6, 4}));
  EXPECT_TRUE(std::ranges::equal(picture->scaled({6, 4}).bytes(), pixels.bytes()));
  EXPECT_EQ(picture->cut({1, 1, 1, 1}, {1, 1}).at(0, 0)[0], pixels.at(1, 1)[0]);
}

}  // namespace
}  // namespace regard::capture
