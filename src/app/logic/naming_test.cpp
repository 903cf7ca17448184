#include "app/naming.h"

#include <gtest/gtest.h>

namespace regard::app {
namespace {

using consent::Purpose;

constexpr Timestamp now{std::chrono::hours{24 * 365 * 56}};
constexpr Duration day = std::chrono::hours{24};

consent::Facts facts_of(Purpose purpose) {
  consent::Facts facts;
  facts.subject = consent::Subject{{"p1"}, "Ada", now - day};
  facts.gallery = consent::Gallery{.name = {"staff"}, .purpose = purpose};
  facts.is_enrolled = true;
  consent::Consent consent;
  consent.purposes = {Purpose::access};
  consent.starts = now - day;
  consent.expires = now + day;
  facts.consents = {consent};
  return facts;
}

consent::Watchlist active_list() {
  consent::Watchlist list;
  list.until = now + day;
  list.approvals = {{{"a"}, now - day}, {{"b"}, now - day}};
  return list;
}

TEST(NameToTell, is_the_name_of_who_is_enrolled_with_consent) {
  EXPECT_EQ(name_to_tell(facts_of(Purpose::access), now), "Ada");
}

TEST(NameToTell, is_nothing_without_the_person_the_gallery_or_the_enrolment) {
  EXPECT_FALSE(name_to_tell({}, now));
  auto facts = facts_of(Purpose::access);
  facts.subject.reset();
  EXPECT_FALSE(name_to_tell(facts, now)) << "erased";
  facts = facts_of(Purpose::access);
  facts.gallery.reset();
  EXPECT_FALSE(name_to_tell(facts, now));
  facts = facts_of(Purpose::access);
  facts.is_enrolled = false;
  EXPECT_FALSE(name_to_tell(facts, now)) << "the templates are gone";
}

TEST(NameToTell, is_nothing_when_no_consent_covers_the_purpose_any_more) {
  auto facts = facts_of(Purpose::access);
  facts.consents[0].withdrawn = now - day / 2;
  EXPECT_FALSE(name_to_tell(facts, now));
  EXPECT_FALSE(name_to_tell(facts_of(Purpose::access), now + 2 * day)) << "expired";
  EXPECT_FALSE(name_to_tell(facts_of(Purpose::access), now - 2 * day)) << "not begun";
  EXPECT_FALSE(name_to_tell(facts_of(Purpose::authentication), now)) << "another purpose";
}

TEST(NameToTell, of_a_watchlist_needs_an_active_list_and_no_consent) {
  auto facts = facts_of(Purpose::watchlist);
  facts.consents.clear();
  EXPECT_FALSE(name_to_tell(facts, now));
  facts.watchlist = active_list();
  EXPECT_EQ(name_to_tell(facts, now), "Ada");
  EXPECT_FALSE(name_to_tell(facts, now + 2 * day)) << "ended";
  facts.watchlist->suspended = true;
  EXPECT_FALSE(name_to_tell(facts, now));
}

}  // namespace
}  // namespace regard::app
