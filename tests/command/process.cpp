#include "process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

extern char** environ;

namespace regard::tests {
namespace {

int exit_status(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

std::string program() { return REGARD_PROGRAM; }

Finished run(const std::string& program, const std::vector<std::string>& arguments) {
  return Running{program, arguments}.wait();
}

Running::Running(const std::string& program, const std::vector<std::string>& arguments) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, (folder_ / "out").c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (folder_ / "err").c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0600);
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  if (posix_spawnp(&child_, program.c_str(), &actions, nullptr, argv.data(), environ) != 0) child_ = 0;
  posix_spawn_file_actions_destroy(&actions);
  EXPECT_NE(child_, 0) << program << " does not start";
}

Running::~Running() {
  if (child_ > 0) {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
}

void Running::signal(int number) const {
  if (child_ > 0) ::kill(child_, number);
}

bool Running::has_ended() {
  if (child_ <= 0) return true;
  int status = 0;
  if (::waitpid(child_, &status, WNOHANG) != child_) return false;
  status_ = exit_status(status);
  child_ = 0;
  return true;
}

Finished Running::wait() {
  if (child_ > 0) {
    int status = 0;
    ::waitpid(child_, &status, 0);
    status_ = exit_status(status);
    child_ = 0;
  }
  return {status_, contents(folder_ / "out"), contents(folder_ / "err")};
}

std::string Running::out() const { return contents(folder_ / "out"); }

bool Running::says(const std::string& text) {
  constexpr int tries = 1200;
  for (int i = 0; i < tries; ++i) {
    const bool ended = has_ended();  // before reading: what it said last counts
    if (out().find(text) != std::string::npos) return true;
    if (ended) return false;
    ::poll(nullptr, 0, 50);
  }
  return false;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

}  // namespace regard::tests
