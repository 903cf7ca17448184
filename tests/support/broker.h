// A real MQTT broker (mosquitto) on a free port of this machine, that can be killed and started again. For tests.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

#include "files.h"

namespace regard::test {

/// A port that nobody has at this moment.
inline int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  const bool found = ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  ::close(socket);
  if (!found) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

/// Whether somebody accepts connections there.
inline bool answers(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool accepted = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return accepted;
}

/// Confined to one thread.
class Broker {
 public:
  static constexpr const char* program = "/usr/sbin/mosquitto";
  static bool is_installed() { return std::filesystem::exists(program); }

  /// With `settings` more lines of its configuration. Keeps sessions over a stop, but not over a kill.
  explicit Broker(const std::string& settings = "allow_anonymous true\n") : port_{free_port()} {
    write(folder_ / "broker.conf", "listener " + std::to_string(port_) + " 127.0.0.1\npersistence true\n" +
                                       "persistence_location " + folder_.path().string() + "/\nuser root\n" + settings);
    start();
  }
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;
  ~Broker() { end(SIGKILL); }

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url() const { return "mqtt://127.0.0.1:" + std::to_string(port_); }
  /// Of a broker whose settings have a certificate.
  [[nodiscard]] std::string tls_url(const std::string& host) const {
    return "mqtts://" + host + ":" + std::to_string(port_);
  }
  [[nodiscard]] std::string log() const { return contents(folder_ / "log"); }
  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

  /// Returns when it accepts connections.
  void start() {
    child_ = ::fork();
    if (child_ == 0) {
      const std::string log = folder_ / "log";
      if (std::freopen(log.c_str(), "a", stdout) != nullptr) ::dup2(1, 2);
      ::execl(program, program, "-c", (folder_ / "broker.conf").c_str(), "-v", static_cast<char*>(nullptr));
      ::_exit(127);
    }
    for (int i = 0; i < 1000; ++i) {
      if (answers(port_)) return;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});  // it has no other way to say that it is there
    }
    throw std::runtime_error("the broker does not start: " + log());
  }
  void kill() { end(SIGKILL); }
  /// As its service is stopped: sessions are written to the disk.
  void stop() { end(SIGTERM); }

 private:
  void end(int signal) {
    if (child_ <= 0) return;
    ::kill(child_, signal);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }

  TemporaryFolder folder_;
  int port_;
  pid_t child_ = 0;
};

}  // namespace regard::test
