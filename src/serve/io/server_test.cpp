// The real server on a free port, asked by plain sockets: what a client may do wrong is written byte by byte.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>

#include "serve/serve.h"

namespace regard::serve {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket_); }

  void send(const std::string& bytes) const {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<std::size_t>(count);
    }
  }
  /// Everything until `text` has come, the server closes, or half a minute has passed.
  std::string until(const std::string& text) {
    while (got_.find(text) == std::string::npos && more()) {
    }
    return got_;
  }
  std::string all() {
    while (more()) {
    }
    return got_;
  }

 private:
  bool more() {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, 30'000) <= 0) return false;
    char bytes[4096];
    const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    got_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }
  int socket_;
  std::string got_;
};

class HttpServer : public ::testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    options.port = 0;
    router_.add(Method::get, "/hello", [](const Request& request, const Parameters&) {
      Response response;
      response.type = "text/plain";
      response.body = "hello " + request.header("user-agent");
      return response;
    });
    router_.add(Method::post, "/echo", [](const Request& request, const Parameters&) {
      Response response;
      response.body = request.body;
      return response;
    });
    router_.add(Method::get, "/throws",
                [](const Request&, const Parameters&) -> Response { throw std::runtime_error("out of luck"); });
    for (const Feed feed : {Feed::server_sent_events, Feed::motion_jpeg}) {
      router_.add(Method::get, feed == Feed::motion_jpeg ? "/live" : "/events",
                  [this, feed](const Request& request, const Parameters&) {
                    Response response;
                    response.channel = channel_;
                    response.feed = feed;
                    response.after = resume_after(request);
                    return response;
                  });
    }
    auto server = Server::start(options, [this](const Request& request) { return router_(request); });
    ASSERT_TRUE(server) << server.error().message();
    server_ = std::move(*server);
  }
  std::string asked(const std::string& request) {
    Client client{server_->port()};
    client.send(request);
    return client.all();
  }
  static std::string last_get(const std::string& path, const std::string& more = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n";
  }

  std::shared_ptr<Channel> channel_ = std::make_shared<Channel>(3);
  Router router_;
  std::unique_ptr<Server> server_;
};

TEST_F(HttpServer, answers_and_keeps_the_connection) {
  start();
  Client client{server_->port()};
  client.send("GET /hello HTTP/1.1\r\nHost: x\r\nUser-Agent: me\r\n\r\n");
  EXPECT_THAT(client.until("hello me"), StartsWith("HTTP/1.1 200 OK\r\n"));
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nagain");
  EXPECT_THAT(client.until("again"), HasSubstr("again"));
}

