#include "sinks/logic/home.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace regard::sinks {
namespace {

using Json = nlohmann::json;

std::string state(const std::string& camera, const std::string& value) {
  return Json{{"event", "camera_state"}, {"camera", camera}, {"state", value}}.dump();
}
std::string track(const char* event, const std::string& camera, int number, const char* object = "person") {
  return Json{{"event", event}, {"camera", camera}, {"track", number}, {"class", object}}.dump();
}

/// What the broker holds after `messages`.
void keep(std::map<std::string, std::string>& broker, const std::vector<Message>& messages) {
  for (const Message& message : messages) {
    if (message.retained) broker[message.topic] = message.payload;
  }
}

TEST(MqttAddress, has_a_host_and_defaults) {
  const auto plain = mqtt_address_from("mqtt://broker");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "broker");
  EXPECT_EQ(plain->port, 1883);
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->prefix, "regard");
  const auto full = mqtt_address_from("mqtts://[2001:db8::1]:1234/site/hall-2");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->host, "2001:db8::1");
  EXPECT_EQ(full->port, 1234);
  EXPECT_TRUE(full->tls);
  EXPECT_EQ(full->prefix, "site/hall-2");
  EXPECT_EQ(mqtt_address_from("mqtts://broker/").value().port, 8883);
}

TEST(MqttAddress, is_refused_with_a_reason_when_it_is_none_or_holds_a_password) {
  for (const char* url : {"", "broker", "http://broker", "mqtt://", "mqtt://:1883", "mqtt://broker:", "mqtt://broker:0",
                          "mqtt://broker:65536", "mqtt://broker:12x", "mqtt://broker/a+b", "mqtt://broker/#",
                          "mqtt://broker/a/", "mqtt://broker//a"}) {
    const auto address = mqtt_address_from(url);
    ASSERT_FALSE(address) << url;
    EXPECT_EQ(address.error().kind, ErrorKind::invalid_input);
  }
  const auto secret = mqtt_address_from("mqtt://me:hunter2@broker");
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().message().find("hunter2"), std::string::npos);
  EXPECT_NE(secret.error().remedy.find("--mqtt-credentials"), std::string::npos);
}

TEST(Slug, is_a_part_of_a_topic_and_differs_for_different_names) {
  EXPECT_EQ(slug_of("door-2"), "door-2");
  EXPECT_EQ(slug_of("front door").substr(0, 11), "front_door_");
  EXPECT_NE(slug_of("front door"), slug_of("front/door"));
  for (const char* name : {"", "+", "#", "a/b", "T\xc3\xbcr", "$SYS"}) {
    EXPECT_EQ(slug_of(name).find_first_of("+#/$ "), std::string::npos) << name;
    EXPECT_FALSE(slug_of(name).empty());
  }
}

TEST(Home, tells_each_event_first_and_not_retained) {
  Home home{"regard", "homeassistant"};
  const std::string line = state("door", "connecting");
  const auto messages = home.take(line);
  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages.front(), (Message{"regard/events/door", line, false}));
  for (std::size_t i = 1; i < messages.size(); ++i) EXPECT_TRUE(messages[i].retained);
  const std::string summary = R"({"event":"summary"})";
  EXPECT_EQ(home.take(summary), (std::vector<Message>{{"regard/events", summary, false}}));
  EXPECT_TRUE(home.take("no json").empty());
}

TEST(Home, follows_who_is_there) {
  Home home{"regard", "homeassistant"};
  std::map<std::string, std::string> broker;
  const auto after = [&](const std::string& line) -> std::map<std::string, std::string>& {
    keep(broker, home.take(line));
    return broker;
  };
  const std::string door = "regard/cameras/door/";
  EXPECT_EQ(after(state("door", "connecting"))[door + "connectivity"], "OFF");
  EXPECT_EQ(after(state("door", "live"))[door + "connectivity"], "ON");
  EXPECT_EQ(broker[door + "state"], "live");
  EXPECT_EQ(broker[door + "occupancy"], "OFF");
  EXPECT_EQ(broker[door + "count/person"], "0");
  after(track("track_started", "door", 1));
  after(track("track_started", "door", 2));
  after(track("track_started", "door", 3, "car"));
  EXPECT_EQ(broker[door + "occupancy"], "ON");
  EXPECT_EQ(broker[door + "count/person"], "2");
  EXPECT_EQ(broker[door + "count/car"], "1");
  after(track("track_ended", "door", 1));
  after(track("track_ended", "door", 1));
  EXPECT_EQ(broker[door + "count/person"], "1");
  after(track("track_started", "hall", 1, "face"));
  EXPECT_EQ(broker["regard/cameras/hall/occupancy"], "ON");
  EXPECT_EQ(after(track("track_ended", "door", 2))[door + "occupancy"], "OFF");
  EXPECT_EQ(broker[door + "count/car"], "1");
}

