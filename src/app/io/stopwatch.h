// How long calls take.
#pragma once

#include <cstdint>
#include <utility>

#include "core/core.h"

namespace regard::app {

/// Sum of the time spent in calls, on one clock that outlives it. Confined to one thread.
class Stopwatch {
 public:
  explicit Stopwatch(const Clock& clock) : clock_{clock} {}

  /// What `call` returns; the time that it took is added.
  template <typename Call>
  auto time(Call&& call) {
    const Duration begin = clock_.elapsed();
    auto result = std::forward<Call>(call)();
    total_ += clock_.elapsed() - begin;
    ++calls_;
    return result;
  }

  /// Mean over the calls; 0 before the first.
  [[nodiscard]] double milliseconds_each() const {
    return calls_ == 0 ? 0.0 : seconds(total_) * 1e3 / static_cast<double>(calls_);
  }
  [[nodiscard]] std::uint64_t calls() const { return calls_; }

 private:
  const Clock& clock_;
  Duration total_{};
  std::uint64_t calls_ = 0;
};

}  // namespace regard::app
