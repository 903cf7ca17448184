#include "capture/logic/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace regard::capture {
namespace {

TEST(Address, tells_files_devices_cameras_and_scenes_apart) {
  EXPECT_EQ(read_address("clip.mp4").form, AddressForm::path);
  EXPECT_EQ(read_address("/a/b:c.mp4").form, AddressForm::path);
  EXPECT_EQ(read_address("file:///a/b%20c.mp4").location, "/a/b c.mp4");
  EXPECT_EQ(read_address("/dev/video0").form, AddressForm::device);
  EXPECT_EQ(read_address("RTSP://camera/1").form, AddressForm::network);
  EXPECT_EQ(read_address("RTSP://camera/1").scheme, "rtsp");
  EXPECT_EQ(read_address("cast:lobby?people=5").location, "lobby?people=5");
  EXPECT_EQ(read_address("gopher://old/1").form, AddressForm::unknown);
  EXPECT_EQ(read_address("").form, AddressForm::path);
}

TEST(Address, takes_credentials_out) {
  const Address address = read_address("rtsp://guard:p%40ss%2Fw@camera:554/live?x=1");
  EXPECT_EQ(address.credentials.user, "guard");
  EXPECT_EQ(address.credentials.password, "p@ss/w");
  EXPECT_EQ(address.location, "rtsp://camera:554/live?x=1");
  EXPECT_EQ(read_address("rtsp://camera/path@2").location, "rtsp://camera/path@2");
  EXPECT_EQ(read_address("rtsp://camera:554/path@2").location, "rtsp://camera:554/path@2");
}

TEST(Address, puts_credentials_back_percent_encoded) {
  const Address address = read_address("rtsp://camera/live");
  EXPECT_EQ(with_credentials(address, {"a b", "p@s:/?#"}), "rtsp://a%20b:p%40s%3A%2F%3F%23@camera/live");
  EXPECT_EQ(with_credentials(address, {}), "rtsp://camera/live");
}

struct Secret {
  const char* text;
  const char* printed;
};

TEST(Address, never_prints_secrets) {
  const Secret cases[] = {
      {"rtsp://u:secret@cam/1", "rtsp://cam/1"},
      {"rtsp://u:sec@ret@cam/1", "rtsp://cam/1"},
      {"rtsp://u:sec/ret@cam/1", "rtsp://cam/1"},
      {"rtsp://secret@cam", "rtsp://cam"},
      {"http://cam/v.cgi?user=secret&pwd=secret&x=1", "http://cam/v.cgi?user=***&pwd=***&x=1"},
      {"srt://h:1?passphrase=secret", "srt://h:1?passphrase=***"},
      {"cannot open rtsp://u:secret@a/ and http://b:secret@c/d", "cannot open rtsp://a/ and http://c/d"},
      {"HTTP://c/?PASSWORD=secret", "HTTP://c/?PASSWORD=***"},
      {"http://c/?token=", "http://c/?token=***"},
      {"clip@home.mp4", "clip@home.mp4"},
      {"rtsp://[fe80::1]:554/a@b", "rtsp://[fe80::1]:554/a@b"},
      {"", ""},
      {"://", "://"},
      {"?=&=", "?=&="},
  };
  for (const Secret& one : cases) {
    EXPECT_EQ(printable_address(one.text), one.printed);
    EXPECT_THAT(redact(one.text), testing::Not(testing::HasSubstr("secret")));
  }
}

TEST(Address, lets_no_network_address_reach_local_files) {
  for (const char* scheme : {"rtsp", "rtsps", "http", "https", "rtmp", "srt", "udp", "rtp"}) {
    EXPECT_THAT(protocols_for(scheme), testing::Not(testing::HasSubstr("file"))) << scheme;
  }
  EXPECT_EQ(protocols_for(""), "file");
}

TEST(NaturalOrder, counts_digits_as_numbers) {
  std::vector<std::string> names{"image10.png", "image2.png", "Image.png", "image002.png",
                                 "image",       "image1b",    "image1a"};
  std::ranges::sort(names, naturally_before);
  EXPECT_THAT(names, testing::ElementsAre("Image.png", "image", "image1a", "image1b", "image002.png", "image2.png",
                                          "image10.png"));
}

TEST(NaturalOrder, is_strict) {
  const std::string names[] = {"a1", "a01", "a001", "a", "1", "01", "", "a1b", "a01b"};
  for (const auto& a : names) {
    EXPECT_FALSE(naturally_before(a, a));
    for (const auto& b : names) {
      if (a != b) {
        EXPECT_NE(naturally_before(a, b), naturally_before(b, a)) << a << " " << b;
      }
    }
  }
}

}  // namespace
}  // namespace regard::capture
