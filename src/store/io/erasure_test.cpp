#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "store/io/sql.h"
#include "store/io/state.h"
#include "store/io/test_folder.h"

namespace regard::store {
namespace {

using namespace testing;  // NOLINT: the words of these tests

struct Erasure : ::testing::Test {
  void SetUp() override {
    database = opened(folder.file(), {.patience = std::chrono::milliseconds{100}, .clock = nullptr});
    ASSERT_NE(database, nullptr);
    ASSERT_TRUE(ok(database->apply(consent::AddGallery{gallery_of("staff")})));
    add_person(*database, "person_anna", "Anna Example");
    add_person(*database, "person_bert", "Bert Beispiel");
    anna = row_of("person_anna", "staff", 1);
    anna.sealed_image = random_looking(30'000, 11);
    bert = row_of("person_bert", "staff", 2);
    enrol(*database, anna);
    enrol(*database, bert);
  }
  [[nodiscard]] std::size_t in_files(const crypto::Bytes& bytes) const { return occurrences(folder.path(), bytes); }
  [[nodiscard]] std::size_t in_files(const std::string& text) const { return occurrences(folder.path(), text); }

  TestFolder folder;
  std::unique_ptr<Database> database;
  gallery::SealedTemplate anna;
  gallery::SealedTemplate bert;
  const consent::EraseSubject erase_anna{{"person_anna"}, {77}, day(5)};
};

TEST_F(Erasure, of_another_process_is_not_taken_for_ones_own) {
  database.reset();
  Connection connection{folder.file(), Access::read_and_write, std::chrono::milliseconds{100}};
  const std::int64_t ours = announce_scrub(connection);
  Traces traces;
  traces.add_random(random_looking(100, 12'345));  // nowhere in the file
  // Another process finished ours, deleted Bert's template, and has not looked for its bytes yet.
  connection.execute("DELETE FROM scrubs; PRAGMA secure_delete = OFF; DELETE FROM templates WHERE subject = 2");
  EXPECT_GT(announce_scrub(connection), ours);
  ASSERT_GE(in_files(bert.sealed), 1U);
  ASSERT_TRUE(ok(scrub(connection, &traces, ours, "testing")));
  EXPECT_EQ(in_files(bert.sealed), 0U);
}

TEST_F(Erasure, leaves_no_byte_in_any_file) {
  const crypto::Bytes image_middle{anna.sealed_image.begin() + 9'000, anna.sealed_image.begin() + 9'200};
  const std::string receipt = database->consent({"consent-of-person_anna"}).value()->receipt;
  const std::string signature = receipt.substr(receipt.size() - 40);
  EXPECT_GE(in_files(anna.sealed), 1U);
  EXPECT_GE(in_files(image_middle), 1U);
  EXPECT_GE(in_files(key_of("person_anna")), 1U);
  EXPECT_GE(in_files("Anna Example"), 1U);
  EXPECT_GE(in_files(signature), 1U);

  ASSERT_TRUE(ok(database->apply(erase_anna)));

  EXPECT_EQ(in_files(anna.sealed), 0U);
  EXPECT_EQ(in_files(image_middle), 0U);
  EXPECT_EQ(in_files(key_of("person_anna")), 0U);
  EXPECT_EQ(in_files("Anna Example"), 0U);
  EXPECT_EQ(in_files(signature), 0U);
  EXPECT_GE(in_files(bert.sealed), 1U);
  EXPECT_GE(in_files("Bert Beispiel"), 1U);
  EXPECT_EQ(database->subject({"person_anna"}).value(), std::nullopt);
  EXPECT_EQ(database->consents({"person_anna"}).value().size(), 0U);
  EXPECT_EQ(database->erasure({"person_anna"}).value()->entry.value, 77U);
  EXPECT_TRUE(database->unfinished_erasures().value().empty());
}

TEST_F(Erasure, is_told_to_whoever_follows_the_changes) {
  const gallery::RowChanges before = database->changes({"staff"}, 0).value();
  ASSERT_EQ(before.put.size(), 2U);
  ASSERT_TRUE(ok(database->apply(erase_anna)));
  const gallery::RowChanges after = database->changes({"staff"}, before.revision).value();
  EXPECT_EQ(after.removed, std::vector<std::uint64_t>{before.put.front().sealed.row});
  EXPECT_TRUE(after.put.empty());
  EXPECT_EQ(database->changes({"staff"}, 0).value().put.size(), 1U);
}

TEST_F(Erasure, is_not_complete_while_somebody_reads_an_earlier_state) {
  {
    Connection other{folder.file(), Access::read_only, Duration{0}};
    const Reading earlier{other};
    ASSERT_EQ(other.number("SELECT count(*) FROM subjects"), 2);
    EXPECT_TRUE(fails(database->apply(erase_anna), ErrorKind::unavailable));
    EXPECT_EQ(database->subject({"person_anna"}).value(), std::nullopt) << "gone for everybody else";
    EXPECT_EQ(database->unfinished_erasures().value(), std::vector<consent::SubjectId>{{"person_anna"}});
    EXPECT_GE(in_files(anna.sealed), 1U);
  }
  ASSERT_TRUE(ok(database->apply(erase_anna)));
  EXPECT_TRUE(database->unfinished_erasures().value().empty());
  EXPECT_EQ(in_files(anna.sealed), 0U);
}

TEST_F(Erasure, is_finished_by_the_next_start) {
  {
    Connection other{folder.file(), Access::read_only, Duration{0}};
    const Reading earlier{other};
    ASSERT_EQ(other.number("SELECT count(*) FROM subjects"), 2);
    ASSERT_TRUE(fails(database->apply(erase_anna), ErrorKind::unavailable));
    database.reset();
  }
  database = opened(folder.file());
  EXPECT_TRUE(database->unfinished_erasures().value().empty());
  EXPECT_EQ(in_files(anna.sealed), 0U);
}

TEST_F(Erasure, that_was_announced_only_refuses_new_rows_and_is_listed) {
  ASSERT_TRUE(ok(database->apply(consent::IntendErasure{{"person_anna"}})));
  const gallery::SealedTemplate row = row_of("person_anna", "staff", 3);
  EXPECT_TRUE(fails(added(*database, row), ErrorKind::denied));
  database = nullptr;
  database = opened(folder.file());
  EXPECT_EQ(database->unfinished_erasures().value(), std::vector<consent::SubjectId>{{"person_anna"}});
  ASSERT_TRUE(ok(database->apply(erase_anna)));
  EXPECT_TRUE(database->unfinished_erasures().value().empty());
}

TEST_F(Erasure, of_templates_by_withdrawal_keeps_the_person) {
  const consent::WithdrawConsent withdrawal{
      {"consent-of-person_anna"}, {"person_anna"}, day(4), {consent::Purpose::access}};
  ASSERT_TRUE(ok(database->apply(withdrawal)));
  EXPECT_EQ(in_files(anna.sealed), 0U);
  EXPECT_EQ(in_files(key_of("person_anna")), 0U);
  EXPECT_TRUE(database->held({"person_anna"}).value().empty());
  EXPECT_EQ(database->subject({"person_anna"}).value()->name, "Anna Example");
  EXPECT_EQ(database->consent({"consent-of-person_anna"}).value()->withdrawn, day(4));
  ASSERT_TRUE(ok(database->apply(withdrawal))) << "a second time changes nothing";
}

TEST_F(Erasure, of_many_in_any_order_leaves_none_of_their_names) {
  // Names of different lengths in one table: pages are split and merged, and SQLite copies rows between them.
  constexpr std::size_t people = 150;
  // One of the orders (about every third) in which a copy stays when the file is not searched and rewritten.
  std::mt19937_64 random{354'906'049};
  std::vector<std::size_t> order;
  const auto id = [](std::size_t number) { return "person_x" + std::to_string(number) + "y"; };
  const auto name = [](std::size_t number) {
    return "Bearer of name " + std::to_string(number) + std::string(20 + number % 300, 'z');
  };
  for (std::size_t number = 0; number < people; ++number) {
    order.push_back(number);
    ASSERT_TRUE(ok(database->apply(consent::AddSubject{person(id(number), name(number))})));
  }
  std::ranges::shuffle(order, random);
  order.resize(100);
  std::set<std::size_t> erased;
  for (const std::size_t number : order) {
    ASSERT_TRUE(ok(database->apply(consent::EraseSubject{{id(number)}, {number}, day(9)})));
    erased.insert(number);
    if (erased.size() % 10 != 0) continue;
    const std::string all = all_bytes(folder.path());
    for (const std::size_t gone : erased) {
      EXPECT_EQ(all.find("Bearer of name " + std::to_string(gone) + "z"), std::string::npos) << gone;
    }
  }
  EXPECT_EQ(database->subjects().value().size(), 2 + people - erased.size());
}

}  // namespace
}  // namespace regard::store
