// Against a real web server of our own, which refuses, breaks, goes away and comes back.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "endpoint.h"
#include "files.h"
#include "sinks/dead_letters.h"
#include "sinks/logic/hook.h"
#include "sinks/outlets.h"

namespace regard::sinks {
namespace {

using namespace std::chrono_literals;
using test::Endpoint;
using test::Request;
using ::testing::HasSubstr;
using Json = nlohmann::json;

const std::string secret = "sixteen bytes or more";

class FakeClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return Timestamp{std::chrono::seconds{1'790'000'000}}; }
  [[nodiscard]] Duration elapsed() const override { return {}; }
};

class WebhookDelivery : public ::testing::Test {
 protected:
  void SetUp() override {
    auto journal = Journal::open(folder_ / "journal", {});
    ASSERT_TRUE(journal) << journal.error().message();
    journal_ = std::move(*journal);
  }
  void start(WebhookOptions options, Naming naming = {}) {
    name_ = webhook_name(options.url);
    auto outlet = open_webhook(options, clock_);
    ASSERT_TRUE(outlet) << outlet.error().message();
    auto delivery = Delivery::start(
        *journal_, std::move(*outlet), {.first_pause = 5ms, .longest_pause = 50ms},
        [this](const std::string& words) {
          const std::lock_guard lock{mutex_};
          said_ += words + "\n";
        },
        std::move(naming));
    ASSERT_TRUE(delivery) << delivery.error().message();
    delivery_ = std::move(*delivery);
  }
  WebhookOptions local(const Endpoint& endpoint) const {
    WebhookOptions options;
    options.url = endpoint.url();
    options.secret = secret;
    options.private_addresses = WebhookOptions::Private::allowed;
    return options;
  }
  std::string append(int number) {
    const std::string text = Json{{"event", "track_started"}, {"track", number}}.dump();
    EXPECT_TRUE(journal_->append(text));
    return text;
  }
  std::string said() {
    const std::lock_guard lock{mutex_};
    return said_;
  }
  [[nodiscard]] std::vector<DeadLetter> dead() const { return DeadLetters{folder_ / "journal", name_}.list().value(); }
  /// Waits until no dead letter is asked for again.
  [[nodiscard]] bool wait_until_replayed() const {
    for (int i = 0; i < 2000; ++i) {
      const std::vector<DeadLetter> letters = dead();
      if (std::ranges::count(letters, true, &DeadLetter::is_asked_again) == 0) return true;
      std::this_thread::sleep_for(10ms);  // the file is what another process would look at
    }
    return false;
  }

