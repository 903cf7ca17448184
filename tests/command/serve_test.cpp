// `regard serve` from outside: the page, the API and a clean end. Every operation of api/openapi.yaml is asked once.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>

#include "process.h"

namespace regard::tests {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// What the server at `port` says to `request`: until it closes, `enough` is there, or half a minute has passed.
std::string asked(int port, const std::string& request, const std::string& enough = "") {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string got;
  if (::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
      ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char bytes[4096];
    while (enough.empty() || got.find(enough) == std::string::npos) {
      pollfd waiting{socket, POLLIN, 0};
      if (::poll(&waiting, 1, 30'000) <= 0) break;
      const ssize_t count = ::recv(socket, bytes, sizeof bytes, 0);
      if (count <= 0) break;
      got.append(bytes, static_cast<std::size_t>(count));
    }
  }
  ::close(socket);
  return got;
}

std::string get(const std::string& path, const std::string& host = "localhost") {
  return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
}

std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

class Serve : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* models = std::getenv("REGARD_MODELS");
    const std::filesystem::path folder = models != nullptr ? models : REGARD_SOURCE_DIR "/build/models";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no networks in " << folder << ": run script/setup";
    setenv("REGARD_MODELS", folder.c_str(), 1);
    serving_ = std::make_unique<Running>(
        program(), std::vector<std::string>{"serve", "--listen", "127.0.0.1:0", "--data", folder_.path() / "data",
                                            "cast:lobby?people=3&seed=1&size=640x360", "/nonexistent/door.mp4",
                                            "--name", "lobby", "--name", "door"});
    ASSERT_TRUE(serving_->says("\n"));
    const std::string first = lines(serving_->out()).front();
    std::smatch match;
    ASSERT_TRUE(std::regex_match(first, match, std::regex{R"(http://127\.0\.0\.1:(\d+)/)"})) << first;
    port_ = std::stoi(match[1]);
  }

  TemporaryFolder folder_;
  std::unique_ptr<Running> serving_;
  int port_ = 0;
};

TEST_F(Serve, shows_cameras_events_and_log_and_ends_cleanly) {
  const std::string heard = asked(port_, get("/v1/events?after=0"), "event: track_started");
  EXPECT_THAT(heard, HasSubstr("event: track_started"));
  const std::string live = asked(port_, get("/v1/cameras/lobby/live"), "\xff\xd8\xff");
  EXPECT_THAT(live, HasSubstr("Content-Type: image/jpeg"));
  EXPECT_THAT(live, HasSubstr("\xff\xd8\xff")) << "no JPEG";
  EXPECT_THAT(asked(port_, get("/healthz")), HasSubstr("ok"));
  EXPECT_THAT(asked(port_, get("/readyz")), StartsWith("HTTP/1.1 200 "));
  const std::string metrics = asked(port_, get("/metrics"));
  EXPECT_TRUE(
      std::regex_search(metrics, std::regex{R"(regard_stage_seconds_count\{camera="lobby",stage="detect"\} [1-9])"}));
  EXPECT_TRUE(std::regex_search(metrics, std::regex{R"(regard_frames_analysed_total\{camera="lobby"\} [1-9])"}));
  EXPECT_THAT(metrics, HasSubstr("regard_camera_up{camera=\"door\"} 0"));
  const Json cameras = Json::parse(body_of(asked(port_, get("/v1/cameras"))))["cameras"];
  ASSERT_EQ(cameras.size(), 2U);
  EXPECT_EQ(cameras[0]["state"], "live");
  EXPECT_EQ(cameras[1]["state"], "failed") << "and the lobby goes on";
  EXPECT_TRUE(Json::parse(body_of(asked(port_, get("/v1/log/head")))).contains("root"));
  const std::string page = asked(port_, get("/"));
  EXPECT_THAT(page, HasSubstr("Everybody is blurred"));
  EXPECT_EQ(page.find("http://"), std::string::npos) << "the page asks another host";
  serving_->signal(SIGINT);
  const Finished ended = serving_->wait();
  EXPECT_EQ(ended.status, 0) << ended.err;
}

TEST_F(Serve, refuses_what_it_should) {
  EXPECT_THAT(asked(port_, get("/v1/cameras/attic/live")), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(asked(port_, get("/v1/log/entries?from=x")), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(asked(port_, get("/v1/cameras", "attacker.example")), StartsWith("HTTP/1.1 421 "));
  EXPECT_THAT(asked(port_, "DELETE /v1/cameras HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 405 "));
  const Finished second = run(program(), {"serve", "--listen", "127.0.0.1:" + std::to_string(port_), "--data",
                                          folder_.path() / "data", "cast:lobby?people=1&size=320x180"});
  EXPECT_EQ(second.status, 2);
  EXPECT_THAT(second.err, HasSubstr("another program listens there"));
}

TEST_F(Serve, every_operation_of_the_description_answers_as_described) {
  const Json description = Json::parse(body_of(asked(port_, get("/openapi.json"))));
  EXPECT_EQ(description["openapi"], "3.1.0");
  static_cast<void>(asked(port_, get("/v1/events?after=0"), "event: track_started"));  // the lobby is live now
  int count = 0;
  for (const auto& [path, methods] : description["paths"].items()) {
    const std::string place = std::regex_replace(path, std::regex{R"(\{name\})"}, "lobby");
    const Json& good = methods["get"]["responses"]["200"];
    const std::string answer = asked(port_, get(place), "\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 ")) << path;
    EXPECT_THAT(answer, HasSubstr("Content-Type: " + good["content"].begin().key())) << path;
    ++count;
  }
  EXPECT_EQ(count, 12) << "operations found in api/openapi.yaml";
}

}  // namespace
}  // namespace regard::tests
