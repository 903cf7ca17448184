#include <gtest/gtest.h>

#include "crypto/crypto.h"

namespace regard::crypto {
namespace {

TEST(Encoding, base64url_is_that_of_rfc_4648) {
  const std::pair<std::string_view, std::string_view> published[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : published) {
    EXPECT_EQ(to_base64url(bytes_of(plain)), text);
    const auto back = from_base64url(text);
    ASSERT_TRUE(back);
    EXPECT_EQ(std::string(back->begin(), back->end()), plain);
  }
  EXPECT_EQ(to_base64url(Bytes{0xfb, 0xff}), "-_8");
}

TEST(Encoding, refuses_what_is_not_the_one_way_to_write_it) {
  EXPECT_FALSE(from_base64url("Zg=="));  // padding
  EXPECT_FALSE(from_base64url("Zh"));    // bits left over
  EXPECT_FALSE(from_base64url("Zm9+"));  // the other alphabet
  EXPECT_FALSE(from_base64url("Z"));
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("AB"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(Encoding, base64_is_that_of_rfc_4648_too) {
  const std::pair<std::string_view, std::string_view> published[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : published) {
    const auto bytes = from_base64(text);
    ASSERT_TRUE(bytes) << text;
    EXPECT_EQ(std::string(bytes->begin(), bytes->end()), plain);
  }
  EXPECT_EQ(from_base64("+/8="), (Bytes{0xfb, 0xff}));
  for (const char* wrong : {"Zg", "Zg=", "Zh==", "Z===", "====", "-_8=", "Zm9v\n", "Zg==Zg=="})
    EXPECT_FALSE(from_base64(wrong)) << wrong;
}

TEST(Encoding, hexadecimal_goes_there_and_back) {
  Bytes all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<std::uint8_t>(i));
  EXPECT_EQ(from_hex(to_hex(all)), all);
  EXPECT_EQ(to_hex(Bytes{0x00, 0x7f, 0xff}), "007fff");
}

}  // namespace
}  // namespace regard::crypto
