// Disks that are full, folders that cannot be written, files that are something else, others who hold the lock.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "store/io/sql.h"
#include "store/io/state.h"
#include "store/io/test_folder.h"
#include "store/logic/migrations.h"

namespace regard::store {
namespace {

using namespace testing;  // NOLINT: the words of these tests

/// A file system of two megabytes in memory; needs the right to mount.
class SmallDisk {
 public:
  SmallDisk() : mounted_{::mount("none", folder_.path().c_str(), "tmpfs", 0, "size=2m") == 0} {}
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] std::filesystem::path path() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path file() const { return folder_.file(); }
  void make_read_only() const { ::mount("none", path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr); }
  void fill() const {
    std::ofstream ballast{path() / "ballast", std::ios::binary};
    const std::string block(4096, 'x');
    while (ballast.write(block.data(), 4096).flush()) {
    }
  }
  void make_room() const { std::filesystem::remove(path() / "ballast"); }

 private:
  TestFolder folder_;
  bool mounted_;
};

#define NEEDS_SMALL_DISK(disk) \
  if (!(disk).mounted()) GTEST_SKIP() << "a small file system cannot be mounted here: run as root"

void expect_sound(const std::filesystem::path& file) {
  Connection connection{file, Access::read_and_write, Duration{0}};
  EXPECT_TRUE(ok(check_integrity(connection, "checking")));
}

TEST(FullDisk, refuses_what_does_not_fit_and_keeps_what_was_acknowledged) {
  const SmallDisk disk;
  NEEDS_SMALL_DISK(disk);
  auto database = opened(disk.file());
  ASSERT_TRUE(ok(database->apply(consent::AddGallery{gallery_of("staff")})));
  add_person(*database, "person_anna");
  std::uint64_t kept = 0;
  Result<void> added;
  for (std::uint64_t seed = 1; seed < 1000; ++seed) {
    gallery::SealedTemplate row = row_of("person_anna", "staff", seed);
    row.sealed_image = random_looking(20'000, ~seed);
    added = testing::added(*database, row);
    if (!added) break;
    ++kept;
  }
  ASSERT_TRUE(fails(added, ErrorKind::unavailable));
  EXPECT_NE(added.error().message().find("disk"), std::string::npos) << added.error().message();
  EXPECT_GT(kept, 5U);
  EXPECT_EQ(database->held({"person_anna"}).value().size(), kept);
  database.reset();
  expect_sound(disk.file());
  database = opened(disk.file());
  EXPECT_EQ(database->held({"person_anna"}).value().size(), kept);
}

TEST(FullDisk, erases_nothing_half_and_all_of_it_once_there_is_room) {
  const SmallDisk disk;
  NEEDS_SMALL_DISK(disk);
  auto database = opened(disk.file());
  ASSERT_TRUE(ok(database->apply(consent::AddGallery{gallery_of("staff")})));
  add_person(*database, "person_anna", "Anna Example");
  const gallery::SealedTemplate row = row_of("person_anna", "staff", 1);
  enrol(*database, row);
  database.reset();
  database = opened(disk.file());  // with an empty log, so that the next write needs room
  disk.fill();
  const consent::EraseSubject erase{{"person_anna"}, {7}, day(2)};
  EXPECT_TRUE(fails(database->apply(erase), ErrorKind::unavailable));
  disk.make_room();
  const bool there = database->subject({"person_anna"}).value().has_value();
  EXPECT_EQ(database->held({"person_anna"}).value().size(), there ? 1U : 0U);
  ASSERT_TRUE(ok(database->apply(erase)));
  EXPECT_EQ(occurrences(disk.path(), row.sealed), 0U);
  EXPECT_EQ(occurrences(disk.path(), "Anna Example"), 0U);
}

TEST(FullDisk, a_database_that_could_not_be_made_is_made_later) {
  const SmallDisk disk;
  NEEDS_SMALL_DISK(disk);
  disk.fill();
  EXPECT_TRUE(fails(Database::open(disk.file()), ErrorKind::unavailable));
  disk.make_room();
  EXPECT_NE(opened(disk.file()), nullptr);
}

TEST(Failure, says_when_the_folder_cannot_be_written) {
  const SmallDisk disk;
  NEEDS_SMALL_DISK(disk);
  opened(disk.file()).reset();
  disk.make_read_only();
  EXPECT_TRUE(fails(Database::open(disk.file()), ErrorKind::unavailable));
  EXPECT_TRUE(fails(Database::open(disk.path() / "new.db"), ErrorKind::unavailable));
}

TEST(Failure, says_when_the_folder_is_missing) {
  const TestFolder folder;
  EXPECT_TRUE(fails(Database::open(folder.path() / "none" / "regard.db"), ErrorKind::unavailable));
}

TEST(Failure, refuses_a_text_file_and_leaves_it_alone) {
  const TestFolder folder;
  const std::string text = "these are my notes, not a database\n";
  std::ofstream{folder.file()} << text;
  EXPECT_TRUE(fails(Database::open(folder.file()), ErrorKind::corrupt));
  EXPECT_EQ(std::filesystem::file_size(folder.file()), text.size());
}

TEST(Failure, refuses_a_database_of_another_program_and_leaves_it_alone) {
  const TestFolder folder;
  {
    SQLite::Database other{folder.file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    other.exec("CREATE TABLE bookmarks (address TEXT)");
  }
  EXPECT_TRUE(fails(Database::open(folder.file()), ErrorKind::corrupt));
  SQLite::Database other{folder.file().string(), SQLite::OPEN_READONLY};
  EXPECT_EQ(other.execAndGet("SELECT count(*) FROM sqlite_schema").getInt(), 1);
}

TEST(Failure, says_when_pages_are_damaged) {
  const TestFolder folder;
  {
    auto database = opened(folder.file());
    for (int i = 0; i < 300; ++i) add_person(*database, "person_" + std::to_string(i));
  }
  {
    std::fstream file{folder.file(), std::ios::in | std::ios::out | std::ios::binary};
    const std::string garbage(4096, '\x7f');
    for (std::uint64_t at = 4096; at + 4096 <= std::filesystem::file_size(folder.file()); at += 4096) {
      file.seekp(static_cast<std::streamoff>(at));
      file.write(garbage.data(), 4096);
    }
  }
  const auto database = Database::open(folder.file());
  if (!database) {
    EXPECT_TRUE(fails(database, ErrorKind::corrupt));
    return;
  }
  EXPECT_TRUE(fails((*database)->subjects(), ErrorKind::corrupt));
  EXPECT_TRUE(fails((*database)->apply(consent::AddSubject{person("person_new")}), ErrorKind::corrupt));
}

TEST(Failure, says_when_another_process_holds_the_lock_for_too_long) {
  const TestFolder folder;
  const auto database = opened(folder.file(), {.patience = std::chrono::milliseconds{30}, .clock = nullptr});
  Connection other{folder.file(), Access::read_and_write, Duration{0}};
  {
    Writing writing{other};
    const auto refused = database->apply(consent::AddSubject{person("person_anna")});
    ASSERT_TRUE(fails(refused, ErrorKind::unavailable));
    EXPECT_NE(refused.error().cause.find("another process"), std::string::npos);
    EXPECT_TRUE(database->subjects().has_value()) << "looking does not wait";
  }
  EXPECT_TRUE(ok(database->apply(consent::AddSubject{person("person_anna")})));
}

TEST(Migration, refuses_a_newer_database_and_leaves_it_alone) {
  const TestFolder folder;
  opened(folder.file()).reset();
  {
    Connection connection{folder.file(), Access::read_and_write, Duration{0}};
    connection.execute("PRAGMA user_version = 99");
  }
  const auto refused = Database::open(folder.file());
  ASSERT_TRUE(fails(refused, ErrorKind::unsupported));
  EXPECT_NE(refused.error().cause.find("newer version"), std::string::npos);
}

TEST(Migration, leads_from_every_earlier_form_to_the_present_one) {
  const auto known = migrations();
  for (std::size_t made = 0; made <= known.size(); ++made) {
    const TestFolder folder;
    {
      SQLite::Database earlier{folder.file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
      for (std::size_t i = 0; i < made; ++i) earlier.exec(std::string{known[i].text});
      earlier.exec("PRAGMA user_version = " + std::to_string(made));
    }
    auto database = opened(folder.file());
    ASSERT_NE(database, nullptr) << "from form " << made;
    add_person(*database, "person_anna", "Anna Example");
    database.reset();
    database = opened(folder.file());
    EXPECT_EQ(database->find_subject("Anna Example").value().id.value, "person_anna");
    Connection connection{folder.file(), Access::read_only, Duration{0}};
    EXPECT_EQ(connection.number("PRAGMA user_version"), known.back().number);
  }
}

TEST(Migration, is_made_once_when_several_open_a_new_file_together) {
  const TestFolder folder;
  std::vector<std::jthread> openers;
  for (int i = 0; i < 8; ++i) {
    openers.emplace_back([&folder, i] {
      const auto database = opened(folder.file());
      ASSERT_NE(database, nullptr);
      add_person(*database, "person_" + std::to_string(i));
    });
  }
  openers.clear();
  EXPECT_EQ(opened(folder.file())->subjects().value().size(), 8U);
}

TEST(Settings, are_those_that_durability_and_erasure_need) {
  const TestFolder folder;
  opened(folder.file()).reset();
  Connection connection{folder.file(), Access::read_and_write, Duration{0}};
  EXPECT_EQ(connection.number("PRAGMA foreign_keys"), 1);
  EXPECT_EQ(connection.number("PRAGMA synchronous"), 2) << "FULL";
  EXPECT_EQ(connection.number("PRAGMA secure_delete"), 1);
  EXPECT_EQ(connection.number("PRAGMA temp_store"), 2) << "MEMORY";
  EXPECT_EQ(connection.number("PRAGMA trusted_schema"), 0);
  EXPECT_EQ(connection.number("PRAGMA cell_size_check"), 1);
  EXPECT_EQ(connection.number("PRAGMA auto_vacuum"), 0);
  Query mode = connection.query("PRAGMA journal_mode");
  ASSERT_TRUE(mode.next());
  EXPECT_EQ(mode.text(0), "wal");
  using std::filesystem::perms;
  const perms rights = std::filesystem::status(folder.file()).permissions();
  EXPECT_EQ(rights & (perms::group_all | perms::others_all), perms::none) << "nobody else may read it";
}

}  // namespace
}  // namespace regard::store
