// Queries that are used again and again.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "gallery/logic/codes.h"

namespace regard::gallery {

/// Lends queries and wipes them when they come back. Internally locked; must outlive what it lends.
class QueryPool {
 public:
  /// A query for as long as this lives.
  class Lease {
   public:
    Lease(QueryPool& pool, std::unique_ptr<Query> query) : pool_{pool}, query_{std::move(query)} {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      if (!query_) return;
      query_->wipe();
      pool_.give_back(std::move(query_));
    }
    [[nodiscard]] Query& operator*() const { return *query_; }
    [[nodiscard]] Query* operator->() const { return query_.get(); }

   private:
    QueryPool& pool_;
    std::unique_ptr<Query> query_;
  };

  [[nodiscard]] Lease take(std::size_t dimension) {
    const std::lock_guard lock{mutex_};
    if (idle_.empty() || idle_.back()->dimension() != dimension) return {*this, std::make_unique<Query>(dimension)};
    std::unique_ptr<Query> query = std::move(idle_.back());
    idle_.pop_back();
    return {*this, std::move(query)};
  }

 private:
  /// As many as are ever in use at once are kept, at most so many.
  static constexpr std::size_t most_idle = 16;
  void give_back(std::unique_ptr<Query> query) {
    const std::lock_guard lock{mutex_};
    if (idle_.size() < most_idle) idle_.push_back(std::move(query));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Query>> idle_;
};

}  // namespace regard::gallery
