// What `regard serve` tells brokers, endpoints and listeners: over kills and restarts, and after an erasure.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <sstream>
#include <thread>

#include "broker.h"
#include "endpoint.h"
#include "serving.h"

namespace regard::tests {
namespace {

namespace fs = std::filesystem;
using test::Endpoint;
using ::testing::Not;

constexpr const char* busy_lobby = "cast:lobby?people=4&size=320x180&seed=";

struct Heard {
  std::uint64_t id = 0;
  std::string data;
  friend bool operator==(const Heard&, const Heard&) = default;
};

/// The whole messages of server-sent events; one that was cut off is none.
std::vector<Heard> events_in(const std::string& body) {
  static const std::regex message{R"(id: (\d+)\nevent: \w+\ndata: ([^\n]*)\n\n)"};
  std::vector<Heard> all;
  for (auto found = std::sregex_iterator{body.begin(), body.end(), message}; found != std::sregex_iterator{}; ++found)
    all.push_back({std::stoull((*found)[1]), (*found)[2]});
  return all;
}

/// The whole text frames of a WebSocket server (RFC 6455 5.2: unmasked, FIN set).
std::vector<Heard> frames_in(const std::string& bytes) {
  std::vector<Heard> all;
  const auto byte = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])); };
  for (std::size_t at = 0; at + 4 <= bytes.size();) {
    const bool is_text = byte(at) == 0x81;
    std::size_t length = byte(at + 1);
    std::size_t begins = at + 2;
    if (length == 126) {
      length = byte(at + 2) << 8U | byte(at + 3);
      begins = at + 4;
    }
    if (begins + length > bytes.size()) break;
    const Json json = Json::parse(bytes.substr(begins, length), nullptr, false);
    if (is_text && json.contains("id")) all.push_back({json["id"], json["data"].dump()});
    at = begins + length;
  }
  return all;
}

class ServeSinks : public Served {
 protected:
  void SetUp() override {
    WithNetworks::SetUp();
    for (const char* name : {"REGARD_MQTT_USER", "REGARD_MQTT_PASSWORD", "REGARD_WEBHOOK_SECRET"}) unsetenv(name);
  }

  /// With a configuration of these lines.
  void start_with(const std::string& lines) {
    test::write(folder_ / "regard.toml", "listen = \"127.0.0.1:0\"\ndata = \"" + data().string() + "\"\n" + lines);
    start({"--config", folder_ / "regard.toml"});
  }
  [[nodiscard]] fs::path data() const { return folder_.path() / "data"; }

  /// A key outlives the program, other than a session.
  Client key_of(const Client& administrator) {
    const Answer made = administrator.ask("POST", "/v1/keys", R"({"label": "x", "scopes": ["see_events"]})");
    EXPECT_EQ(made.status, 201) << made.body;
    Client key = nobody_;
    key.key = made.json()["key"];
    return key;
  }

  [[nodiscard]] bool is_on_disk(const std::string& bytes, const fs::path& folder) const {
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
      if (entry.is_regular_file() && contents(entry.path()).find(bytes) != std::string::npos) return true;
    }
    return false;
  }

  static std::string camera(const std::string& name, const std::string& address, const std::string& more = "") {
    return "[[camera]]\nname = \"" + name + "\"\naddress = \"" + address + "\"\n" + more;
  }
};

