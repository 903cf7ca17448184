#include "app/terminal.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace regard::app {

Terminal::Terminal() : is_terminal_{::isatty(STDERR_FILENO) == 1} {}
Terminal::~Terminal() { clear_bar(); }

void Terminal::clear_bar() {
  if (!bar_shown_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  bar_shown_ = false;
}

void Terminal::say(std::string_view line) {
  const std::lock_guard lock{mutex_};
  clear_bar();
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

void Terminal::complain(std::string_view line) {
  const std::lock_guard lock{mutex_};
  clear_bar();
  fmt::print(stderr, "regard: {}\n", line);
}

void Terminal::progress(double fraction, std::string_view text) {
  if (!is_terminal_) return;
  const std::lock_guard lock{mutex_};
  constexpr int width = 30;
  const int full = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * width);
  fmt::print(stderr, "\r\033[K[{:=<{}}{:<{}}] {:3.0f} % {}", "", full, "", width - full, fraction * 100, text);
  std::fflush(stderr);
  bar_shown_ = true;
}

}  // namespace regard::app
