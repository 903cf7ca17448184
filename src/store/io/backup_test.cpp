#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "store/io/sql.h"
#include "store/io/test_folder.h"

namespace regard::store {
namespace {

using namespace testing;  // NOLINT: the words of these tests

struct Backup : ::testing::Test {
  void SetUp() override {
    database = opened(folder.file());
    ASSERT_NE(database, nullptr);
    ASSERT_TRUE(ok(database->apply(consent::AddGallery{gallery_of("staff")})));
    for (const std::string name : {"anna", "bert", "carl"}) {
      add_person(*database, "person_" + name, "The Person " + name);
      enrol(*database, row_of("person_" + name, "staff", std::hash<std::string>{}(name)));
    }
  }
  TestFolder folder;
  TestFolder elsewhere;
  std::unique_ptr<Database> database;
  const std::filesystem::path copy = elsewhere.path() / "copy.db";
  const std::filesystem::path target = elsewhere.path() / "restored.db";
};

TEST_F(Backup, brings_everything_back) {
  ASSERT_TRUE(ok(database->backup(copy)));
  ASSERT_TRUE(ok(Database::restore(copy, target, {})));
  const auto restored = opened(target);
  EXPECT_EQ(restored->subjects().value().size(), 3U);
  EXPECT_EQ(restored->changes({"staff"}, 0).value().put.size(), 3U);
  EXPECT_EQ(restored->rows({"staff"}, {"person_anna"}).value().at(0).sealed,
            database->rows({"staff"}, {"person_anna"}).value().at(0).sealed);
}

TEST_F(Backup, is_one_file_for_nobody_else_to_read) {
  ASSERT_TRUE(ok(database->backup(copy)));
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator{elsewhere.path()}) ++files;
  EXPECT_EQ(files, 1U);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(copy).permissions() & (perms::group_all | perms::others_all), perms::none);
}

TEST_F(Backup, does_not_bring_back_who_was_erased_or_withdrew_since) {
  ASSERT_TRUE(ok(database->backup(copy)));
  const crypto::Bytes anna = database->rows({"staff"}, {"person_anna"}).value().at(0).sealed;
  const crypto::Bytes bert = database->rows({"staff"}, {"person_bert"}).value().at(0).sealed;
  const crypto::Bytes carl = database->rows({"staff"}, {"person_carl"}).value().at(0).sealed;
  SinceBackup since;
  since.erased = {{{"person_anna"}, {41}, day(5)}, {{"person_who_came_later"}, {42}, day(6)}};
  since.withdrawn = {{{"consent-of-person_bert"}, day(7)}, {{"consent-of-nobody"}, day(7)}};
  ASSERT_TRUE(ok(Database::restore(copy, target, since)));
  std::filesystem::remove(copy);
  EXPECT_EQ(occurrences(elsewhere.path(), anna), 0U);
  EXPECT_EQ(occurrences(elsewhere.path(), key_of("person_anna")), 0U);
  EXPECT_EQ(occurrences(elsewhere.path(), "The Person anna"), 0U);
  EXPECT_EQ(occurrences(elsewhere.path(), bert), 0U);
  EXPECT_EQ(occurrences(elsewhere.path(), carl), 1U);
  const auto restored = opened(target);
  EXPECT_EQ(restored->subject({"person_anna"}).value(), std::nullopt);
  EXPECT_EQ(restored->erasure({"person_who_came_later"}).value()->entry.value, 42U);
  EXPECT_EQ(restored->consent({"consent-of-person_bert"}).value()->withdrawn, day(7));
  EXPECT_TRUE(restored->held({"person_bert"}).value().empty());
  EXPECT_EQ(restored->held({"person_carl"}).value().size(), 1U);
}

TEST_F(Backup, is_consistent_while_others_write) {
  std::jthread writer{[&](const std::stop_token& stop) {
    for (std::uint64_t i = 1'000; !stop.stop_requested(); ++i) enrol(*database, row_of("person_anna", "staff", i));
  }};
  for (int i = 0; i < 5; ++i) {
    const std::filesystem::path each = elsewhere.path() / ("copy" + std::to_string(i));
    ASSERT_TRUE(ok(database->backup(each)));
    ASSERT_TRUE(ok(Database::restore(each, elsewhere.path() / ("restored" + std::to_string(i)), {})));
  }
}

TEST_F(Backup, never_overwrites_a_file) {
  std::ofstream{copy} << "something of value";
  EXPECT_TRUE(fails(database->backup(copy), ErrorKind::invalid_input));
  EXPECT_EQ(std::filesystem::file_size(copy), 18U);
  ASSERT_TRUE(ok(database->backup(target)));
  EXPECT_TRUE(fails(Database::restore(target, copy, {}), ErrorKind::invalid_input));
  EXPECT_TRUE(fails(Database::restore(target, folder.file(), {}), ErrorKind::invalid_input));
}

TEST_F(Backup, that_is_damaged_is_not_restored) {
  ASSERT_TRUE(ok(database->backup(copy)));
  {
    std::fstream file{copy, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(3 * 4096 + 10);
    file.write(std::string(600, '\x55').data(), 600);
  }
  EXPECT_TRUE(fails(Database::restore(copy, target, {}), ErrorKind::corrupt));
  EXPECT_FALSE(std::filesystem::exists(target));
  EXPECT_FALSE(std::filesystem::exists(target.string() + ".partial"));
  std::ofstream{elsewhere.path() / "notes"} << "these are my notes";
  EXPECT_TRUE(fails(Database::restore(elsewhere.path() / "notes", target, {}), ErrorKind::corrupt));
  EXPECT_TRUE(fails(Database::restore(elsewhere.path() / "none", target, {}), ErrorKind::not_found));
}

TEST_F(Backup, of_a_newer_version_is_not_restored) {
  ASSERT_TRUE(ok(database->backup(copy)));
  {
    SQLite::Database newer{copy.string(), SQLite::OPEN_READWRITE};
    newer.exec("PRAGMA user_version = 99");
  }
  EXPECT_TRUE(fails(Database::restore(copy, target, {}), ErrorKind::unsupported));
  EXPECT_FALSE(std::filesystem::exists(target));
}

TEST_F(Backup, that_cannot_be_written_leaves_nothing) {
  EXPECT_TRUE(fails(database->backup(elsewhere.path() / "none" / "copy.db"), ErrorKind::unavailable));
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere.path()));
}

}  // namespace
}  // namespace regard::store
