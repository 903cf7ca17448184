// Ctrl-C and `kill`, for commands that run until somebody stops them.
#pragma once

#include <stop_token>
#include <thread>

namespace regard::app {

/// Turns Ctrl-C and `kill` into a stop request while it lives; a second signal ends the program at once. One at a time.
class StopOnSignal {
 public:
  StopOnSignal();
  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::jthread waiter_;
};

/// Notes that the program was told to read its configuration again (SIGHUP) while it lives. One at a time.
class ReloadOnSignal {
 public:
  ReloadOnSignal();
  ReloadOnSignal(const ReloadOnSignal&) = delete;
  ReloadOnSignal& operator=(const ReloadOnSignal&) = delete;
  ~ReloadOnSignal();
  /// Whether it was since the last call.
  [[nodiscard]] bool was_asked();
};

}  // namespace regard::app
