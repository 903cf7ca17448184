// Against a real web server of our own, which refuses, breaks, goes away and comes back.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "files.h"
#include "sinks/logic/hook.h"
#include "sinks/outlets.h"

namespace regard::sinks {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using Json = nlohmann::json;

const std::string secret = "sixteen bytes or more";

struct Request {
  std::string head;
  std::string body;
  /// Of a header line; "" when there is none.
  [[nodiscard]] std::string header(const std::string& name) const {
    const std::size_t found = head.find("\r\n" + name + ": ");
    if (found == std::string::npos) return "";
    const std::size_t begins = found + name.size() + 4;
    return head.substr(begins, head.find("\r\n", begins) - begins);
  }
};

/// Answers each request with what the test says; keeps those that were answered with 200. Internally locked.
class Endpoint {
 public:
  Endpoint() { listen_on(0); }
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;
  ~Endpoint() { go_down(); }

  void go_down() {
    if (socket_ < 0) return;
    ::shutdown(socket_, SHUT_RDWR);  // wakes accept()
    thread_.join();
    ::close(socket_);
    socket_ = -1;
  }
  void come_back() { listen_on(port_); }
  /// "200 OK", "503 Busy\r\nRetry-After: 1", "" for a connection that is cut.
  void answer(std::string status) {
    const std::lock_guard lock{mutex_};
    status_ = std::move(status);
  }
  bool wait_for(std::size_t taken) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, 20s, [&] { return taken_.size() >= taken; });
  }
  bool wait_for_attempts(int attempts) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, 20s, [&] { return attempts_ >= attempts; });
  }
  std::vector<Request> taken() {
    const std::lock_guard lock{mutex_};
    return taken_;
  }
  int attempts() {
    const std::lock_guard lock{mutex_};
    return attempts_;
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook?key=visible"; }

 private:
  void listen_on(int port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ASSERT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(socket_, 8), 0);
    ASSERT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread{[this] {
      for (int client = accept_one(); client >= 0; client = accept_one()) {
        serve(client);
        ::close(client);
      }
    }};
  }
  int accept_one() const { return ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC); }

  void serve(int client) {
    Request request;
    std::string all;
    char buffer[4096];
    std::size_t wanted = SIZE_MAX;
    while (all.size() < wanted) {
      const ssize_t got = ::recv(client, buffer, sizeof buffer, 0);
      if (got <= 0) return;
      all.append(buffer, static_cast<std::size_t>(got));
      const std::size_t end = all.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      request.head = all.substr(0, end + 2);
      wanted = end + 4 + std::stoul(request.header("Content-Length"));
      request.body = all.substr(end + 4);
    }
    const std::lock_guard lock{mutex_};
    ++attempts_;
    if (!status_.empty()) {
      const std::string reply = "HTTP/1.1 " + status_ + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      if (::send(client, reply.data(), reply.size(), MSG_NOSIGNAL) < 0) return;
    }
    if (status_.starts_with("200")) taken_.push_back(std::move(request));
    changed_.notify_all();
  }

  int socket_ = -1;
  int port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string status_ = "200 OK";
  std::vector<Request> taken_;
  int attempts_ = 0;
  std::jthread thread_;
};

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
  void start(WebhookOptions options) {
    name_ = webhook_name(options.url);
    auto outlet = open_webhook(options, clock_);
    ASSERT_TRUE(outlet) << outlet.error().message();
    auto delivery = Delivery::start(*journal_, std::move(*outlet), {.first_pause = 5ms, .longest_pause = 50ms},
                                    [this](const std::string& words) {
                                      const std::lock_guard lock{mutex_};
                                      said_ += words + "\n";
                                    });
    ASSERT_TRUE(delivery) << delivery.error().message();
    delivery_ = std::move(*delivery);
  }
  WebhookOptions local(const Endpoint& endpoint) const {
    WebhookOptions options;
    options.url = endpoint.url();
    options.secret = secret;
    options.private_addresses = WebhookOptions::Private::allowed;
    options.folder = folder_ / "journal";
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
  [[nodiscard]] std::vector<Json> dead() const {
    std::vector<Json> all;
    std::istringstream lines{test::contents(folder_ / "journal" / (name_ + ".dead.jsonl"))};
    for (std::string line; std::getline(lines, line);) all.push_back(Json::parse(line));
    return all;
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
  EXPECT_EQ(dead()[0]["number"], 1);
  EXPECT_EQ(dead()[0]["status"], 422);
  EXPECT_EQ(dead()[0]["attempts"], 5);
  EXPECT_EQ(dead()[0]["event"]["track"], 1);
  EXPECT_EQ(endpoint.taken().size(), 1U);
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
