// `regard watch` and the network: a broker that is down for a whole run, and what is refused before anything begins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "broker.h"
#include "installation.h"
#include "process.h"

namespace regard::tests {
namespace {

using ::testing::HasSubstr;

class Sinks : public WithNetworks {
 protected:
  void SetUp() override {
    WithNetworks::SetUp();
    for (const char* name : {"REGARD_MQTT_USER", "REGARD_MQTT_PASSWORD", "REGARD_WEBHOOK_SECRET"}) unsetenv(name);
  }
  [[nodiscard]] Finished watch(const std::string& seed, std::vector<std::string> more) const {
    std::vector<std::string> words{"watch", "cast:lobby?people=2&seconds=2&size=320x180&seed=" + seed, "--journal",
                                   folder_ / "journal"};
    words.insert(words.end(), more.begin(), more.end());
    return run(program(), words);
  }
  TemporaryFolder folder_;
};

TEST_F(Sinks, a_broker_that_was_dead_for_a_whole_run_gets_its_events_with_the_next) {
  if (!test::Broker::is_installed()) GTEST_SKIP() << "no mosquitto: script/setup --test installs it";
  test::Broker broker;
  broker.kill();
  const Finished first = watch("1", {"--mqtt", broker.url(), "--events", folder_ / "first"});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("events wait in the journal"));
  EXPECT_THAT(first.err, HasSubstr("the next run delivers them"));

  broker.start();
  const std::string port = std::to_string(broker.port());
  // Retained, so that it comes as soon as we are subscribed.
  ASSERT_EQ(run("mosquitto_pub", {"-V", "5", "-p", port, "-t", "regard/events", "-r", "-m", "listening"}).status, 0);
  Running listener{"mosquitto_sub", {"-V", "5", "-q", "1", "-p", port, "-t", "regard/events/#", "-t", "regard/status"}};
  ASSERT_TRUE(listener.says("listening\n"));
  const Finished second = watch("2", {"--mqtt", broker.url(), "--events", folder_ / "second"});
  ASSERT_EQ(second.status, 0) << second.err;
  ASSERT_TRUE(listener.says("offline\n"));
  const std::string events = contents(folder_ / "first") + contents(folder_ / "second");
  EXPECT_THAT(events, HasSubstr("track_started"));
  EXPECT_EQ(listener.out(), "listening\nonline\n" + events + "offline\n") << "each once, in order";
}

TEST_F(Sinks, addresses_with_passwords_and_endpoints_without_secrets_are_refused) {
  const Finished with_password = watch("1", {"--mqtt", "mqtt://me:hunter2@127.0.0.1"});
  EXPECT_EQ(with_password.status, 2);
  EXPECT_THAT(with_password.err, HasSubstr("--mqtt-credentials"));
  EXPECT_EQ(with_password.err.find("hunter2"), std::string::npos);
  const Finished unsigned_one = watch("1", {"--webhook", "https://hooks.example/"});
  EXPECT_EQ(unsigned_one.status, 2);
  EXPECT_THAT(unsigned_one.err, HasSubstr("REGARD_WEBHOOK_SECRET"));
  setenv("REGARD_WEBHOOK_SECRET", "sixteen bytes or more", 1);
  const Finished readable = watch("1", {"--webhook", "http://127.0.0.1:9/"});
  EXPECT_EQ(readable.status, 2);
  EXPECT_THAT(readable.err, HasSubstr("--webhook-allow-private"));
  unsetenv("REGARD_WEBHOOK_SECRET");
}

}  // namespace
}  // namespace regard::tests
