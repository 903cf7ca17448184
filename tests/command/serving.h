// What tests of `regard serve` share: the running server, and whoever asks it.
#pragma once

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <vector>

#include "installation.h"

namespace regard::tests {

using Json = nlohmann::json;
using ::testing::HasSubstr;

/// What the server at `port` says to `request`: until it closes, `enough` is there, or half a minute has passed.
inline std::string asked(int port, const std::string& request, const std::string& enough = "") {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string got;
  if (::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) {
    std::size_t sent = 0;
    while (sent < request.size()) {
      const ssize_t count = ::send(socket, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) break;
      sent += static_cast<std::size_t>(count);
    }
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

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  [[nodiscard]] Json json() const { return Json::parse(body, nullptr, false); }
};

inline Answer answer_in(const std::string& text) {
  Answer answer;
  const std::size_t end = text.find("\r\n\r\n");
  if (text.size() < 12 || end == std::string::npos) return answer;
  answer.status = std::stoi(text.substr(9, 3));
  answer.head = text.substr(0, end);
  answer.body = text.substr(end + 4);
  return answer;
}

/// One who asks: a session, a key, or nobody.
struct Client {
  int port = 0;
  std::string cookie;
  std::string csrf;
  std::string key;
  std::string host = "localhost";
  std::string connection = "close";
  std::string more_headers;

  [[nodiscard]] Answer ask(const std::string& method, const std::string& path, const std::string& body = "",
                           const std::string& enough = "") const {
    std::string request = method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: " + connection + "\r\n";
    if (!cookie.empty()) request += "Cookie: regard_session=" + cookie + "\r\n";
    if (!csrf.empty()) request += "X-CSRF-Token: " + csrf + "\r\n";
    if (!key.empty()) request += "Authorization: Bearer " + key + "\r\n";
    if (!body.empty()) request += "Content-Type: application/json\r\n";
    request += more_headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    return answer_in(asked(port, request, enough));
  }
  [[nodiscard]] Answer get(const std::string& path, const std::string& enough = "") const {
    return ask("GET", path, "", enough);
  }

  /// Takes the session that an answer began.
  void take(const Answer& answer) {
    std::smatch match;
    ASSERT_TRUE(std::regex_search(answer.head, match, std::regex{"Set-Cookie: regard_session=([^;]+)(;[^\r]*)"}))
        << answer.head << answer.body;
    cookie = match[1];
    for (const char* attribute : {"HttpOnly", "Secure", "SameSite=Strict", "Path=/"})
      EXPECT_THAT(match[2].str(), HasSubstr(attribute));
    csrf = answer.json()["csrf"];
  }
};

inline std::string base64(const std::string& bytes) {
  static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) text += i + j > bytes.size() ? '=' : letters[bits >> (18 - 6 * j) & 63U];
  }
  return text;
}

inline constexpr const char* password = "several words are easy";

/// A server with a data folder of its own.
class Served : public WithNetworks {
 protected:
  void start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"serve"});
    if (std::ranges::find(arguments, "--config") == arguments.end())
      arguments.insert(arguments.end(), {"--listen", "127.0.0.1:0", "--data", folder_.path() / "data"});
    serving_ = std::make_unique<Running>(program(), arguments);
    ASSERT_TRUE(serving_->says("\n")) << serving_->wait().err;
    const std::string first = lines(serving_->out()).front();
    std::smatch match;
    ASSERT_TRUE(std::regex_match(first, match, std::regex{R"(https?://127\.0\.0\.1:(\d+)/)"})) << first;
    nobody_.port = std::stoi(match[1]);
  }

  /// Becomes the administrator by the printed link.
  Client administrator() {
    std::smatch match;
    EXPECT_TRUE(serving_->says("#setup="));
    EXPECT_TRUE(serving_->says("administrator"));
    const std::string out = serving_->out();
    EXPECT_TRUE(std::regex_search(out, match, std::regex{R"(#setup=([\w-]+) )"})) << out;
    Client client = nobody_;
    client.take(nobody_.ask("POST", "/v1/setup",
                            Json{{"token", match[1].str()}, {"name", "ada"}, {"password", password}}.dump()));
    return client;
  }

  Client user(const Client& administrator, const std::string& name, const Json& roles) {
    const Answer added =
        administrator.ask("POST", "/v1/users", Json{{"name", name}, {"password", password}, {"roles", roles}}.dump());
    EXPECT_EQ(added.status, 201) << added.body;
    Client client = nobody_;
    client.take(nobody_.ask("POST", "/v1/session", Json{{"name", name}, {"password", password}}.dump()));
    return client;
  }

  std::string picture(int number, int at = 0) {
    const std::string file = folder_ / ("person-" + std::to_string(number) + "-" + std::to_string(at) + ".png");
    const Finished drawn =
        run(program(), {"cast", "render", "portrait?seed=7&size=640x640&first=" + std::to_string(number), file, "--at",
                        std::to_string(at)});
    EXPECT_EQ(drawn.status, 0) << drawn.err;
    return base64(contents(file));
  }

  TemporaryFolder folder_;
  std::unique_ptr<Running> serving_;
  Client nobody_;
};

}  // namespace regard::tests