TEST_F(HttpServer, head_has_the_length_but_no_body) {
  start();
  const std::string answer = asked("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: me\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 8\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(HttpServer, says_what_is_wrong_with_a_request) {
  start();
  EXPECT_THAT(asked(last_get("/nothing")), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(asked("PUT /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              HasSubstr("Allow: GET, HEAD, OPTIONS"));
  EXPECT_THAT(asked("no http at all\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(asked(last_get("/%zz")), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(asked(last_get("/throws")), HasSubstr("out of luck"));
  EXPECT_THAT(asked(last_get("/hello", "X: " + std::string(20'000, 'x') + "\r\n")), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServer, too_large_a_body_is_413) {
  start({.longest_body = 1000});
  EXPECT_THAT(asked("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
  const std::string chunk = "800\r\n" + std::string(0x800, 'x') + "\r\n0\r\n\r\n";
  EXPECT_THAT(asked("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServer, how_long_a_body_may_be_is_told_by_its_header) {
  start({.longest_body_of = [](const Request& request) -> std::size_t {
    return request.header("x-api-key") == "good" ? 100'000 : 10;
  }});
  const auto post = [&](const std::string& key, std::size_t length) {
    return asked("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: " + key +
                 "\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n" + std::string(length, 'x'));
  };
  EXPECT_THAT(post("good", 100'000), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(post("good", 100'001), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(post("bad", 10), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(post("bad", 11), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(asked("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "b\r\n01234567890\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServer, a_header_that_does_not_come_ends_the_connection) {
  start({.header_time = 50ms});
  EXPECT_EQ(asked("GET /hello HT"), "");
  EXPECT_EQ(asked(""), "");
}

TEST_F(HttpServer, whoever_asks_too_often_is_told_to_wait) {
  start({.requests_per_second_per_peer = 0.01});
  EXPECT_THAT(asked(last_get("/hello")), HasSubstr("Retry-After: 1"));
  const std::string answer = asked("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 429 "));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(HttpServer, too_many_connections_of_one_peer_are_refused) {
  start({.most_connections_per_peer = 2});
  const Client first{server_->port()};
  const Client second{server_->port()};
  EXPECT_THAT(asked(""), StartsWith("HTTP/1.1 503 "));
}

TEST_F(HttpServer, events_go_on_where_the_listener_left) {
  start();
  for (const char* text : {"one", "two", "three", "four", "five"}) channel_->publish("note", text);
  Client client{server_->port()};
  client.send(last_get("/events", "Last-Event-ID: 3\r\n"));
  client.until("data: five");
  channel_->publish("note", "six");
  const std::string heard = client.until("data: six\n\n");
  EXPECT_THAT(heard, HasSubstr("Content-Type: text/event-stream"));
  EXPECT_THAT(heard, HasSubstr("id: 4\nevent: note\ndata: four\n\nid: 5\nevent: note\ndata: five\n\nid: 6"));
  EXPECT_THAT(heard, Not(HasSubstr("three")));
}

TEST_F(HttpServer, events_come_over_websocket_too) {
  start();
  channel_->publish("note", "{\"a\":1}");
  Client client{server_->port()};
  // The example of RFC 6455 section 1.3.
  client.send(
      "GET /events?after=0 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  const std::string begin = client.until("}}");
  EXPECT_THAT(begin, StartsWith("HTTP/1.1 101 "));
  EXPECT_THAT(begin, HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  const std::string text = R"({"id":1,"type":"note","data":{"a":1}})";
  EXPECT_TRUE(begin.ends_with("\r\n\r\n\x81" + std::string{static_cast<char>(text.size())} + text)) << begin;
  channel_->publish("note", "2");
  EXPECT_THAT(client.until("\"data\":2}"), HasSubstr(R"({"id":2,"type":"note","data":2})"));
  client.send(std::string("\x89\x80", 2) + "abcd");  // a masked ping without content
  EXPECT_THAT(client.until(std::string("\x8a\x00", 2)), HasSubstr(std::string("\x8a\x00", 2))) << "no pong";
  server_->stop(5s);
  EXPECT_THAT(client.all(), HasSubstr("\x88\x02\x03\xe9")) << "going away, 1001";
}

TEST_F(HttpServer, pictures_come_over_websocket_too_as_bytes_the_newest_first) {
  start();
  channel_->publish("picture", "OLD");
  channel_->publish("picture", "NEW");
  Client client{server_->port()};
  client.send(
      "GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  const std::string got = client.until("NEW");
  EXPECT_TRUE(got.ends_with("\r\n\r\n\x82\x03NEW")) << "one binary frame: " << got;
}

TEST_F(HttpServer, a_listener_is_told_what_it_missed) {
  start();
  for (int i = 1; i <= 6; ++i) channel_->publish("note", std::to_string(i));
  Client client{server_->port()};
  client.send(last_get("/events", "Last-Event-ID: 1\r\n"));
  EXPECT_THAT(client.until("data: 6"), HasSubstr("event: missed\ndata: {\"messages\":2}\n\nid: 4"));
}

TEST_F(HttpServer, pictures_begin_with_the_newest) {
  start();
  channel_->publish("picture", "OLD");
  channel_->publish("picture", "NEW");
  Client client{server_->port()};
  client.send(last_get("/live"));
  const std::string got = client.until("NEW");
  EXPECT_THAT(got, HasSubstr("multipart/x-mixed-replace; boundary=picture"));
  EXPECT_THAT(got, Not(HasSubstr("OLD")));
}

TEST_F(HttpServer, idle_connections_do_not_keep_others_out_or_the_server_from_stopping) {
  start({.most_connections_per_peer = 1000});
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 200; ++i) idle.push_back(std::make_unique<Client>(server_->port()));
  Client listener{server_->port()};
  listener.send(last_get("/events", "Last-Event-ID: 0\r\n"));
  EXPECT_THAT(asked(last_get("/hello")), StartsWith("HTTP/1.1 200 "));
  server_->stop(30s);
  EXPECT_EQ(server_->connections(), 0U);
  for (const auto& client : idle) EXPECT_EQ(client->all(), "");
  listener.all();
}

TEST_F(HttpServer, a_taken_port_is_said) {
  start();
  const auto second = Server::start({.port = server_->port()}, [](const Request&) { return Response{}; });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(second.error().message(), HasSubstr("another program listens there"));
  EXPECT_FALSE(Server::start({.address = "nowhere"}, [](const Request&) { return Response{}; }));
}

}  // namespace
}  // namespace regard::serve
