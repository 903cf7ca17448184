#include <gtest/gtest.h>

#include "consent/consent.h"
#include "consent_memory.h"

namespace regard::consent {
namespace {

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
const Actor clerk{"operator:clerk"};
const SubjectId anna{"person_anna"};
const GalleryName staff{"staff"};
const ZoneName door{"door"};

struct GateTest : ::testing::Test {
  testing::ManualClock clock{start};
  testing::MemoryRecords records;
  testing::MemoryLedger ledger;
  Gate gate{records, ledger, clock};
  Register registry{records, ledger, clock};

  void SetUp() override {
    ASSERT_TRUE(registry.create(clerk, Zone{door, {CameraName{"lobby"}}}));
    ASSERT_TRUE(registry.create(clerk, Gallery{staff, Purpose::access, {door}, 2, {}, start}));
    ASSERT_TRUE(registry.add(clerk, Subject{anna, "Anna Example", start}));
  }
  void grant(const SubjectId& subject) {
    ASSERT_TRUE(registry.grant(clerk, testing::valid_consent("consent_" + subject.value, subject, start)));
  }
};

TEST_F(GateTest, mints_a_permit_after_its_entry) {
  grant(anna);
  const std::size_t before = ledger.entries.size();
  const auto permit = gate.enrol({clerk, anna, staff});
  ASSERT_TRUE(permit) << permit.error().message();
  ASSERT_EQ(ledger.entries.size(), before + 1);
  EXPECT_EQ(permit->entry(), EntryId{before});
  EXPECT_EQ(ledger.entries.back().kind, EntryKind::enrol_permitted);
  EXPECT_EQ(ledger.entries.back().subject, anna);
  EXPECT_EQ(ledger.entries.back().purpose, Purpose::access);
  EXPECT_TRUE(permit->is_live(clock.elapsed()));
}

TEST_F(GateTest, logs_a_refusal_with_its_reason) {
  const auto permit = gate.enrol({clerk, anna, staff});
  ASSERT_FALSE(permit);
  EXPECT_EQ(permit.error().kind, ErrorKind::denied);
  EXPECT_EQ(ledger.entries.back().kind, EntryKind::refused);
  EXPECT_EQ(ledger.entries.back().refusal, Refusal::no_consent);
}

TEST_F(GateTest, gives_no_permit_when_the_ledger_fails) {
  grant(anna);
  ledger.failing = true;
  const auto permit = gate.enrol({clerk, anna, staff});
  ASSERT_FALSE(permit);
  EXPECT_EQ(permit.error().kind, ErrorKind::unavailable);
}

TEST_F(GateTest, what_two_withdrawals_at_once_left_behind_is_erased_like_what_has_expired) {
  grant(anna);
  ASSERT_TRUE(registry.grant(clerk, testing::valid_consent("consent_other", anna, start)));
  records.put_template(anna, staff, start);
  // Two processes: each saw the other consent as active, and so erased nothing.
  for (auto& [id, consent] : records.all_consents) consent.withdrawn = start;
  const auto touched = registry.expire(std::vector{anna});
  ASSERT_TRUE(touched) << touched.error().message();
  EXPECT_EQ(*touched, std::vector{anna});
  EXPECT_FALSE(records.is_enrolled(anna, staff).value());
  EXPECT_EQ(ledger.entries.back().kind, EntryKind::retention_ended);
  EXPECT_TRUE(registry.expire(std::vector{anna})->empty()) << "a second call finds nothing to do";
}

}  // namespace
}  // namespace regard::consent
