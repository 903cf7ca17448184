// The joint between two stages: a bounded queue whose overflow policy is part of its type.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "core/check.h"

namespace regard {

enum class Overflow {
  drop_oldest,  ///< the newest value wins: frames of a live camera
  block,        ///< the writer waits: frames of a file, decisions
};

/// Bounded first-in first-out queue between threads. Internally locked: any thread may post and take.
template <typename T, Overflow policy>
class Mailbox {
 public:
  /// Holds at most `capacity` values, at least 1.
  explicit Mailbox(std::size_t capacity) : capacity_{capacity} { CHECK(capacity > 0); }

  /// Puts `value` at the end. When full: `drop_oldest` discards the first value, `block` waits for room.
  /// Returns false, and drops `value`, when the mailbox is closed or `stop` is requested while waiting.
  bool post(T value, std::stop_token stop = {}) {
    std::unique_lock lock{mutex_};
    if constexpr (policy == Overflow::block) {
      room_.wait(lock, stop, [&] { return closed_ || values_.size() < capacity_; });
      if (values_.size() >= capacity_) return false;
    }
    if (closed_) return false;
    if (values_.size() == capacity_) {
      values_.pop_front();
      ++dropped_;
    }
    values_.push_back(std::move(value));
    lock.unlock();
    arrival_.notify_one();
    return true;
  }

  /// Takes the first value, waiting for one. Empty when closed and drained, or when `stop` is requested.
  std::optional<T> take(std::stop_token stop = {}) {
    std::unique_lock lock{mutex_};
    arrival_.wait(lock, stop, [&] { return closed_ || !values_.empty(); });
    if (values_.empty() || stop.stop_requested()) return std::nullopt;
    std::optional<T> value{std::move(values_.front())};
    values_.pop_front();
    lock.unlock();
    room_.notify_one();
    return value;
  }

  /// No more values are accepted; those already inside can still be taken.
  void close() {
    {
      const std::lock_guard lock{mutex_};
      closed_ = true;
    }
    arrival_.notify_all();
    room_.notify_all();
  }

  /// How many values `drop_oldest` has discarded so far.
  [[nodiscard]] std::uint64_t dropped() const {
    const std::lock_guard lock{mutex_};
    return dropped_;
  }

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable_any arrival_;
  std::condition_variable_any room_;
  std::deque<T> values_;
  std::uint64_t dropped_ = 0;
  bool closed_ = false;
};

}  // namespace regard
