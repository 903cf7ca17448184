// Against a real broker, which is killed and started again.
#include <gmock/gmock.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "broker.h"
#include "certificate.h"
#include "sinks/outlets.h"

namespace regard::sinks {
namespace {

using namespace std::chrono_literals;
using test::Certificate;
using test::certificate_for;
using ::testing::HasSubstr;
using Json = nlohmann::json;

/// Takes everything that a broker says, over a connection of its own. Internally locked.
class Listener {
 public:
  explicit Listener(int port, const char* user = nullptr, const char* password = nullptr) {
    mosquitto_lib_init();
    client_ = mosquitto_new(nullptr, true, this);
    mosquitto_int_option(client_, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    if (user != nullptr) mosquitto_username_pw_set(client_, user, password);
    mosquitto_connect_callback_set(client_,
                                   [](mosquitto* client, void*, int) { mosquitto_subscribe(client, nullptr, "#", 1); });
    mosquitto_subscribe_callback_set(client_, [](mosquitto*, void* self, int, int, const int*) {
      static_cast<Listener*>(self)->change([](Listener& one) { one.subscribed_ = true; });
    });
    mosquitto_message_v5_callback_set(
        client_, [](mosquitto*, void* self, const mosquitto_message* message, const mosquitto_property* properties) {
          static_cast<Listener*>(self)->take(*message, properties);
        });
    EXPECT_EQ(mosquitto_connect(client_, "127.0.0.1", port, 30), MOSQ_ERR_SUCCESS);
    mosquitto_loop_start(client_);
    EXPECT_TRUE(wait([](const Listener& one) { return one.subscribed_; }));
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() {
    mosquitto_disconnect(client_);
    mosquitto_loop_stop(client_, false);  // the thread ends by itself now; cancelling it could leave a lock held
    mosquitto_destroy(client_);
  }

  /// Waits until `seen` holds, at most 20 seconds.
  template <typename Seen>
  bool wait(Seen seen) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, 20s, [&] { return seen(*this); });
  }
  bool wait_for_state(const std::string& topic, const std::string& payload) {
    return wait([&](const Listener& one) {
      const auto found = one.states.find(topic);
      return found != one.states.end() && found->second == payload;
    });
  }
  bool wait_for_event(const std::string& payload) {
    return wait([&](const Listener& one) { return one.events.contains(payload); });
  }
  std::map<std::string, std::string> states_now() {
    const std::lock_guard lock{mutex_};
    return states;
  }

  std::map<std::string, std::string> states;       ///< last payload by topic, of what is no event
  std::multimap<std::string, std::string> events;  ///< number by payload
  std::vector<std::string> order;                  ///< payloads of events

 private:
  template <typename Change>
  void change(Change apply) {
    const std::lock_guard lock{mutex_};
    apply(*this);
    changed_.notify_all();
  }
  void take(const mosquitto_message& message, const mosquitto_property* properties) {
    const std::string payload{static_cast<const char*>(message.payload), static_cast<std::size_t>(message.payloadlen)};
    const std::string topic = message.topic;
    char* name = nullptr;
    char* value = nullptr;
    mosquitto_property_read_string_pair(properties, MQTT_PROP_USER_PROPERTY, &name, &value, false);
    const std::string number = value != nullptr ? value : "";
    std::free(name);
    std::free(value);
    change([&](Listener& one) {
      if (topic.find("/events") == std::string::npos) {
        one.states[topic] = payload;
      } else {
        one.events.emplace(payload, number);
        one.order.push_back(payload);
      }
    });
  }

  mosquitto* client_ = nullptr;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool subscribed_ = false;
};

class Mqtt : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!test::Broker::is_installed()) GTEST_SKIP() << "no mosquitto: script/setup --test installs it";
    auto journal = Journal::open(folder_ / "journal", {});
    ASSERT_TRUE(journal) << journal.error().message();
    journal_ = std::move(*journal);
  }
  std::unique_ptr<Outlet> outlet(const test::Broker& broker, std::optional<Login> login = {}) {
    auto opened = open_mqtt({.url = broker.url(), .login = std::move(login)});
    EXPECT_TRUE(opened) << opened.error().message();
    return std::move(*opened);
  }
  std::unique_ptr<Delivery> start(std::unique_ptr<Outlet> outlet) {
    auto delivery = Delivery::start(*journal_, std::move(outlet), {.first_pause = 20ms, .longest_pause = 100ms},
                                    [this](const std::string& words) {
                                      const std::lock_guard lock{mutex_};
                                      said_ += words + "\n";
                                    });
    EXPECT_TRUE(delivery) << delivery.error().message();
    return std::move(*delivery);
  }
  std::string append(const Json& event) {
    EXPECT_TRUE(journal_->append(event.dump()));
    return event.dump();
  }
  std::string said() {
    const std::lock_guard lock{mutex_};
    return said_;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<Journal> journal_;
  std::mutex mutex_;
  std::string said_;
};

