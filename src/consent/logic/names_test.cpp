#include <gtest/gtest.h>

#include <set>

#include "consent/consent.h"

namespace regard::consent {
namespace {

TEST(ConsentNames, every_entry_kind_is_read_back_from_its_name) {
  std::set<std::string_view> seen;
  for (std::size_t index = 0; index < entry_kinds; ++index) {
    const auto kind = static_cast<EntryKind>(index);
    EXPECT_EQ(entry_kind_from(to_string(kind)), kind);
    EXPECT_TRUE(seen.insert(to_string(kind)).second) << to_string(kind);
  }
  EXPECT_EQ(entry_kind_from("kissed"), std::nullopt);
}

TEST(ConsentNames, the_names_in_the_log_are_those_that_auditors_know) {
  // Written out once more: a reordered enumeration must not rename what is in existing logs.
  EXPECT_EQ(to_string(EntryKind::started), "started");
  EXPECT_EQ(to_string(EntryKind::retention_ended), "retention_ended");
  EXPECT_EQ(to_string(EntryKind::reveal_permitted), "reveal_permitted");
  EXPECT_EQ(to_string(EntryKind::refused), "refused");
  EXPECT_EQ(to_string(EntryKind::alert_judged), "alert_judged");
  EXPECT_EQ(to_string(Refusal::unknown_subject), "unknown_subject");
  EXPECT_EQ(to_string(Refusal::watchlist_full), "watchlist_full");
  EXPECT_EQ(to_string(Refusal::nothing_to_compare), "nothing_to_compare");
  EXPECT_EQ(to_string(WatchlistState::suspended), "suspended");
  EXPECT_EQ(to_string(ConsentState::withdrawn), "withdrawn");
}

TEST(ConsentNames, an_unknown_purpose_or_basis_lists_the_known_ones) {
  EXPECT_EQ(purpose_from("association").value(), Purpose::association);
  EXPECT_EQ(legal_basis_from("public_task").value(), LegalBasis::public_task);
  const auto purpose = purpose_from("marketing");
  ASSERT_FALSE(purpose);
  EXPECT_EQ(purpose.error().kind, ErrorKind::invalid_input);
  EXPECT_NE(purpose.error().message().find("access, authentication, watchlist, association"), std::string::npos);
  EXPECT_FALSE(legal_basis_from(""));
}

TEST(ConsentNames, every_refusal_is_explained_with_cause_and_remedy) {
  std::set<std::string> causes;
  for (std::size_t index = 0; index < refusals; ++index) {
    const Error error = explain(static_cast<Refusal>(index), "enrolling");
    EXPECT_EQ(error.kind, ErrorKind::denied);
    EXPECT_FALSE(error.remedy.empty());
    EXPECT_TRUE(causes.insert(error.cause).second) << error.cause;
  }
}

}  // namespace
}  // namespace regard::consent
