#include "app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files.h"

namespace regard::app {
namespace {

using ::testing::HasSubstr;

TEST(Config, every_key_is_read) {
  std::string text;
  std::string_view table;
  for (const ConfigKey& key : config_keys()) {
    if (key.table != table) text += key.table == "camera" ? "[[camera]]\n" : "[" + std::string{key.table} + "]\n";
    table = key.table;
    text += std::string{key.name} + " = " + std::string{key.value} + "\n";
  }
  const auto config = config_from(text, "x");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->listen, (ListenAddress{"127.0.0.1", 8080}));
  EXPECT_EQ(config->certificate, "/etc/regard/chain.pem");
  EXPECT_EQ(config->data.folder, "/var/lib/regard");
  ASSERT_EQ(config->cameras.size(), 1U);
  EXPECT_EQ(config->cameras[0].frames_per_second, 5.0);
  EXPECT_EQ(config->cameras[0].zone, "door");
}

TEST(Config, every_key_is_documented_in_its_own_words) {
  const std::string page = test::contents(REGARD_SOURCE_DIR "/docs/serve.md");
  for (const ConfigKey& key : config_keys()) {
    const std::string line = "| `" + std::string{key.table} + (key.table.empty() ? "" : ".") + std::string{key.name} +
                             "` | `" + std::string{key.value} + "` | " + std::string{key.what} + " |";
    EXPECT_THAT(page, HasSubstr(line));
  }
}

TEST(Config, nothing_is_a_configuration_too) {
  const auto config = config_from("", "x");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->listen.address, "127.0.0.1");
  EXPECT_TRUE(config->cameras.empty());
}

TEST(Config, unknown_keys_are_refused_with_the_nearest_known_one) {
  EXPECT_THAT(config_from("lisen = \"x\"", "x").error().message(), HasSubstr("nearest is listen"));
  EXPECT_THAT(config_from("[tls]\ncert = \"x\"", "x").error().message(), HasSubstr("tls.certificate"));
  EXPECT_THAT(config_from("[[camera]]\nadress = \"x\"", "x").error().message(), HasSubstr("camera.address"));
  EXPECT_FALSE(config_from("[[camera]]\naddress = \"a.mp4\"\nlisten = \"x\"", "x"));
}

TEST(Config, wrong_values_are_refused_and_named) {
  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {"listen = 8080", "listen is not a text"},
           {"listen = \"127.0.0.1:x\"", "port"},
           {"plain_http = \"no\"", "plain_http is not true or false"},
           {"camera = 1", "[[camera]]"},
           {"[camera]\naddress = \"a\"", "[[camera]]"},
           {"[[camera]]\nname = \"x\"", "no address"},
           {"[[camera]]\naddress = \"a.mp4\"\nfps = true", "camera.fps is not a number"},
           {"[[camera]]\naddress = \"a.mp4\"\nfps = 0", "rate"},
           {"[[camera]]\naddress = \"a.mp4\"\nclasses = [\"dragon\"]", "dragon"},
           {"[[camera]]\naddress = \"a.mp4\"\nclasses = \"face\"", "list"},
           {"[[camera]]\naddress = \"a.mp4\"\ngallery = \"staff\"", "zone"},
           {"[[camera]]\naddress = \"a.mp4\"\nname = \"a b\"", "plain"},
           {"[[camera]]\naddress = \"a.mp4\"\nname=\"a\"\n[[camera]]\naddress = \"b.mp4\"\nname=\"a\"", "two cameras"},
           {"[tls]\nkey = \"k\"", "name both"},
           {"[[camera", "line 1"},
           {"[{a]\n", ""}}) {
    const auto config = config_from(text, "my.toml");
    ASSERT_FALSE(config) << text;
    EXPECT_THAT(config.error().message(), HasSubstr(words)) << text;
    EXPECT_THAT(config.error().message(), HasSubstr("my.toml"));
  }
  EXPECT_EQ(config_from(std::string((1U << 20U) + 1, ' '), "x").error().kind, ErrorKind::limit);
}

TEST(Config, cameras_without_names_get_different_ones) {
  const auto config = config_from("[[camera]]\naddress = \"a/door.mp4\"\n[[camera]]\naddress = \"b/door.mp4\"", "x");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->cameras[0].name, "door");
  EXPECT_EQ(config->cameras[1].name, "door-2");
}

TEST(Config, cameras_are_read_back_as_they_were_written) {
  CameraSettings plain;
  plain.name = "a";
  plain.address = "cast:lobby?people=3";
  CameraSettings full{.name = "b.2",
                      .address = "rtsp://x/\"quoted\\\n\x7f",
                      .frames_per_second = 2.5,
                      .classes = {"person", "car"},
                      .rtsp_over_udp = true,
                      .credentials_file = "/etc/ä",
                      .gallery = "staff",
                      .zone = "door"};
  const std::vector<CameraSettings> cameras{plain, full};
  const auto config = config_from(config_text(cameras), "x");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->cameras, cameras);
}

TEST(Config, the_origin_is_an_address_with_a_name) {
  for (const char* right : {"https://regard.example.org", "https://a.example:8443", "http://localhost:8080"})
    EXPECT_TRUE(check_origin(right)) << right;
  for (const char* wrong : {"", "regard.example.org", "http://a.example", "https://", "https://a.example/",
                            "https://192.0.2.1", "https://A.example", "https://u@a.example", "http://localhost.evil"})
    EXPECT_FALSE(check_origin(wrong)) << wrong;
  EXPECT_EQ(config_from("origin = \"https://a.example\"", "x")->origin, "https://a.example");
  EXPECT_FALSE(config_from("origin = \"a.example\"", "x"));
}

}  // namespace
}  // namespace regard::app
