// A web server of our own on a free port of this machine, which takes webhooks, refuses, breaks, goes away and comes
// back. For tests.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace regard::test {

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
    return changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return taken_.size() >= taken; });
  }
  bool wait_for_attempts(int attempts) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return attempts_ >= attempts; });
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

}  // namespace regard::test