TEST_F(ServeSinks, listeners_resume_after_the_server_was_killed_without_loss_and_without_a_duplicate) {
  const std::string cameras =
      camera("one", busy_lobby + std::string{"1"}) + camera("two", busy_lobby + std::string{"2"});
  start_with(cameras);
  Client key = key_of(administrator());
  std::vector<Heard> heard;
  constexpr int kills = 5;
  for (int round = 0; round <= kills; ++round) {
    const std::uint64_t last = heard.empty() ? 0 : heard.back().id;
    Client listener = key;
    const bool is_socket = round % 2 == 1;  // both feeds in turn
    std::string path = "/v1/events?after=0";
    if (is_socket) {
      path = "/v1/events?after=" + std::to_string(last);
      listener.connection = "Upgrade";
      listener.more_headers =
          "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    } else if (last > 0) {
      path = "/v1/events";
      listener.more_headers = "Last-Event-ID: " + std::to_string(last) + "\r\n";
    }
    auto listening = std::async(std::launch::async, [&] { return listener.get(path).body; });  // until it is cut off
    // Something came after what was heard, and the stream goes on.
    const std::string enough = "id: " + std::to_string(last + 8) + "\n";
    ASSERT_THAT(key.get("/v1/events?after=" + std::to_string(last), enough).body, HasSubstr(enough));
    serving_->signal(SIGKILL);
    static_cast<void>(serving_->wait());
    const std::string body = listening.get();
    for (Heard& one : is_socket ? frames_in(body) : events_in(body)) {
      EXPECT_EQ(one.id, heard.empty() ? 1 : heard.back().id + 1) << "in round " << round;
      heard.push_back(std::move(one));
    }
    EXPECT_GT(heard.empty() ? 0 : heard.back().id, last) << "nothing was heard in round " << round;
    const auto began = std::chrono::steady_clock::now();
    start_with(cameras);
    RecordProperty("restart_ms_" + std::to_string(round),
                   std::to_string((std::chrono::steady_clock::now() - began) / std::chrono::milliseconds{1}));
    key.port = nobody_.port;
  }
  const std::string enough = "id: " + std::to_string(heard.back().id) + "\n";
  const std::vector<Heard> all = events_in(key.get("/v1/events?after=0", "\n" + enough).body);
  ASSERT_GE(all.size() + 1, heard.size()) << "the journal has them all";
  for (std::size_t i = 0; i < std::min(all.size(), heard.size()); ++i) {
    EXPECT_EQ(all[i].id, heard[i].id);
    EXPECT_EQ(Json::parse(all[i].data), Json::parse(heard[i].data));
  }
  std::printf("%zu events heard over %d kills, none lost, none twice\n", heard.size(), kills + 1);
}

TEST_F(ServeSinks, tells_a_broker_its_cameras_and_every_event_and_says_when_a_camera_goes) {
  if (!test::Broker::is_installed()) GTEST_SKIP() << "no mosquitto: script/setup --test installs it";
  test::Broker broker;
  const std::string port = std::to_string(broker.port());
  ASSERT_EQ(run("mosquitto_pub", {"-V", "5", "-p", port, "-t", "regard/x", "-r", "-m", "listening"}).status, 0);
  Running listener{"mosquitto_sub",
                   {"-V", "5", "-q", "1", "-p", port, "-v", "-t", "regard/#", "-t", "homeassistant/#"}};
  ASSERT_TRUE(listener.says("listening\n"));
  const std::string mqtt = "[mqtt]\nurl = \"" + broker.url() + "\"\n";
  start_with(mqtt + camera("lobby", busy_lobby + std::string{"1"}));
  const Client ada = administrator();
  EXPECT_TRUE(listener.says("regard/status online\n"));
  EXPECT_TRUE(listener.says("regard/cameras/lobby/connectivity ON\n"));
  EXPECT_TRUE(listener.says("homeassistant/binary_sensor/regard_lobby/connectivity/config {"));
  EXPECT_TRUE(listener.says("regard/events/lobby {\"event\":\"track_started\""));
  const Json sinks = ada.get("/v1/sinks").json()["sinks"];
  ASSERT_EQ(sinks.size(), 1U);
  EXPECT_EQ(sinks[0]["name"], "mqtt");
  EXPECT_EQ(sinks[0]["address"], broker.url());
  EXPECT_EQ(sinks[0]["delivers"], true);
  EXPECT_THAT(ada.get("/metrics").body, HasSubstr("regard_sink_waiting_events{sink=\"mqtt\"} "));
  EXPECT_EQ(ada.ask("DELETE", "/v1/cameras/lobby").status, 204);
  EXPECT_TRUE(listener.says("regard/cameras/lobby/state ended\n"));
  EXPECT_TRUE(listener.says("regard/cameras/lobby/connectivity OFF\n"));
  serving_->signal(SIGTERM);
  EXPECT_EQ(serving_->wait().status, 0);
  EXPECT_TRUE(listener.says("regard/status offline\n"));
}

