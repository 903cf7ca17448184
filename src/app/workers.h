// A few threads that work for whoever asks: frames of a recording are looked at side by side.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "core/mailbox.h"

namespace regard::app {

/// A fixed number of threads that take jobs in the order given. Internally locked: any thread may submit. Destruction
/// finishes the jobs that were accepted.
class Workers {
 public:
  /// `count` threads, at least 1.
  explicit Workers(int count);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  [[nodiscard]] int count() const { return static_cast<int>(threads_.size()); }

  /// Runs `job` on one of the threads; waits when too many are queued already.
  template <typename Job>
  [[nodiscard]] auto submit(Job job) -> std::future<decltype(job())> {
    auto task = std::make_shared<std::packaged_task<decltype(job())()>>(std::move(job));
    auto result = task->get_future();
    jobs_.post([task] { (*task)(); });
    return result;
  }

 private:
  Mailbox<std::function<void()>, Overflow::block> jobs_;
  std::vector<std::jthread> threads_;
};

}  // namespace regard::app
