#include "capture/io/test_material.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <mutex>

namespace regard::capture::test {

namespace fs = std::filesystem;

void make_clip(const std::string& arguments, const fs::path& output) {
  // The sanitizers' settings are for our own program.
  const std::string command =
      "env -u LD_PRELOAD ffmpeg -nostdin -loglevel error -y " + arguments + " '" + output.string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
}

void make_h264_clip(const fs::path& output, const std::string& more) {
  make_clip(
      "-f lavfi -i testsrc2=size=320x180:rate=25:duration=2 -c:v libx264 -threads 1 -preset veryfast -pix_fmt yuv420p "
      "-g 25 " +
          more,
      output);
}

namespace {

// The "port N" line that every server prints first; 0 when it ends without.
int read_port(int pipe) {
  std::string line;
  char c = 0;
  while (::read(pipe, &c, 1) == 1 && c != '\n') line += c;
  return line.starts_with("port ") ? std::stoi(line.substr(5)) : 0;
}

}  // namespace

Server::Server(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{std::string{REGARD_SOURCE_DIR} + "/tests/servers/" + program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  process_ = fork();
  if (process_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    setpgid(0, 0);                     // so that its own children go with it
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // do not outlive a crashed test
    execv(pointers[0], pointers.data());
    _exit(127);
  }
  close(ends[1]);
  port_ = read_port(ends[0]);
  close(ends[0]);
  if (port_ == 0) {
    kill();
    throw std::runtime_error(program + " did not start");
  }
}

void Server::kill() {
  if (process_ <= 0) return;
  ::kill(-process_, SIGKILL);
  ::kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

void Server::freeze() { ::kill(process_, SIGSTOP); }
void Server::thaw() { ::kill(process_, SIGCONT); }

std::string Server::address(const std::string& scheme, const std::string& path, const std::string& userinfo) const {
  return scheme + "://" + (userinfo.empty() ? "" : userinfo + "@") + "127.0.0.1:" + std::to_string(port_) + "/" + path;
}

Deadline::Deadline(std::chrono::seconds limit)
    : timer_{[this, limit](const std::stop_token& ending) {
        std::mutex mutex;
        std::condition_variable_any sleeper;
        std::unique_lock lock{mutex};
        if (!sleeper.wait_for(lock, ending, limit, [&] { return ending.stop_requested(); })) stop_.request_stop();
      }} {}

}  // namespace regard::capture::test
