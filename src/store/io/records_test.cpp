#include <gtest/gtest.h>

#include "store/io/test_folder.h"

namespace regard::store {
namespace {

using namespace testing;  // NOLINT: the words of these tests
using consent::Purpose;

struct Records : ::testing::Test {
  void SetUp() override {
    database = opened(folder.file());
    ASSERT_NE(database, nullptr);
  }
  void put(const consent::Watchlist& list) { ASSERT_TRUE(ok(database->apply(consent::PutWatchlist{list}))); }
  [[nodiscard]] std::vector<std::string> expired(int at) {
    std::vector<std::string> ids;
    const auto found = database->expired(day(at));
    for (const consent::SubjectId& id : *found) ids.push_back(id.value);
    return ids;
  }
  TestFolder folder;
  std::unique_ptr<Database> database;
};

TEST_F(Records, keep_every_field_of_a_consent) {
  ASSERT_TRUE(ok(database->apply(consent::AddSubject{person("person_anna", "Anna")})));
  consent::Consent put = consent_of("person_anna", "c1", 3, 30, {Purpose::access, Purpose::authentication});
  put.basis = consent::LegalBasis::contract;
  put.sensitive = false;
  ASSERT_TRUE(ok(database->apply(consent::AddConsent{put})));
  const consent::Consent got = database->consent({"c1"}).value().value();
  EXPECT_EQ(got.id, put.id);
  EXPECT_EQ(got.subject, put.subject);
  EXPECT_EQ(got.purposes, put.purposes);
  EXPECT_EQ(got.basis, put.basis);
  EXPECT_EQ(got.jurisdiction, put.jurisdiction);
  EXPECT_EQ(got.controller, put.controller);
  EXPECT_EQ(got.policy_address, put.policy_address);
  EXPECT_EQ(got.method, put.method);
  EXPECT_EQ(got.issued, put.issued);
  EXPECT_EQ(got.starts, put.starts);
  EXPECT_EQ(got.expires, put.expires);
  EXPECT_EQ(got.retention, put.retention);
  EXPECT_EQ(got.sensitive, put.sensitive);
  EXPECT_EQ(got.receipt, put.receipt);
  EXPECT_EQ(got.withdrawn, std::nullopt);
  EXPECT_EQ(got.purged, std::nullopt);
  EXPECT_EQ(database->consent({"c2"}).value(), std::nullopt);
}

TEST_F(Records, list_consents_oldest_first) {
  ASSERT_TRUE(ok(database->apply(consent::AddSubject{person("person_anna")})));
  for (const auto& [id, from] : {std::pair{"late", 20}, std::pair{"early", 5}, std::pair{"middle", 10}}) {
    ASSERT_TRUE(ok(database->apply(consent::AddConsent{consent_of("person_anna", id, from)})));
  }
  const auto all = database->consents({"person_anna"}).value();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].id.value + all[1].id.value + all[2].id.value, "earlymiddlelate");
}

TEST_F(Records, refuse_what_does_not_fit) {
  ASSERT_TRUE(ok(database->apply(consent::AddSubject{person("person_anna")})));
  EXPECT_TRUE(fails(database->apply(consent::AddSubject{person("person_anna")}), ErrorKind::invalid_input));
  EXPECT_TRUE(fails(database->apply(consent::AddConsent{consent_of("person_bert", "c1")}), ErrorKind::not_found));
  ASSERT_TRUE(ok(database->apply(consent::AddConsent{consent_of("person_anna", "c1")})));
  EXPECT_TRUE(fails(database->apply(consent::AddConsent{consent_of("person_anna", "c1")}), ErrorKind::invalid_input));
  const consent::Consent watched = consent_of("person_anna", "c2", 0, 9, {Purpose::watchlist});
  EXPECT_TRUE(fails(database->apply(consent::AddConsent{watched}), ErrorKind::invalid_input))
      << "nobody consents to it";
  EXPECT_EQ(database->consents({"person_anna"}).value().size(), 1U) << "whole or not at all";
  ASSERT_TRUE(ok(database->apply(consent::AddGallery{gallery_of("staff")})));
  EXPECT_TRUE(fails(database->apply(consent::AddGallery{gallery_of("staff")}), ErrorKind::invalid_input));
  EXPECT_TRUE(
      fails(database->apply(consent::WithdrawConsent{{"c9"}, {"person_anna"}, day(1), {}}), ErrorKind::not_found));
  EXPECT_TRUE(fails(database->apply(consent::IntendErasure{{"person_bert"}}), ErrorKind::not_found));
  EXPECT_TRUE(fails(database->apply(consent::EraseSubject{{"person_bert"}, {1}, day(1)}), ErrorKind::not_found));
  EXPECT_TRUE(fails(database->apply(consent::CountCompared{{"none"}, 1}), ErrorKind::not_found));
}