TEST_F(ServeSinks, sinks_come_change_and_go_when_the_configuration_is_read_again) {
  Endpoint first;
  Endpoint second;
  test::write(folder_ / "secret", "sixteen bytes or more\n");
  const auto webhook = [&](const Endpoint& endpoint) {
    return "[[webhook]]\nurl = \"" + endpoint.url() + "\"\nsecret_file = \"" + std::string{folder_ / "secret"} +
           "\"\nallow_private = true\n";
  };
  const std::string base = "listen = \"127.0.0.1:0\"\ndata = \"" + data().string() + "\"\n";
  const std::string lobby = camera("lobby", busy_lobby + std::string{"1"});
  start_with(webhook(first) + lobby);
  ASSERT_TRUE(first.wait_for(1));
  test::write(folder_ / "regard.toml", base + webhook(second) + lobby);
  serving_->signal(SIGHUP);
  ASSERT_TRUE(second.wait_for(1)) << "what happens from then on";
  // A file whose secret is missing changes nothing.
  test::write(folder_ / "regard.toml", base + "[[webhook]]\nurl = \"https://x.example/\"\n");
  EXPECT_EQ(run(program(), {"config", "check", folder_ / "regard.toml"}).status, 2);
  serving_->signal(SIGHUP);
  ::poll(nullptr, 0, 600);  // it is read meanwhile
  const std::size_t before = second.taken().size();
  ASSERT_TRUE(second.wait_for(before + 2));
  test::write(folder_ / "regard.toml", base + "[journal]\nkeep_events = 10\n" + lobby);
  serving_->signal(SIGHUP);
  EXPECT_TRUE(serving_->says("configuration read again"));
  serving_->signal(SIGTERM);
  const Finished ended = serving_->wait();
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.err, HasSubstr("no secret to sign with"));
  EXPECT_THAT(ended.err, HasSubstr("journal count after a new start"));
  EXPECT_THAT(ended.err + ended.out, Not(HasSubstr("sixteen bytes"))) << "the secret is told to nobody";
  EXPECT_THAT(ended.err + ended.out, Not(HasSubstr("key=visible")));
  EXPECT_FALSE(is_on_disk("sixteen bytes", data()));
}

TEST_F(ServeSinks, dead_letters_are_listed_and_replayed_by_administrators_and_by_the_command) {
  Endpoint endpoint;
  endpoint.answer("410 Gone");
  test::write(folder_ / "secret", "sixteen bytes or more\n");
  start_with("[[webhook]]\nurl = \"" + endpoint.url() + "\"\nsecret_file = \"" + std::string{folder_ / "secret"} +
             "\"\nallow_private = true\n" + camera("lobby", busy_lobby + std::string{"1"}));
  const Client ada = administrator();
  const std::string sink = ada.get("/v1/sinks").json()["sinks"][0]["name"];
  const std::string place = "/v1/sinks/" + sink;
  const auto letters = [&] { return ada.get(place + "/dead-letters").json()["dead_letters"]; };
  for (int i = 0; i < 600 && letters().empty(); ++i) ::poll(nullptr, 0, 100);  // five refusals, with pauses between
  ASSERT_FALSE(letters().empty());
  EXPECT_EQ(letters()[0]["status"], 410);
  EXPECT_EQ(letters()[0]["number"], 1);
  const Client viewer = user(ada, "vic", {"viewer", "operator", "privacy_officer"});
  EXPECT_EQ(viewer.get("/v1/sinks").status, 403);
  EXPECT_EQ(viewer.get(place + "/dead-letters").status, 403);
  EXPECT_EQ(viewer.ask("POST", place + "/replay", R"({"all": true})").status, 403);
  for (const char* body : {"{}", R"({"numbers": "1"})", R"({"numbers": [-1]})", R"({"numbers": [1], "all": true})"})
    EXPECT_EQ(ada.ask("POST", place + "/replay", body).status, 400) << body;
  EXPECT_EQ(ada.ask("POST", place + "/replay", R"({"numbers": [999999]})").status, 404);
  EXPECT_EQ(ada.ask("POST", "/v1/sinks/webhook-0/replay", R"({"all": true})").status, 404);

  endpoint.answer("200 OK");
  const std::size_t before = endpoint.taken().size();
  EXPECT_EQ(ada.ask("POST", place + "/replay", R"({"numbers": [1]})").status, 202);
  for (int i = 0; i < 300 && !letters().empty(); ++i) ::poll(nullptr, 0, 100);
  EXPECT_TRUE(letters().empty());
  ASSERT_GT(endpoint.taken().size(), before);
  const auto taken = endpoint.taken();
  EXPECT_TRUE(std::ranges::any_of(taken, [](const auto& one) { return one.header("Regard-Event") == "1"; }));
  const std::string log = ada.get("/v1/log/entries?count=1000").body;
  EXPECT_THAT(log, HasSubstr("\"exported\"")) << "on record";

  // The command does the same while the server runs.
  test::write(data() / "journal" / (sink + ".dead.jsonl"),
              R"({"number":77,"status":422,"cause":"x","attempts":5,"event":{"event":"track_ended","camera":"a"}})"
              "\n");
  const Finished listed = run(program(), {"sinks", "list", "--data", data(), "--json"});
  EXPECT_EQ(listed.status, 0) << listed.err;
  EXPECT_EQ(Json::parse(listed.out)["sinks"][0]["name"], sink);
  const Finished shown = run(program(), {"sinks", "dead-letters", sink, "--data", data()});
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_EQ(Json::parse(shown.out)["number"], 77) << shown.out;
  EXPECT_EQ(run(program(), {"sinks", "replay", sink, "--data", data()}).status, 2) << "which?";
  EXPECT_EQ(run(program(), {"sinks", "replay", "nobody", "--all", "--data", data()}).status, 2);
  const Finished replayed = run(program(), {"sinks", "replay", sink, "--number", "77", "--data", data()});
  EXPECT_EQ(replayed.status, 0) << replayed.err;
  const auto has_it = [&] {
    const auto all = endpoint.taken();
    return std::ranges::any_of(all, [](const auto& one) { return one.header("Regard-Event") == "77"; });
  };
  for (int i = 0; i < 300 && !has_it(); ++i) ::poll(nullptr, 0, 100);
  EXPECT_TRUE(has_it());
}

