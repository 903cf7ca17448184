#include "app/workers.h"

#include <gtest/gtest.h>

#include <atomic>

namespace regard::app {
namespace {

TEST(Workers, give_every_job_its_own_result) {
  Workers workers{3};
  std::vector<std::future<int>> results;
  for (int i = 0; i < 200; ++i) results.push_back(workers.submit([i] { return i * i; }));
  for (int i = 0; i < 200; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)].get(), i * i);
}

TEST(Workers, finish_what_they_accepted_before_they_go) {
  std::atomic<int> done = 0;
  {
    Workers workers{2};
    for (int i = 0; i < 50; ++i) static_cast<void>(workers.submit([&] { return ++done; }));
  }
  EXPECT_EQ(done, 50);
}

}  // namespace
}  // namespace regard::app