TEST_F(Records, find_people_by_id_or_by_a_name_that_one_has) {
  ASSERT_TRUE(ok(database->apply(consent::AddSubject{person("person_1", "Anna")})));
  ASSERT_TRUE(ok(database->apply(consent::AddSubject{person("person_2", "Bert")})));
  ASSERT_TRUE(ok(database->apply(consent::AddSubject{person("person_3", "Bert")})));
  EXPECT_EQ(database->find_subject("person_3").value().id.value, "person_3");
  EXPECT_EQ(database->find_subject("Anna").value().id.value, "person_1");
  EXPECT_TRUE(fails(database->find_subject("Bert"), ErrorKind::invalid_input));
  EXPECT_TRUE(fails(database->find_subject("anna"), ErrorKind::not_found));
  EXPECT_EQ(database->subjects().value().size(), 3U);
}

TEST_F(Records, keep_names_with_any_bytes) {
  const std::string odd{"Zo\xc3\xab O'Hara; DROP TABLE subjects\0--", 35};
  ASSERT_TRUE(ok(database->apply(consent::AddSubject{person("person_1", odd)})));
  EXPECT_EQ(database->subject({"person_1"}).value()->name, odd);
}

TEST_F(Records, keep_zones_and_galleries) {
  ASSERT_TRUE(ok(database->apply(consent::PutZone{{{"door"}, {{"cam-1"}, {"cam-2"}}}})));
  ASSERT_TRUE(ok(database->apply(consent::PutZone{{{"door"}, {{"cam-2"}, {"cam-3"}}}})));
  const std::set<CameraName> cameras{{"cam-2"}, {"cam-3"}};
  EXPECT_EQ(database->zone({"door"}).value()->cameras, cameras);
  EXPECT_FALSE(database->zone({"roof"}).value().has_value());
  consent::Gallery gallery = gallery_of("staff");
  gallery.zones = {{"door"}, {"roof"}};
  gallery.cap = 7;
  ASSERT_TRUE(ok(database->apply(consent::AddGallery{gallery})));
  const consent::Gallery got = database->gallery({"staff"}).value().value();
  EXPECT_EQ(got.zones, gallery.zones);
  EXPECT_EQ(got.cap, 7U);
  EXPECT_EQ(got.purpose, Purpose::access);
  EXPECT_EQ(got.created, gallery.created);
  EXPECT_EQ(database->galleries().value().size(), 1U);
  EXPECT_EQ(database->zones().value().size(), 1U);
}

TEST_F(Records, keep_every_version_of_a_watchlist) {
  consent::Watchlist list;
  list.id.value = "watchlist_1";
  list.gallery.value = "wanted";
  list.proposer.value = "operator:a";
  list.reason = "court order 17";
  list.document_digest = std::string(64, 'a');
  list.proposed = day(1);
  list.until = day(60);
  list.zones = {{"door"}, {"hall"}};
  put(list);
  list.version = 2;
  list.approvals = {{{"operator:b"}, day(2)}, {{"operator:c"}, day(3)}};
  put(list);
  EXPECT_TRUE(fails(database->apply(consent::PutWatchlist{list}), ErrorKind::invalid_input)) << "changed meanwhile";
  const auto versions = database->watchlist_versions(list.id).value();
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_TRUE(versions[0].approvals.empty());
  EXPECT_EQ(versions[1].approvals, list.approvals);
  const consent::Watchlist got = database->watchlist(list.id).value().value();
  EXPECT_EQ(got.version, 2U);
  EXPECT_EQ(got.reason, list.reason);
  EXPECT_EQ(got.proposer, list.proposer);
  EXPECT_EQ(got.document_digest, list.document_digest);
  EXPECT_EQ(got.zones, list.zones);
  EXPECT_EQ(got.until, list.until);
  EXPECT_EQ(got.false_alert_budget, list.false_alert_budget);
  EXPECT_EQ(database->watchlists().value().size(), 1U);
}