TEST_F(ServeSinks, who_was_erased_is_named_in_nothing_that_was_not_delivered_yet) {
  const std::string name = "Zebulon Quartermain";
  const auto regard = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--data", data(), "--json"});
    const Finished finished = run(program(), words);
    EXPECT_EQ(finished.status, 0) << words[0] << " " << words[1] << ": " << finished.err;
    return Json::parse(finished.out, nullptr, false);
  };
  const std::string id = regard({"person", "add", name})["id"];
  regard({"consent", "grant", id, "--purpose", "access", "--controller", "Museum", "--policy", "https://m.example"});
  regard({"gallery", "create", "staff", "--purpose", "access", "--zone", "door"});
  static_cast<void>(picture(1));
  static_cast<void>(picture(1, 1));
  regard({"enrol", id, folder_ / "person-1-0.png", folder_ / "person-1-1.png", "--gallery", "staff"});

  Endpoint endpoint;
  test::write(folder_ / "secret", "sixteen bytes or more\n");
  start_with("[[webhook]]\nurl = \"" + endpoint.url() + "\"\nsecret_file = \"" + std::string{folder_ / "secret"} +
             "\"\nallow_private = true\n" +
             camera("entrance", "cast:door?people=3&seed=7", "gallery = \"staff\"\nzone = \"door\"\n"));
  const Client ada = administrator();
  const auto told = [&](const std::string& what) {
    const auto taken = endpoint.taken();
    return std::ranges::any_of(taken, [&](const auto& one) { return one.body.find(what) != std::string::npos; });
  };
  const std::string named = R"("person":")" + id + R"(","name":")" + name + '"';
  const std::string redacted = R"("person":")" + id + R"(","redacted":true)";
  for (int i = 0; i < 900 && !told(named); ++i) ::poll(nullptr, 0, 100);
  ASSERT_TRUE(told(named)) << "whoever may be named is";
  EXPECT_THAT(ada.get("/v1/events?after=0", "event: identified").body, HasSubstr(id));
  EXPECT_THAT(ada.get("/v1/events?after=0", name).body, HasSubstr(name));
  EXPECT_FALSE(is_on_disk(name, data() / "journal")) << "though the journal has the event for whoever comes back";
  EXPECT_TRUE(is_on_disk(id, data() / "journal"));

  // It waits for an endpoint, and in the tail for listeners, while the person is erased.
  serving_->signal(SIGTERM);
  EXPECT_EQ(serving_->wait().status, 0);
  std::string sink;
  for (const auto& entry : fs::directory_iterator{data() / "journal"}) {
    if (entry.path().extension() == ".position") sink = entry.path().stem();
  }
  test::write(data() / "journal" / (sink + ".position"), "0\n");  // it has nothing yet
  const std::size_t before = endpoint.taken().size();
  regard({"person", "erase", id});
  EXPECT_FALSE(is_on_disk(name, data())) << "in no file of the installation";

  start_with("[[webhook]]\nurl = \"" + endpoint.url() + "\"\nsecret_file = \"" + std::string{folder_ / "secret"} +
             "\"\nallow_private = true\n");
  for (int i = 0; i < 300 && !told(redacted); ++i) ::poll(nullptr, 0, 100);
  EXPECT_TRUE(told(redacted)) << "the event comes, without the name";
  const auto taken = endpoint.taken();
  for (std::size_t i = before; i < taken.size(); ++i) EXPECT_THAT(taken[i].body, Not(HasSubstr(name)));
  Client again = nobody_;
  again.take(nobody_.ask("POST", "/v1/session", Json{{"name", "ada"}, {"password", password}}.dump()));
  const std::string tail = again.get("/v1/events?after=0", "redacted").body;
  EXPECT_THAT(tail, HasSubstr(redacted));
  EXPECT_THAT(tail, Not(HasSubstr(name)));
  EXPECT_FALSE(is_on_disk(name, data()));
}

}  // namespace
}  // namespace regard::tests