TEST(Home, knows_nobody_once_a_camera_is_gone_or_begins_anew) {
  for (const char* gone : {"stalled", "failed", "ended", "connecting"}) {
    Home home{"regard", "homeassistant"};
    std::map<std::string, std::string> broker;
    keep(broker, home.take(state("door", "live")));
    keep(broker, home.take(track("track_started", "door", 1)));
    keep(broker, home.take(state("door", gone)));
    EXPECT_EQ(broker["regard/cameras/door/occupancy"], "OFF") << gone;
    EXPECT_EQ(broker["regard/cameras/door/count/person"], "0") << gone;
    EXPECT_EQ(broker["regard/cameras/door/connectivity"], "OFF") << gone;
  }
}

TEST(Home, says_a_state_again_only_when_it_changed_and_all_of_them_when_asked) {
  Home home{"regard", "homeassistant"};
  std::map<std::string, std::string> broker;
  keep(broker, home.take(state("door", "live")));
  EXPECT_EQ(home.take(state("door", "live")).size(), 1U);
  keep(broker, home.take(track("track_started", "door", 1)));
  std::map<std::string, std::string> again;
  keep(again, home.states());
  EXPECT_EQ(again, broker);
}

/// The fields that Home Assistant needs: https://www.home-assistant.io/integrations/binary_sensor.mqtt/ and
/// sensor.mqtt.
TEST(Home, announces_each_camera_to_home_assistant) {
  Home home{"site/a", "homeassistant"};
  std::map<std::string, std::string> broker;
  keep(broker, home.take(state("front door", "live")));
  keep(broker, home.take(track("track_started", "front door", 1, "traffic light")));
  const std::string node = "regard_site_a_" + slug_of("front door");
  std::set<std::string> ids;
  std::size_t found = 0;
  for (const auto& [topic, payload] : broker) {
    if (!topic.starts_with("homeassistant/")) continue;
    ++found;
    EXPECT_TRUE(topic.ends_with("/config"));
    EXPECT_NE(topic.find("/" + node + "/"), std::string::npos) << topic;
    const Json config = Json::parse(payload);
    EXPECT_TRUE(broker.contains(config["state_topic"])) << config["state_topic"] << " is never said";
    EXPECT_EQ(config["availability_topic"], home.online().topic);
    EXPECT_EQ(config["device"]["identifiers"][0], node);
    EXPECT_EQ(config["device"]["name"], "front door");
    EXPECT_TRUE(ids.insert(config["unique_id"]).second);
    if (topic.starts_with("homeassistant/sensor/")) {
      EXPECT_EQ(config["state_class"], "measurement");
    }
  }
  EXPECT_EQ(found, 4U) << "connection, occupancy, persons, traffic lights";
  const Json occupancy = Json::parse(broker["homeassistant/binary_sensor/" + node + "/occupancy/config"]);
  EXPECT_EQ(occupancy["device_class"], "occupancy");
  EXPECT_EQ(Json::parse(broker["homeassistant/binary_sensor/" + node + "/connectivity/config"])["device_class"],
            "connectivity");
}

TEST(Home, never_retains_who_somebody_is) {
  Home home{"regard", "homeassistant"};
  const Json identified{
      {"event", "identified"}, {"camera", "door"}, {"track", 1}, {"person", "person_1"}, {"name", "Ada"}};
  for (const Message& message : home.take(identified.dump())) {
    if (message.retained) {
      EXPECT_EQ(message.payload.find("Ada"), std::string::npos) << message.topic;
    }
    if (message.retained) {
      EXPECT_EQ(message.payload.find("person_1"), std::string::npos) << message.topic;
    }
  }
}

}  // namespace
}  // namespace regard::sinks
