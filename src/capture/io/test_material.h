// Clips and servers for the tests of this stage, made when a test wants them.
#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "files.h"

namespace regard::capture::test {

using regard::test::contents;
using regard::test::TemporaryFolder;
using regard::test::write;

/// Runs Debian's `ffmpeg` with `arguments` (split at blanks) and writes `output`. Fails the test when it fails.
void make_clip(const std::string& arguments, const std::filesystem::path& output);

/// 2 seconds of FFmpeg's moving test card, 320x180 at 25 per second, H.264 with a key frame each second.
void make_h264_clip(const std::filesystem::path& output, const std::string& more = "");

/// A program of tests/servers, killed with the object.
class Server {
 public:
  /// Starts `program` with `arguments` and waits until it says which port it listens on.
  Server(const std::string& program, const std::vector<std::string>& arguments);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { kill(); }
  void kill();
  void freeze();  ///< its connections stay open and silent
  void thaw();
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string address(const std::string& scheme, const std::string& path,
                                    const std::string& userinfo = "") const;

 private:
  int process_ = -1;
  int port_ = 0;
};

/// A stop that is requested when a test has waited too long: generous, for slow machines under sanitizers.
class Deadline {
 public:
  explicit Deadline(std::chrono::seconds limit = std::chrono::seconds{60});
  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::jthread timer_;
};

}  // namespace regard::capture::test
