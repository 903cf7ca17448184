#include <gtest/gtest.h>

#include <vector>

#include "serve/serve.h"

namespace regard::serve {
namespace {

std::vector<std::uint64_t> ids_of(const Channel::Heard& heard) {
  std::vector<std::uint64_t> ids;
  for (const Message& message : heard.messages) ids.push_back(message.id);
  return ids;
}

using Ids = std::vector<std::uint64_t>;

TEST(Channel, counts_by_itself_or_takes_ids_that_grow) {
  Channel channel{10};
  channel.publish("a", "");
  channel.publish(40, "b", "");
  channel.publish(40, "twice", "");
  channel.publish(7, "old", "");
  channel.publish("c", "");
  EXPECT_EQ(channel.newest(), 41U);
  EXPECT_EQ(ids_of(channel.after(0, 10)), (Ids{1, 40, 41}));
  EXPECT_EQ(ids_of(channel.after(1, 1)), Ids{40});
  EXPECT_EQ(ids_of(channel.after(40, 10)), Ids{41});
  EXPECT_TRUE(channel.after(41, 10).messages.empty());
}

TEST(Channel, says_how_many_messages_are_no_longer_kept) {
  Channel channel{3};
  for (std::uint64_t id = 101; id <= 110; ++id) channel.publish(id, "a", "");
  const auto heard = channel.after(103, 10);
  EXPECT_EQ(ids_of(heard), (Ids{108, 109, 110}));
  EXPECT_EQ(heard.missed, 4U);
  EXPECT_EQ(channel.after(107, 10).missed, 0U);
  EXPECT_EQ(channel.after(0, 10).missed, 0U) << "0 asks for all there is";
  EXPECT_EQ(ids_of(channel.after(9999, 10)), (Ids{108, 109, 110})) << "an id of somebody else's count";
}

TEST(Channel, that_is_empty_has_nothing_for_anybody) {
  const Channel channel{3};
  EXPECT_TRUE(channel.after(0, 10).messages.empty());
  EXPECT_TRUE(channel.after(5, 10).messages.empty());
  EXPECT_EQ(channel.newest(), 0U);
}

}  // namespace
}  // namespace regard::serve