Json live(const std::string& camera) { return {{"event", "camera_state"}, {"camera", camera}, {"state", "live"}}; }
Json came(const std::string& camera, int track) {
  return {{"event", "track_started"}, {"camera", camera}, {"track", track}, {"class", "person"}};
}

TEST_F(Mqtt, tells_events_states_and_home_assistant_what_there_is) {
  const test::Broker broker;
  Listener listener{broker.port()};
  const auto delivery = start(outlet(broker));
  EXPECT_TRUE(listener.wait_for_state("regard/status", "online"));
  const std::string event = append(live("door"));
  append(came("door", 1));
  EXPECT_TRUE(listener.wait_for_state("regard/cameras/door/count/person", "1"));
  EXPECT_TRUE(listener.wait_for_state("regard/cameras/door/occupancy", "ON"));
  EXPECT_TRUE(listener.wait_for_event(event));
  EXPECT_EQ(listener.events.find(event)->second, "1") << "the number of the record is a user property";
  EXPECT_TRUE(journal_->wait_until_delivered("mqtt", 20s));
  // Whoever comes later is told by the broker.
  Listener late{broker.port()};
  EXPECT_TRUE(late.wait_for_state("regard/cameras/door/connectivity", "ON"));
  EXPECT_TRUE(late.wait([](const Listener& one) {
    return one.states.contains("homeassistant/binary_sensor/regard_door/occupancy/config");
  }));
  EXPECT_TRUE(late.events.empty());
}

TEST_F(Mqtt, says_good_bye_and_the_broker_says_it_for_us_when_we_die) {
  const test::Broker broker;
  Listener listener{broker.port()};
  start(outlet(broker));  // ends at once
  auto delivery = start(outlet(broker));
  ASSERT_TRUE(listener.wait_for_state("regard/status", "online"));
  delivery.reset();
  EXPECT_TRUE(listener.wait_for_state("regard/status", "offline"));

  const pid_t child = ::fork();
  if (child == 0) {
    auto other = open_mqtt({.url = broker.url() + "/other"});
    while (other && (*other)->idle()) std::this_thread::sleep_for(1ms);
    ::_exit(1);
  }
  ASSERT_TRUE(listener.wait_for_state("other/status", "online"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(listener.wait_for_state("other/status", "offline"));
}

/// Delivers only while it is open, so that a test can listen before anything comes.
class Gated final : public Outlet {
 public:
  Gated(std::unique_ptr<Outlet> inner, std::atomic<bool>& open) : inner_{std::move(inner)}, open_{open} {}
  [[nodiscard]] const std::string& name() const override { return inner_->name(); }
  [[nodiscard]] Outcome deliver(std::span<const Journal::Record> records, const std::stop_token& stop) override {
    if (!open_) return {0, Error{ErrorKind::unavailable, "waiting", "the gate is shut", "open it"}, {}};
    return inner_->deliver(records, stop);
  }
  void close() override { inner_->close(); }

 private:
  std::unique_ptr<Outlet> inner_;
  std::atomic<bool>& open_;
};

TEST_F(Mqtt, loses_no_event_when_the_broker_is_killed_and_comes_back_having_forgotten_everything) {
  test::Broker broker{"allow_anonymous true\nmax_inflight_messages 5\n"};
  std::atomic<bool> open = true;
  const auto delivery = start(std::make_unique<Gated>(outlet(broker), open));
  std::vector<std::string> events;
  int track = 0;
  events.push_back(append(live("door")));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 40; ++i) events.push_back(append(came("door", ++track)));
    EXPECT_TRUE(journal_->wait_until_delivered("mqtt", 20s));
    open = false;
    broker.kill();
    for (int i = 0; i < 150; ++i) events.push_back(append(came("door", ++track)));
    EXPECT_EQ(journal_->backlog("mqtt").waiting, 150U);
    std::filesystem::remove(broker.folder() / "mosquitto.db");
    broker.start();
    Listener listener{broker.port()};
    open = true;
    EXPECT_TRUE(journal_->wait_until_delivered("mqtt", 20s)) << said();
    EXPECT_TRUE(listener.wait_for_event(events.back()));
    for (std::size_t i = events.size() - 150; i < events.size(); ++i) {
      EXPECT_TRUE(listener.events.contains(events[i])) << "lost: " << events[i];
    }
    EXPECT_TRUE(std::equal(events.end() - 150, events.end(), listener.order.begin())) << "in order";
    // The states were told again, for this broker knows nothing.
    EXPECT_TRUE(listener.wait_for_state("regard/status", "online"));
    EXPECT_TRUE(listener.wait_for_state("regard/cameras/door/connectivity", "ON"));
    EXPECT_TRUE(listener.wait_for_state("regard/cameras/door/count/person", std::to_string(track)));
  }
  EXPECT_EQ(journal_->backlog("mqtt").lost, 0U);
  EXPECT_THAT(said(), HasSubstr("answers again"));
}

