#include "serve/peer.h"

#include <gtest/gtest.h>

namespace regard::serve {
namespace {

TEST(Peer, of_ipv6_is_its_whole_64) {
  EXPECT_EQ(peer_of({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5}), "2001:db8:0:1::/64");
  EXPECT_EQ(peer_of({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0xff, 0xff, 1, 2, 3, 4, 5, 6}), "2001:db8:0:1::/64");
  EXPECT_NE(peer_of({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 2}), peer_of({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1}));
}

TEST(Peer, of_ipv4_inside_ipv6_is_the_ipv4_one) {
  EXPECT_EQ(peer_of({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1}), "192.0.2.1");
}

TEST(Peer, of_this_machine_is_itself) { EXPECT_EQ(peer_of({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), "::1"); }

}  // namespace
}  // namespace regard::serve
