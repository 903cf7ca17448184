// What a person at a terminal sees: lines on standard output, a progress bar on standard error.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace regard::app {

/// Keeps lines and the progress bar from writing over each other. Internally locked: any thread.
class Terminal {
 public:
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// One line on standard output.
  void say(std::string_view line);
  /// One line on standard error, prefixed "regard: ".
  void complain(std::string_view line);
  /// Draws the bar at `fraction` 0..1 with `text` after it; only when standard error is a terminal.
  void progress(double fraction, std::string_view text);

 private:
  void clear_bar();
  std::mutex mutex_;
  bool is_terminal_;
  bool bar_shown_ = false;
};

}  // namespace regard::app
