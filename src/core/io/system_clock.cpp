#include <condition_variable>
#include <mutex>

#include "core/time.h"

namespace regard {
namespace {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
  [[nodiscard]] Duration elapsed() const override {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
  }
};

}  // namespace

bool pause(Duration duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any sleeper;
  std::unique_lock lock{mutex};
  sleeper.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

std::unique_ptr<Clock> system_clock() { return std::make_unique<SystemClock>(); }

}  // namespace regard
