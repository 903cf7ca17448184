#include "capture/discover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "capture/io/onvif_client.h"
#include "capture/io/test_material.h"

namespace regard::capture {
namespace {

using test::Server;

/// Asks until the camera has answered: a loaded machine may take longer than one question waits.
std::vector<DiscoveredCamera> ask(const Server& camera, const std::optional<Credentials>& credentials = {}) {
  DiscoverOptions options;
  options.address = "127.0.0.1";
  options.port = camera.port();
  options.timeout = std::chrono::milliseconds{300};
  options.credentials = credentials;
  const test::Deadline deadline;
  while (!deadline.token().stop_requested()) {
    auto cameras = discover(options);
    EXPECT_TRUE(cameras) << cameras.error().message();
    if (!cameras || !cameras->empty()) return cameras.value_or(std::vector<DiscoveredCamera>{});
  }
  return {};
}

TEST(Discover, finds_a_camera_and_its_streams) {
  const auto cameras = ask(Server{"onvif_camera.py", {}});
  ASSERT_EQ(cameras.size(), 1U);
  const DiscoveredCamera& camera = cameras.front();
  EXPECT_FALSE(camera.problem) << camera.problem->message();
  EXPECT_EQ(camera.name, "Front Door");
  EXPECT_EQ(camera.hardware, "T1000");
  EXPECT_EQ(camera.endpoint, "urn:uuid:1419d68a-1dd2-11b2-a105-000000000001");
  ASSERT_EQ(camera.streams.size(), 2U);
  EXPECT_EQ(camera.streams[0].profile, "Main <stream>");
  EXPECT_EQ(camera.streams[0].encoding, "H264");
  EXPECT_EQ(camera.streams[0].size, (Size{1920, 1080}));
  EXPECT_EQ(camera.streams[0].url, "rtsp://127.0.0.1:554/main?a=1&b=2");  // without the password that it sent
  EXPECT_EQ(camera.streams[1].url, "rtsp://127.0.0.1:554/sub?a=1&b=2");
}

TEST(Discover, signs_with_the_cameras_own_clock) {
  const Server camera{"onvif_camera.py", {"--user", "guard", "--password", "<p&ss>", "--clock-ahead", "86400"}};
  const auto cameras = ask(camera, Credentials{"guard", "<p&ss>"});
  ASSERT_EQ(cameras.size(), 1U);
  EXPECT_FALSE(cameras[0].problem) << cameras[0].problem->message();
  EXPECT_EQ(cameras[0].streams.size(), 2U);
}

TEST(Discover, says_when_credentials_are_refused) {
  const Server camera{"onvif_camera.py", {"--user", "guard", "--password", "right"}};
  for (const auto& credentials : {std::optional<Credentials>{}, std::optional{Credentials{"guard", "wrong"}}}) {
    const auto cameras = ask(camera, credentials);
    ASSERT_EQ(cameras.size(), 1U);
    ASSERT_TRUE(cameras[0].problem);
    EXPECT_EQ(cameras[0].problem->kind, ErrorKind::denied);
    EXPECT_THAT(to_json(cameras[0]), testing::Not(testing::HasSubstr("wrong")));
  }
}

TEST(Discover, asks_no_host_but_the_one_that_answered) {
  const auto cameras = ask(Server{"onvif_camera.py", {"--elsewhere", "192.0.2.7"}}, Credentials{"guard", "word"});
  ASSERT_EQ(cameras.size(), 1U);
  ASSERT_TRUE(cameras[0].problem);
  EXPECT_THAT(cameras[0].problem->message(), testing::HasSubstr("192.0.2.7"));
}

TEST(Discover, is_not_put_off_by_nonsense) {
  const auto cameras = ask(Server{"onvif_camera.py", {"--strange"}});
  ASSERT_EQ(cameras.size(), 1U);
  EXPECT_EQ(cameras[0].streams.size(), 2U);
}

TEST(Discover, prints_one_line_of_json) {
  DiscoveredCamera camera{"urn:1", "Tor \"\xFF", "T", "http://u:p@h/x", {{"main", "H264", {1, 2}, "rtsp://h/1"}}, {}};
  const std::string line = to_json(camera);
  EXPECT_THAT(line, testing::Not(testing::HasSubstr("\n")));
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json.at("streams").at(0).at("url"), "rtsp://h/1");
  EXPECT_EQ(json.at("service"), "http://h/x");
}

TEST(Discover, refuses_what_is_no_address) {
  DiscoverOptions options;
  options.address = "everywhere";
  const auto cameras = discover(options);
  ASSERT_FALSE(cameras);
  EXPECT_EQ(cameras.error().kind, ErrorKind::invalid_input);
}

// The example of the ONVIF Application Programmer's Guide 1.0, section 6.1.1.3.
TEST(OnvifDigest, matches_the_published_example) {
  const std::string nonce{"\x2c\xaa\x88\xe8\x6f\xc0\x8a\x42\x82\x42\xb3\x74\xce\xa6\x45\x96", 16};
  const auto token = onvif::sign({"user", "userpassword"}, nonce, "2010-09-16T07:50:45Z");
  EXPECT_EQ(token.nonce, "LKqI6G/AikKCQrN0zqZFlg==");
  EXPECT_EQ(token.digest, "tuOSpGlFlIXsozq4HFNeeGeFLEI=");
}

}  // namespace
}  // namespace regard::capture