TEST_F(Mqtt, is_killed_at_any_moment_of_a_stream_and_every_event_is_acknowledged_by_the_broker_at_last) {
  test::Broker broker{"allow_anonymous true\nautosave_interval 1\nautosave_on_changes true\n"};
  const auto delivery = start(outlet(broker));
  std::jthread writer{[&](const std::stop_token& stop) {
    append(live("door"));
    for (int i = 1; !stop.stop_requested() && i < 20'000; ++i) append(came("door", i));
  }};
  for (int round = 0; round < 4; ++round) {
    std::this_thread::sleep_for(50ms);  // a moment of the stream, not a wait for anything
    broker.kill();
    broker.start();
  }
  writer.request_stop();
  writer.join();
  EXPECT_TRUE(journal_->wait_until_delivered("mqtt", 60s)) << said();
  EXPECT_EQ(journal_->backlog("mqtt").lost, 0U);
}

TEST_F(Mqtt, says_once_that_the_broker_is_down_and_what_to_do) {
  test::Broker broker;
  broker.kill();
  auto down = outlet(broker);
  const auto idle = down->idle();
  ASSERT_FALSE(idle);
  EXPECT_EQ(idle.error().kind, ErrorKind::unavailable);
  const auto delivery = start(std::move(down));
  append(live("door"));
  EXPECT_FALSE(journal_->wait_until_delivered("mqtt", 500ms));
  EXPECT_THAT(said(), HasSubstr("events wait in the journal"));
  EXPECT_EQ(std::count(said_.begin(), said_.end(), '\n'), 1);
  broker.start();
  EXPECT_TRUE(journal_->wait_until_delivered("mqtt", 20s));
}

TEST_F(Mqtt, logs_in_and_is_refused_with_a_wrong_password_which_is_not_told) {
  const test::TemporaryFolder folder;
  const std::string passwords = folder / "passwords";
  const std::string make = "mosquitto_passwd -c -b " + passwords + " regard rightword 2>/dev/null";
  if (std::system(make.c_str()) != 0) GTEST_SKIP() << "no mosquitto_passwd";
  const test::Broker broker{"allow_anonymous false\npassword_file " + passwords + "\n"};
  const auto refused = outlet(broker, Login{"regard", "wrongword"})->idle();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
  EXPECT_EQ(refused.error().message().find("wrongword"), std::string::npos);
  EXPECT_FALSE(outlet(broker)->idle());
  const auto delivery = start(outlet(broker, Login{"regard", "rightword"}));
  Listener listener{broker.port(), "regard", "rightword"};
  EXPECT_TRUE(listener.wait_for_state("regard/status", "online"));
}

TEST_F(Mqtt, over_tls_tells_a_broker_for_whom_the_right_authority_vouches) {
  const test::TemporaryFolder folder;
  const Certificate made = certificate_for("localhost", folder.path());
  const test::Broker broker{"allow_anonymous true\ncertfile " + made.certificate + "\nkeyfile " + made.key + "\n"};
  auto opened = open_mqtt({.url = broker.tls_url("localhost"), .authorities = made.authority});
  ASSERT_TRUE(opened) << opened.error().message();
  const auto delivery = start(std::move(*opened));
  append(live("door"));
  EXPECT_TRUE(journal_->wait_until_delivered("mqtt", 20s)) << said() << broker.log();
  EXPECT_EQ(delivery->address(), broker.tls_url("localhost"));
}

TEST_F(Mqtt, over_tls_refuses_a_broker_of_another_name_or_of_an_unknown_authority) {
  const test::TemporaryFolder folder;
  const test::TemporaryFolder other_folder;
  const Certificate made = certificate_for("broker.example", folder.path());
  const Certificate other = certificate_for("localhost", other_folder.path());
  const test::Broker broker{"allow_anonymous true\ncertfile " + made.certificate + "\nkeyfile " + made.key + "\n"};
  const auto refusal = [&](const std::string& authorities) {
    auto opened = open_mqtt({.url = broker.tls_url("localhost"), .authorities = authorities});
    EXPECT_TRUE(opened);
    const auto idle = (*opened)->idle();
    EXPECT_FALSE(idle);
    return idle ? Error{} : idle.error();
  };
  const Error wrong_name = refusal(made.authority);
  EXPECT_EQ(wrong_name.kind, ErrorKind::denied);
  EXPECT_THAT(wrong_name.cause, HasSubstr("another host name"));
  for (const std::string& authorities : {other.authority, std::string{}}) {
    const Error unknown = refusal(authorities);
    EXPECT_EQ(unknown.kind, ErrorKind::denied);
    EXPECT_THAT(unknown.cause, HasSubstr("vouches for its certificate"));
    EXPECT_THAT(unknown.remedy, HasSubstr("mqtt.ca_file"));
  }
  const auto missing = open_mqtt({.url = broker.tls_url("localhost"), .authorities = folder / "nothing.pem"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_EQ(broker.log().find("Connected"), std::string::npos);
}

}  // namespace
}  // namespace regard::sinks
