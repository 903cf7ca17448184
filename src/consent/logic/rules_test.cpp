#include "consent/logic/rules.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "consent_memory.h"

namespace regard::consent {
namespace {

constexpr Timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
constexpr Duration day = std::chrono::hours{24};
constexpr Duration tick{1};

/// Each change to a good value alone must make it bad.
template <typename Value>
struct Spoilt {
  std::string how;
  std::function<void(Value&)> spoil;
};

TEST(ConsentRules, a_consent_must_be_complete) {
  const Consent good = testing::valid_consent("c1", {"person_1"}, now);
  EXPECT_TRUE(check(good, now));
  const std::vector<Spoilt<Consent>> cases{
      {"id", [](Consent& c) { c.id.value = "C 1"; }},
      {"no purpose", [](Consent& c) { c.purposes.clear(); }},
      {"watchlist", [](Consent& c) { c.purposes.insert(Purpose::watchlist); }},
      {"small letters", [](Consent& c) { c.jurisdiction = "de"; }},
      {"three letters", [](Consent& c) { c.jurisdiction = "DEU"; }},
      {"controller", [](Consent& c) { c.controller.clear(); }},
      {"policy", [](Consent& c) { c.policy_address.clear(); }},
      {"method", [](Consent& c) { c.method.clear(); }},
      {"long method", [](Consent& c) { c.method = std::string(5'000, 'x'); }},
      {"issued later", [](Consent& c) { c.issued = now + tick; }},
      {"empty span", [](Consent& c) { c.starts = c.expires; }},
      {"past", [](Consent& c) { c.starts = now - day, c.expires = now; }},
      {"retention", [](Consent& c) { c.retention = Duration{}; }},
      {"not sensitive", [](Consent& c) { c.sensitive = false; }},
      {"withdrawn", [](Consent& c) { c.withdrawn = now; }},
      {"purged", [](Consent& c) { c.purged = now; }},
      {"no receipt", [](Consent& c) { c.receipt.clear(); }},
  };
  for (const auto& [how, spoil] : cases) {
    Consent bad = good;
    spoil(bad);
    const auto result = check(bad, now);
    ASSERT_FALSE(result) << how;
    EXPECT_EQ(result.error().kind, ErrorKind::invalid_input);
  }
}

TEST(ConsentRules, a_watchlist_must_be_fenced_in) {
  const Watchlist good = testing::valid_watchlist("w1", {"banned"}, {"gate"}, now);
  EXPECT_TRUE(check(good, now));
  const std::vector<Spoilt<Watchlist>> cases{
      {"consent", [](Watchlist& w) { w.basis = LegalBasis::consent; }},
      {"nineteen letters", [](Watchlist& w) { w.reason = "abcdefghijklmnopqrs 1234567890"; }},
      {"digest", [](Watchlist& w) { w.document_digest = std::string(64, 'A'); }},
      {"short digest", [](Watchlist& w) { w.document_digest = std::string(63, 'a'); }},
      {"ends now", [](Watchlist& w) { w.until = now; }},
      {"too long", [](Watchlist& w) { w.until = now + longest_watchlist + tick; }},
      {"no cap", [](Watchlist& w) { w.cap = 0; }},
      {"large cap", [](Watchlist& w) { w.cap = 2'001; }},
      {"no zones", [](Watchlist& w) { w.zones.clear(); }},
      {"no budget", [](Watchlist& w) { w.false_alert_budget = 0; }},
      {"large budget", [](Watchlist& w) { w.false_alert_budget = 0.0101; }},
      {"no number", [](Watchlist& w) { w.false_alert_budget = std::numeric_limits<double>::quiet_NaN(); }},
  };
  for (const auto& [how, spoil] : cases) {
    Watchlist bad = good;
    spoil(bad);
    EXPECT_FALSE(check(bad, now)) << how;
  }
  Watchlist limits = good;
  limits.until = now + longest_watchlist;
  limits.cap = 2'000;
  limits.false_alert_budget = 0.01;
  EXPECT_TRUE(check(limits, now));
}

TEST(ConsentRules, names_and_galleries_are_plain) {
  EXPECT_TRUE(is_plain_name("front-door_2"));
  EXPECT_TRUE(is_plain_name(std::string(64, 'a')));
  EXPECT_FALSE(is_plain_name(std::string(65, 'a')));
  EXPECT_FALSE(is_plain_name(""));
  EXPECT_FALSE(is_plain_name("Door"));
  EXPECT_FALSE(is_plain_name("../door"));
  EXPECT_TRUE(check(Gallery{{"staff"}, Purpose::access, {}, 1, {}, now}));
  EXPECT_FALSE(check(Gallery{{"staff"}, Purpose::access, {}, 0, {}, now}));
  EXPECT_FALSE(check(Gallery{{"staff"}, Purpose::association, {}, 1, {}, now}));
  EXPECT_FALSE(check(Gallery{{"staff"}, Purpose::access, {}, 1, WatchlistId{"w1"}, now}));
  EXPECT_FALSE(check(Gallery{{"staff"}, Purpose::watchlist, {}, 1, {}, now}));
  EXPECT_FALSE(check(Zone{{"door"}, {CameraName{""}}}));
  EXPECT_FALSE(check(Actor{""}));
  EXPECT_FALSE(check(Actor{"operator:two words"}));
  EXPECT_FALSE(check(Actor{"operator:\n"}));
}

TEST(ConsentRules, letters_are_counted_in_any_script) {
  EXPECT_EQ(count_letters("ab 12 .,-"), 2U);
  EXPECT_EQ(count_letters("Übergröße"), 9U);
  EXPECT_EQ(count_letters("взлом"), 5U);
  EXPECT_EQ(count_letters(std::string(100, '\x80')), 0U);  // bytes that continue nothing
}

TEST(ConsentRules, only_different_people_other_than_the_proposer_count_as_approvers) {
  Watchlist list = testing::valid_watchlist("w1", {"banned"}, {"gate"}, now);
  list.proposer = {"operator:pia"};
  list.approvals = {{{"operator:pia"}, now}, {{"operator:ada"}, now}, {{"operator:ada"}, now}};
  EXPECT_EQ(valid_approvals(list), 1U);
  EXPECT_EQ(state_of(list, now), WatchlistState::proposed);
  list.approvals.push_back({{"operator:bob"}, now});
  EXPECT_EQ(state_of(list, now), WatchlistState::active);
  EXPECT_EQ(state_of(list, list.until - tick), WatchlistState::active);
  EXPECT_EQ(state_of(list, list.until), WatchlistState::expired);
}

TEST(ConsentRules, a_budget_is_exceeded_by_more_false_alerts_than_it_allows) {
  Watchlist list;
  list.false_alert_budget = 1e-3;
  list.false_alerts = 1;
  EXPECT_FALSE(exceeds_budget(list)) << "the first one alone";
  list.false_alerts = 2;
  EXPECT_TRUE(exceeds_budget(list));
  list.compared = 1'999;
  EXPECT_TRUE(exceeds_budget(list));
  list.compared = 2'000;
  EXPECT_FALSE(exceeds_budget(list)) << "exactly the budget";
}

TEST(ConsentRules, retention_is_the_longest_that_an_active_consent_grants) {
  Consent one = testing::valid_consent("c1", {"p"}, now);
  one.retention = 10 * day;
  Consent other = testing::valid_consent("c2", {"p"}, now);
  other.retention = 20 * day;
  other.purposes = {Purpose::authentication};
  const std::vector<Consent> both{one, other};
  EXPECT_FALSE(outlived(Purpose::access, now, both, now + 10 * day - tick));
  EXPECT_TRUE(outlived(Purpose::access, now, both, now + 10 * day));
  EXPECT_FALSE(outlived(Purpose::authentication, now, both, now + 20 * day - tick));
  EXPECT_TRUE(outlived(Purpose::access, now, {}, now)) << "nothing that was agreed covers it";
}

}  // namespace
}  // namespace regard::consent