  test::TemporaryFolder folder_;
  FakeClock clock_;
  std::mutex mutex_;
  std::string said_;
  std::string name_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Delivery> delivery_;
};

TEST_F(WebhookDelivery, posts_each_event_signed_and_numbered) {
  Endpoint endpoint;
  start(local(endpoint));
  const std::string first = append(1);
  const std::string second = append(2);
  ASSERT_TRUE(endpoint.wait_for(2));
  const std::vector<Request> taken = endpoint.taken();
  EXPECT_TRUE(taken[0].head.starts_with("POST /hook?key=visible HTTP/1.1\r\n")) << taken[0].head;
  EXPECT_EQ(taken[0].body, first);
  EXPECT_EQ(taken[1].body, second);
  EXPECT_EQ(taken[0].header("Content-Type"), "application/json");
  EXPECT_EQ(taken[0].header("Regard-Event"), "1");
  EXPECT_EQ(taken[0].header("Regard-Timestamp"), "1790000000");
  EXPECT_EQ(taken[0].header("Regard-Signature"), "v1=" + hmac_sha256(secret, "1790000000.1." + first));
  EXPECT_EQ(taken[1].header("Regard-Signature"), "v1=" + hmac_sha256(secret, "1790000000.2." + second));
  EXPECT_TRUE(journal_->wait_until_delivered(name_, 20s));
}

TEST_F(WebhookDelivery, loses_nothing_while_the_endpoint_is_down_busy_or_cuts_connections) {
  Endpoint endpoint;
  start(local(endpoint));
  std::vector<std::string> events;
  int number = 0;
  for (const char* trouble : {"", "503 Busy", "500 Broken", "429 Slower\r\nRetry-After: 0", "down"}) {
    const std::size_t before = events.size();
    if (trouble == std::string{"down"}) {
      endpoint.go_down();
    } else {
      endpoint.answer(trouble);
    }
    for (int i = 0; i < 5; ++i) events.push_back(append(++number));
    if (trouble != std::string{"down"}) {
      EXPECT_TRUE(endpoint.wait_for_attempts(endpoint.attempts() + 7));
    }
    EXPECT_EQ(journal_->backlog(name_).waiting, 5U) << trouble;
    EXPECT_EQ(endpoint.taken().size(), before);
    if (trouble == std::string{"down"}) endpoint.come_back();
    endpoint.answer("200 OK");
    EXPECT_TRUE(journal_->wait_until_delivered(name_, 20s)) << trouble << ": " << said();
  }
  std::vector<std::string> bodies;
  for (const Request& request : endpoint.taken()) bodies.push_back(request.body);
  EXPECT_EQ(bodies, events) << "each once, in order";
  EXPECT_TRUE(dead().empty());
  EXPECT_THAT(said(), HasSubstr("events wait in the journal"));
  EXPECT_THAT(said(), HasSubstr("answers again"));
  EXPECT_EQ(said().find("key=visible"), std::string::npos);
}

TEST_F(WebhookDelivery, puts_what_is_refused_for_good_on_a_list_and_goes_on) {
  Endpoint endpoint;
  endpoint.answer("422 No");
  start(local(endpoint));
  append(1);
  ASSERT_TRUE(journal_->wait_until_delivered(name_, 20s));
  EXPECT_EQ(endpoint.attempts(), 5);
  endpoint.answer("200 OK");
  append(2);
  ASSERT_TRUE(journal_->wait_until_delivered(name_, 20s));
  ASSERT_EQ(dead().size(), 1U);
  EXPECT_EQ(dead()[0].number, 1U);
  EXPECT_EQ(dead()[0].status, 422);
  EXPECT_EQ(dead()[0].attempts, 5);
  EXPECT_EQ(dead()[0].cause, "it answered 422");
  EXPECT_EQ(Json::parse(dead()[0].text)["track"], 1);
  EXPECT_EQ(endpoint.taken().size(), 1U);
}

TEST_F(WebhookDelivery, replays_dead_letters_with_their_numbers_and_signed_anew) {
  Endpoint endpoint;
  endpoint.answer("422 No");
  start(local(endpoint));
  const std::string first = append(1);
  const std::string second = append(2);
  ASSERT_TRUE(journal_->wait_until_delivered(name_, 20s));
  ASSERT_EQ(dead().size(), 2U);
  const DeadLetters letters{folder_ / "journal", name_};

  const std::vector<std::uint64_t> one{2};
  ASSERT_EQ(letters.ask_again(one).value(), 1U);  // it is still refused, and stays
  ASSERT_TRUE(wait_until_replayed());
  ASSERT_EQ(dead().size(), 2U);
  EXPECT_EQ(endpoint.attempts(), 15);

  endpoint.answer("200 OK");
  ASSERT_EQ(letters.ask_again({}).value(), 2U);
  ASSERT_TRUE(wait_until_replayed());
  EXPECT_TRUE(dead().empty());
  const std::vector<Request> taken = endpoint.taken();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].body, first);
  EXPECT_EQ(taken[0].header("Regard-Event"), "1");
  EXPECT_EQ(taken[1].header("Regard-Event"), "2");
  EXPECT_EQ(taken[1].header("Regard-Signature"), "v1=" + hmac_sha256(secret, "1790000000.2." + second));
  append(3);
  EXPECT_TRUE(endpoint.wait_for(3)) << "and what is new follows";
}

TEST_F(WebhookDelivery, replays_what_was_asked_for_while_nobody_delivered) {
  Endpoint endpoint;
  const DeadLetters letters{folder_ / "journal", webhook_name(endpoint.url())};
  ASSERT_TRUE(letters.add({.number = 7, .status = 410, .text = R"({"event":"track_ended"})"}));
  ASSERT_EQ(letters.ask_again({}).value(), 1U);
  start(local(endpoint));
  ASSERT_TRUE(endpoint.wait_for(1));
  EXPECT_EQ(endpoint.taken()[0].header("Regard-Event"), "7");
  ASSERT_TRUE(wait_until_replayed());
  EXPECT_TRUE(dead().empty());
}

TEST_F(WebhookDelivery, puts_names_in_at_the_last_moment_and_keeps_none) {
  Endpoint endpoint;
  endpoint.answer("422 No");
  std::atomic<bool> is_known = true;
  std::atomic<bool> is_broken = false;
  start(local(endpoint),
        [&](const consent::SubjectId& person, const consent::GalleryName&) -> Result<std::optional<std::string>> {
          EXPECT_EQ(person.value, "p1");
          if (is_broken) return fail(ErrorKind::unavailable, "asking who it is", "the disk is gone", "look at it");
          return is_known ? std::optional<std::string>{"Grace Hopper"} : std::nullopt;
        });
  const auto append_identified = [&] {
    ASSERT_TRUE(journal_->append(R"({"event":"identified","person":"p1","gallery":"staff"})"));
  };
  const auto is_on_disk = [&](const std::string& bytes) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder_.path()}) {
      if (entry.is_regular_file() && test::contents(entry.path()).find(bytes) != std::string::npos) return true;
    }
    return false;
  };
  append_identified();  // becomes a dead letter
  ASSERT_TRUE(journal_->wait_until_delivered(name_, 20s));
  ASSERT_EQ(dead().size(), 1U);
  EXPECT_TRUE(is_on_disk("p1"));
  EXPECT_FALSE(is_on_disk("Grace")) << "neither in the journal nor among the dead letters";
  endpoint.answer("200 OK");
  append_identified();
  ASSERT_TRUE(endpoint.wait_for(1));
  EXPECT_THAT(endpoint.taken()[0].body, HasSubstr(R"("name":"Grace Hopper")"));
  ASSERT_TRUE(journal_->wait_until_delivered(name_, 20s));

  is_broken = true;  // then nothing is told, rather than something wrong
  append_identified();
  EXPECT_FALSE(journal_->wait_until_delivered(name_, 200ms));
  EXPECT_EQ(endpoint.taken().size(), 1U);
  is_known = false;  // erased before it was delivered
  is_broken = false;
  ASSERT_EQ((DeadLetters{folder_ / "journal", name_}.ask_again({}).value()), 1U);
  ASSERT_TRUE(endpoint.wait_for(3));
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_THAT(endpoint.taken()[i].body, HasSubstr(R"("redacted":true)"));
    EXPECT_EQ(endpoint.taken()[i].body.find("Grace"), std::string::npos);
  }
}

