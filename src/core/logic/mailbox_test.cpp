#include "core/mailbox.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace regard {
namespace {

TEST(Mailbox, drops_oldest_value_when_full) {
  Mailbox<int, Overflow::drop_oldest> box{2};
  for (int i = 1; i <= 5; ++i) EXPECT_TRUE(box.post(i));
  EXPECT_EQ(box.dropped(), 3U);
  EXPECT_EQ(box.take(), 4);
  EXPECT_EQ(box.take(), 5);
}

TEST(Mailbox, blocking_box_hands_every_value_over_in_order) {
  Mailbox<int, Overflow::block> box{3};
  std::vector<int> taken;
  {
    const std::jthread writer{[&] {
      for (int i = 0; i < 1000; ++i) box.post(i);
      box.close();
    }};
    while (auto value = box.take()) taken.push_back(*value);
  }
  ASSERT_EQ(taken.size(), 1000U);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(taken[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(box.dropped(), 0U);
}

TEST(Mailbox, closing_lets_the_reader_drain_and_refuses_writers) {
  Mailbox<int, Overflow::block> box{2};
  box.post(1);
  box.close();
  EXPECT_FALSE(box.post(2));
  EXPECT_EQ(box.take(), 1);
  EXPECT_EQ(box.take(), std::nullopt);
}

TEST(Mailbox, stop_wakes_a_waiting_reader) {
  Mailbox<int, Overflow::drop_oldest> box{1};
  std::stop_source stop;
  std::optional<int> taken{7};
  std::jthread reader{[&] { taken = box.take(stop.get_token()); }};
  stop.request_stop();
  reader.join();
  EXPECT_EQ(taken, std::nullopt);
}

TEST(Mailbox, stop_wakes_a_waiting_writer) {
  Mailbox<int, Overflow::block> box{1};
  box.post(1);
  std::stop_source stop;
  bool accepted = true;
  std::jthread writer{[&] { accepted = box.post(2, stop.get_token()); }};
  stop.request_stop();
  writer.join();
  EXPECT_FALSE(accepted);
  EXPECT_EQ(box.take(), 1);
}

TEST(Mailbox, carries_values_that_can_only_be_moved) {
  Mailbox<std::unique_ptr<int>, Overflow::block> box{1};
  box.post(std::make_unique<int>(3));
  EXPECT_EQ(**box.take(), 3);
}

}  // namespace
}  // namespace regard