TEST_F(Records, count_passers_by_beside_the_versions) {
  consent::Watchlist list;
  list.id.value = "watchlist_1";
  put(list);
  ASSERT_TRUE(ok(database->apply(consent::CountCompared{list.id, 5})));
  ASSERT_TRUE(ok(database->apply(consent::CountCompared{list.id, 3})));
  EXPECT_EQ(database->watchlist(list.id).value()->compared, 8U);
  list.version = 2;
  list.compared = 6;  // read before the last were counted
  list.false_alerts = 1;
  put(list);
  EXPECT_EQ(database->watchlist(list.id).value()->compared, 8U) << "none is lost";
  EXPECT_EQ(database->watchlist(list.id).value()->false_alerts, 1U);
  list.version = 3;
  list.compared = 0;
  put(list);
  EXPECT_EQ(database->watchlist(list.id).value()->compared, 0U) << "counting starts afresh";
}

TEST_F(Records, count_and_know_who_is_enrolled) {
  ASSERT_TRUE(ok(database->apply(consent::AddGallery{gallery_of("staff")})));
  add_person(*database, "person_anna");
  add_person(*database, "person_bert");
  EXPECT_EQ(database->enrolled({"staff"}).value(), 0U);
  enrol(*database, row_of("person_anna", "staff", 1));
  enrol(*database, row_of("person_anna", "staff", 2));
  EXPECT_EQ(database->enrolled({"staff"}).value(), 1U) << "people, not templates";
  EXPECT_TRUE(database->is_enrolled({"person_anna"}, {"staff"}).value());
  EXPECT_FALSE(database->is_enrolled({"person_bert"}, {"staff"}).value());
  EXPECT_FALSE(database->is_enrolled({"person_anna"}, {"none"}).value());
}

TEST_F(Records, know_the_last_use_of_templates) {
  ASSERT_TRUE(ok(database->apply(consent::AddGallery{gallery_of("staff")})));
  add_person(*database, "person_anna");
  EXPECT_EQ(database->last_used({"person_anna"}, Purpose::access).value(), std::nullopt);
  enrol(*database, row_of("person_anna", "staff", 1, 4));
  EXPECT_EQ(database->last_used({"person_anna"}, Purpose::access).value(), day(4));
  ASSERT_TRUE(ok(database->touch({"person_anna"}, {"staff"}, day(9))));
  EXPECT_EQ(database->last_used({"person_anna"}, Purpose::access).value(), day(9));
  ASSERT_TRUE(ok(database->touch({"person_anna"}, {"staff"}, day(9) + std::chrono::seconds{59})));
  EXPECT_EQ(database->last_used({"person_anna"}, Purpose::access).value(), day(9)) << "not worth a write";
  enrol(*database, row_of("person_anna", "staff", 2, 12));
  EXPECT_EQ(database->last_used({"person_anna"}, Purpose::access).value(), day(12));
  EXPECT_EQ(database->last_used({"person_anna"}, Purpose::authentication).value(), std::nullopt);
}

TEST_F(Records, name_those_whose_consent_or_retention_is_over) {
  ASSERT_TRUE(ok(database->apply(consent::AddGallery{gallery_of("staff")})));
  add_person(*database, "person_anna");  // consent for 300 days, retention 100 days after the last use
  EXPECT_TRUE(expired(200).empty()) << "nothing is kept that could outlive its retention";
  EXPECT_EQ(expired(300), std::vector<std::string>{"person_anna"});
  enrol(*database, row_of("person_anna", "staff", 1, 10));
  EXPECT_TRUE(expired(109).empty());
  EXPECT_EQ(expired(110), std::vector<std::string>{"person_anna"});
  ASSERT_TRUE(ok(database->touch({"person_anna"}, {"staff"}, day(50))));
  EXPECT_TRUE(expired(149).empty());
  EXPECT_EQ(expired(150), std::vector<std::string>{"person_anna"});
}

TEST_F(Records, forget_those_whose_expiry_was_dealt_with) {
  ASSERT_TRUE(ok(database->apply(consent::AddGallery{gallery_of("staff")})));
  add_person(*database, "person_anna");
  const gallery::SealedTemplate row = row_of("person_anna", "staff", 1, 10);
  enrol(*database, row);
  ASSERT_TRUE(ok(database->apply(
      consent::EraseTemplates{{"person_anna"}, day(301), {Purpose::access}, {{"consent-of-person_anna"}}})));
  EXPECT_TRUE(expired(400).empty());
  EXPECT_EQ(database->consent({"consent-of-person_anna"}).value()->purged, day(301));
  EXPECT_EQ(occurrences(folder.path(), row.sealed), 0U);
}

}  // namespace
}  // namespace regard::store
