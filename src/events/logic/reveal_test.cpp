#include <gtest/gtest.h>

#include <algorithm>

#include "consent_memory.h"
#include "events/events.h"

namespace regard::events {
namespace {

TEST(Reveal, takes_a_permit_for_this_camera_that_is_alive) {
  regard::testing::MemoryRecords records;
  regard::testing::MemoryLedger ledger;
  regard::testing::ManualClock clock{Timestamp{} + std::chrono::hours{24 * 365 * 50}};
  consent::Gate gate{records, ledger, clock};
  const auto permit = gate.reveal({{"user:1"}, {"door"}, "somebody fell there", std::string(64, 'a')}).value();
  BgrImage picture{{4, 2}};
  picture.at(3, 1)[2] = 77;
  const auto shown = reveal(BgrImage{picture}, {"door"}, permit, clock.elapsed());
  ASSERT_TRUE(shown);
  EXPECT_TRUE(std::ranges::equal(shown->pixels().bytes(), picture.bytes()));
  EXPECT_EQ(reveal(BgrImage{picture}, {"hall"}, permit, clock.elapsed()).error().kind, ErrorKind::denied);
  const Duration last = clock.elapsed() + consent::RevealPermit::lifetime;
  EXPECT_TRUE(reveal(BgrImage{picture}, {"door"}, permit, last - Duration{1}));
  EXPECT_EQ(reveal(BgrImage{picture}, {"door"}, permit, last).error().kind, ErrorKind::denied);
}

}  // namespace
}  // namespace regard::events
