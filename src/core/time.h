// Time as values. Pure code receives it as an argument; only `SystemClock` reads it.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

namespace regard {

using Duration = std::chrono::microseconds;

/// A moment in UTC.
using Timestamp = std::chrono::sys_time<Duration>;

/// Seconds as a double, for formulas and printing.
[[nodiscard]] inline double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

/// Rounds a number of seconds to a Duration.
[[nodiscard]] inline Duration from_seconds(double value) {
  return std::chrono::round<Duration>(std::chrono::duration<double>(value));
}

/// RFC 3339 in UTC with milliseconds: "2026-01-31T09:15:02.250Z".
[[nodiscard]] std::string to_rfc3339(Timestamp time);

/// Reads the time. Internally locked or stateless: any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const = 0;     ///< wall clock, may jump
  [[nodiscard]] virtual Duration elapsed() const = 0;  ///< monotonic, from an arbitrary start
};

/// The machine's clock.
[[nodiscard]] std::unique_ptr<Clock> system_clock();

/// Waits for `duration`, or until a stop is requested. False when stopped.
bool pause(Duration duration, const std::stop_token& stop);

}  // namespace regard
