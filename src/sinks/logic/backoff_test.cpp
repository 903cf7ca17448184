#include "sinks/logic/backoff.h"

#include <gtest/gtest.h>

namespace regard::sinks {
namespace {

using namespace std::chrono_literals;

TEST(PauseAfter, doubles_up_to_the_longest) {
  for (const auto& [failures, pause] :
       {std::pair{1U, 1s}, {2U, 2s}, {3U, 4s}, {8U, 128s}, {9U, 256s}, {10U, 300s}, {4'000'000'000U, 300s}}) {
    EXPECT_EQ(pause_after(failures, 1s, 300s, 0), pause) << failures;
  }
}

TEST(PauseAfter, is_shortened_by_chance_by_at_most_a_fifth) {
  EXPECT_EQ(pause_after(3, 1s, 300s, 1), 3200ms);
  EXPECT_EQ(pause_after(3, 1s, 300s, 0.5), 3600ms);
  EXPECT_EQ(pause_after(1, 10s, 2s, 0), 2s);
}

}  // namespace
}  // namespace regard::sinks