TEST_F(WebhookDelivery, follows_no_redirect) {
  Endpoint elsewhere;
  Endpoint endpoint;
  endpoint.answer("307 Elsewhere\r\nLocation: " + elsewhere.url());
  auto options = local(endpoint);
  options.most_refusals = 2;
  start(options);
  append(1);
  ASSERT_TRUE(journal_->wait_until_delivered(name_, 20s));
  EXPECT_EQ(endpoint.attempts(), 2);
  EXPECT_EQ(elsewhere.attempts(), 0);
  EXPECT_EQ(dead().size(), 1U);
}

TEST_F(WebhookDelivery, does_not_connect_to_a_private_address_unless_it_may) {
  Endpoint endpoint;
  auto options = local(endpoint);
  options.private_addresses = WebhookOptions::Private::refused;
  EXPECT_EQ(open_webhook(options, clock_).error().kind, ErrorKind::invalid_input) << "http";
  for (const std::string host : {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"}) {
    options.url = "https://" + host + endpoint.url().substr(endpoint.url().rfind(':'));
    const auto outlet = open_webhook(options, clock_);
    ASSERT_TRUE(outlet) << host;
    const std::vector<Journal::Record> records{{1, "{}"}};
    const auto outcome = (*outlet)->deliver(records, {});
    EXPECT_EQ(outcome.done, 0U);
    ASSERT_TRUE(outcome.problem) << host;
    EXPECT_EQ(outcome.problem->kind, ErrorKind::denied) << host << ": " << outcome.problem->message();
    EXPECT_THAT(outcome.problem->remedy, HasSubstr("--webhook-allow-private"));
  }
  EXPECT_EQ(endpoint.attempts(), 0);
}

TEST_F(WebhookDelivery, stops_at_once_when_it_is_told_to) {
  // Accepts connections, but never answers.
  const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(::bind(silent, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(silent, 1), 0);
  ASSERT_EQ(::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &length), 0);
  WebhookOptions options;
  options.url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  options.secret = secret;
  options.private_addresses = WebhookOptions::Private::allowed;
  start(options);
  append(1);
  const int met = ::accept4(silent, nullptr, nullptr, SOCK_CLOEXEC);
  ASSERT_GE(met, 0);
  const auto began = std::chrono::steady_clock::now();
  delivery_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s) << "the request would have waited 15 s";
  EXPECT_EQ(journal_->backlog(name_).waiting, 1U);
  ::close(met);
  ::close(silent);
}

}  // namespace
}  // namespace regard::sinks
