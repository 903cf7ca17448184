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
    const std::string name{key.table};
    const bool is_list = name == "camera" || name == "webhook";
    if (name != table) text += is_list ? "[[" + name + "]]\n" : "[" + name + "]\n";
    table = key.table;
    text += std::string{key.name} + " = " + std::string{key.value} + "\n";
  }
  const auto config = config_from(text, "x");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->listen, (ListenAddress{"127.0.0.1", 8080}));
  EXPECT_EQ(config->certificate, "/etc/regard/chain.pem");
  EXPECT_EQ(config->data.folder, "/var/lib/regard");
  EXPECT_EQ(config->outlets.journal, "/var/lib/regard/journal");
  EXPECT_EQ(config->outlets.kept_events, 10'000U);
  EXPECT_EQ(config->outlets.kept_for, std::chrono::hours{24});
  EXPECT_EQ(config->outlets.mqtt, "mqtts://broker.example");
  EXPECT_EQ(config->outlets.mqtt_credentials_file, "/etc/regard/mqtt.txt");
  EXPECT_EQ(config->outlets.mqtt_authorities, "/etc/regard/broker-ca.pem");
  ASSERT_EQ(config->outlets.webhooks.size(), 1U);
  EXPECT_EQ(config->outlets.webhooks[0].url, "https://hooks.example/regard");
  EXPECT_EQ(config->outlets.webhooks[0].secret_file, "/etc/regard/webhook.txt");
  EXPECT_EQ(config->outlets.mail.url, "smtp://mail.example.org");
  EXPECT_EQ(config->outlets.mail.from, "regard@example.org");
  EXPECT_EQ(config->outlets.mail.to, std::vector<std::string>{"guard@example.org"});
  EXPECT_EQ(config->outlets.mail.credentials_file, "/etc/regard/mail.txt");
  EXPECT_EQ(config->outlets.mail.authorities, "/etc/regard/mail-ca.pem");
  EXPECT_EQ(config->outlets.mail.galleries, std::vector<std::string>{"wanted"});
  EXPECT_TRUE(config->outlets.mail.cameras);
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
  EXPECT_FALSE(config->outlets.any());
  EXPECT_EQ(config->outlets.kept_events, 10'000U);
}

TEST(Config, unknown_keys_are_refused_with_the_nearest_known_one) {
  EXPECT_THAT(config_from("lisen = \"x\"", "x").error().message(), HasSubstr("nearest is listen"));
  EXPECT_THAT(config_from("[tls]\ncert = \"x\"", "x").error().message(), HasSubstr("tls.certificate"));
  EXPECT_THAT(config_from("[[camera]]\nadress = \"x\"", "x").error().message(), HasSubstr("camera.address"));
  EXPECT_THAT(config_from("[mqtt]\nurl = \"mqtt://x\"\npassword = \"x\"", "x").error().message(),
              HasSubstr("there is no key mqtt.password"));
  EXPECT_THAT(config_from("[[webhook]]\nsecret = \"x\"", "x").error().message(), HasSubstr("webhook.secret_file"));
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
           {"mqtt = 1", "[mqtt]"},
           {"[mqtt]\nca_file = \"x\"", "mqtt has no url"},
           {"[webhook]\nurl = \"x\"", "[[webhook]]"},
           {"[[webhook]]\nallow_private = true", "webhook has no url"},
           {"[[webhook]]\nurl = \"https://x\"\nallow_private = 1", "true or false"},
           {"[journal]\nkeep_events = 0", "whole number from 1 to 100000"},
           {"[journal]\nkeep_events = 2.5", "whole number"},
           {"[journal]\nkeep_hours = -1", "whole number from 1 to 8760"},
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
