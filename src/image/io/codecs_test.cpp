#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "image/image.h"

namespace regard::image {
namespace {

BgrImage gradient(Size size) {
  BgrImage picture{size};
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      picture.at(x, y)[0] = static_cast<std::uint8_t>(x * 255 / size.width);
      picture.at(x, y)[1] = static_cast<std::uint8_t>(y * 255 / size.height);
      picture.at(x, y)[2] = 60;
    }
  }
  return picture;
}

std::span<const std::uint8_t> bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A JPEG with an EXIF segment that says `orientation`, put right after the start marker.
std::string with_orientation(const std::string& jpeg, int orientation) {
  std::string tiff{"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 19};
  tiff += static_cast<char>(orientation);
  tiff += std::string(6, '\0');
  const std::string body = std::string{"Exif\0\0", 6} + tiff;
  std::string segment{"\xFF\xE1"};
  segment += static_cast<char>((body.size() + 2) >> 8U);
  segment += static_cast<char>((body.size() + 2) & 0xFFU);
  return jpeg.substr(0, 2) + segment + body + jpeg.substr(2);
}

TEST(Codecs, png_comes_back_exactly) {
  const BgrImage picture = gradient({37, 23});
  const auto back = decode(bytes(encode_png(picture.view())), "test");
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_TRUE(std::equal(picture.bytes().begin(), picture.bytes().end(), back->bytes().begin()));
}

TEST(Codecs, jpeg_comes_back_nearly) {
  const BgrImage picture = gradient({64, 48});
  const auto back = decode(bytes(encode_jpeg(picture.view(), 95)), "test");
  ASSERT_TRUE(back) << back.error().message();
  for (std::size_t i = 0; i < picture.bytes().size(); ++i) EXPECT_NEAR(picture.bytes()[i], back->bytes()[i], 12);
}

TEST(Codecs, ppm_is_read_with_comments) {
  const std::string ppm = "P6\n# made by hand\n2 1\n255\n" + std::string{"\x01\x02\x03\x04\x05\x06", 6};
  const auto picture = decode(bytes(ppm), "test");
  ASSERT_TRUE(picture) << picture.error().message();
  EXPECT_EQ(picture->at(0, 0)[2], 1);  // red first in the file
  EXPECT_EQ(picture->at(1, 0)[0], 6);
}

TEST(Codecs, exif_orientation_is_applied) {
  BgrImage picture{Size{32, 16}};
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) std::memset(picture.at(x, y), 250, 3);  // left half white
  }
  const std::string jpeg = encode_jpeg(picture.view(), 95);
  const auto upright = decode(bytes(with_orientation(jpeg, 6)), "test");  // 6: the camera was turned, rotate clockwise
  ASSERT_TRUE(upright) << upright.error().message();
  EXPECT_EQ(upright->size(), (Size{16, 32}));
  EXPECT_GT(upright->at(8, 4)[0], 200);  // left became top
  EXPECT_LT(upright->at(8, 28)[0], 50);
  const auto turned = decode(bytes(with_orientation(jpeg, 3)), "test");
  EXPECT_LT(turned->at(4, 8)[0], 50);
  EXPECT_GT(turned->at(28, 8)[0], 200);
}

TEST(Codecs, cut_off_files_are_refused_with_their_name) {
  for (const std::string& whole : {encode_png(gradient({64, 64}).view()), encode_jpeg(gradient({64, 64}).view(), 90)}) {
    for (const std::size_t length : {whole.size() / 2, std::size_t{20}, std::size_t{4}}) {
      const auto picture = decode(bytes(whole).first(length), "door.img");
      ASSERT_FALSE(picture);
      EXPECT_EQ(picture.error().kind, ErrorKind::corrupt);
      EXPECT_NE(picture.error().message().find("door.img"), std::string::npos);
    }
  }
}

TEST(Codecs, zero_bytes_and_text_are_refused) {
  EXPECT_EQ(decode({}, "x").error().kind, ErrorKind::corrupt);
  EXPECT_EQ(decode(bytes("this is a text"), "x").error().kind, ErrorKind::corrupt);
}

TEST(Codecs, an_image_over_the_limit_is_refused_before_memory_is_taken) {
  // A PNG header that claims 30,000 x 30,000 pixels.
  std::string png = encode_png(gradient({8, 8}).view());
  const auto put = [&](std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) png[at + i] = static_cast<char>(value >> (24 - 8 * i));
  };
  put(16, 30000);
  put(20, 30000);
  std::uint32_t crc = 0xFFFFFFFF;  // CRC-32 of the IHDR chunk, PNG specification annex D
  for (std::size_t i = 12; i < 29; ++i) {
    crc ^= static_cast<std::uint8_t>(png[i]);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  put(29, ~crc);
  const auto picture = decode(bytes(png), "huge.png");
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().kind, ErrorKind::limit);
  EXPECT_NE(picture.error().message().find("30000 x 30000"), std::string::npos);
}

TEST(Codecs, a_missing_file_is_not_found) {
  EXPECT_EQ(read("/nonexistent/picture.jpg").error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace regard::image
