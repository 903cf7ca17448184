// kill -9 at any moment: what was acknowledged is there, what was acknowledged erased is in no file.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "store/io/sql.h"
#include "store/io/state.h"
#include "store/io/test_folder.h"

namespace regard::store {
namespace {

using namespace testing;  // NOLINT: the words of these tests

/// One operation on one subject, as the child tells the parent: first that it begins, then that it is done.
struct Note {
  enum class What : std::uint32_t { add, enrol, withdraw, erase } what{};
  enum class When : std::uint32_t { begun, done } when{};
  std::uint64_t subject = 0;
  std::uint64_t seed = 0;  ///< of the row
};

std::string id_of(std::uint64_t subject) { return "person_" + std::to_string(subject) + "_of_the_fault_test"; }
std::string name_of(std::uint64_t subject) { return "Name Number " + std::to_string(subject) + " Long Enough"; }

crypto::Bytes image_of(std::uint64_t row) { return random_looking(5'000, ~row); }

/// What the child does until it is killed: random operations, each told through the pipe before and after.
class Child {
 public:
  Child(Database& database, int pipe, std::uint64_t seed, std::uint64_t first)
      : database_{database}, pipe_{pipe}, random_{seed}, next_subject_{first}, next_row_{first * 1'000'000} {}

  [[noreturn]] void run() {
    for (;;) {
      const auto choice = random_() % 10;
      if (living_.size() < 3 || choice < 2) {
        add();
      } else if (choice < 6) {
        enrol_somebody();
      } else if (choice < 8) {
        withdraw_somebody();
      } else {
        erase_somebody();
      }
    }
  }

 private:
  void tell(Note::What what, Note::When when, std::uint64_t subject, std::uint64_t row = 0) const {
    const Note note{what, when, subject, row};
    if (::write(pipe_, &note, sizeof note) != sizeof note) ::_exit(3);
  }
  void must(const Result<void>& result) const {
    if (!result) ::_exit(4);
  }
  std::uint64_t somebody() {
    return *std::next(living_.begin(), static_cast<std::ptrdiff_t>(random_() % living_.size()));
  }

  void add() {
    const std::uint64_t subject = next_subject_++;
    tell(Note::What::add, Note::When::begun, subject);
    must(database_.apply(consent::AddSubject{person(id_of(subject), name_of(subject))}));
    must(database_.apply(consent::AddConsent{consent_of(id_of(subject), "consent_" + std::to_string(subject))}));
    tell(Note::What::add, Note::When::done, subject);
    living_.insert(subject);
    consenting_.insert(subject);
  }
  void enrol_somebody() {
    const std::uint64_t subject = somebody();
    if (!consenting_.contains(subject)) return;
    gallery::SealedTemplate row = row_of(id_of(subject), "staff", next_row_++);
    row.sealed_image = image_of(row.entry.value);
    tell(Note::What::enrol, Note::When::begun, subject, row.entry.value);
    must(added(database_, row));
    tell(Note::What::enrol, Note::When::done, subject, row.entry.value);
  }
  void withdraw_somebody() {
    const std::uint64_t subject = somebody();
    if (consenting_.erase(subject) == 0) return;
    tell(Note::What::withdraw, Note::When::begun, subject);
    must(database_.apply(consent::WithdrawConsent{
        {"consent_" + std::to_string(subject)}, {id_of(subject)}, day(9), {consent::Purpose::access}}));
    tell(Note::What::withdraw, Note::When::done, subject);
  }
  void erase_somebody() {
    const std::uint64_t subject = somebody();
    living_.erase(subject);
    consenting_.erase(subject);
    tell(Note::What::erase, Note::When::begun, subject);
    must(database_.apply(consent::IntendErasure{{id_of(subject)}}));
    must(database_.apply(consent::EraseSubject{{id_of(subject)}, {subject}, day(9)}));
    tell(Note::What::erase, Note::When::done, subject);
  }

  Database& database_;
  int pipe_;
  std::mt19937_64 random_;
  std::uint64_t next_subject_;
  std::uint64_t next_row_;
  std::set<std::uint64_t> living_;
  std::set<std::uint64_t> consenting_;
};

/// What the parent knows of one subject.
struct Known {
  bool added = false;
  bool gone = false;                   ///< erased, acknowledged
  bool withdrawn = false;              ///< acknowledged
  bool losing = false;                 ///< a withdrawal or erasure was begun
  std::set<std::uint64_t> rows;        ///< acknowledged
  std::set<std::uint64_t> rows_begun;  ///< all
};

class Ledger {
 public:
  void take(const Note& note) {
    Known& known = subjects_[note.subject];
    const bool done = note.when == Note::When::done;
    switch (note.what) {
      case Note::What::add:
        known.added = done;
        break;
      case Note::What::enrol:
        (done ? known.rows : known.rows_begun).insert(note.seed);
        break;
      case Note::What::withdraw:
        known.losing = true;
        known.withdrawn |= done;
        break;
      case Note::What::erase:
        known.losing = true;
        known.gone |= done;
        erased_ += done ? 1 : 0;
        break;
    }
    if (done) ++acknowledged_;
  }
  [[nodiscard]] std::size_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::size_t erased() const { return erased_; }

  /// Before the database is opened again: what was acknowledged gone is in no file as the killed process left them.
  void check_files(const std::filesystem::path& folder) const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
      std::ifstream stream{entry.path(), std::ios::binary};
      all.append(std::istreambuf_iterator<char>{stream}, {});
    }
    for (const auto& [subject, known] : subjects_) {
      if (!known.gone && !known.withdrawn) continue;
      for (const std::uint64_t row : known.rows_begun) {
        EXPECT_FALSE(contains(all, random_looking(2088, row), 64)) << "row " << row;
        EXPECT_FALSE(contains(all, image_of(row), 64)) << "image of row " << row;
      }
      EXPECT_FALSE(contains(all, key_of(id_of(subject)), 16)) << "key of " << subject;
      const bool named = all.find(name_of(subject)) != std::string::npos;
      EXPECT_FALSE(known.gone && named) << subject;
    }
  }

  void check_database(Database& database) const {
    for (const auto& [subject, known] : subjects_) {
      const auto found = database.subject({id_of(subject)}).value();
      EXPECT_TRUE(found.has_value() || !known.added || known.losing) << subject;
      EXPECT_FALSE(found.has_value() && known.gone) << subject;
      std::set<std::uint64_t> rows;
      const auto held = database.rows({"staff"}, {id_of(subject)});
      for (const gallery::SealedTemplate& row : *held) {
        EXPECT_EQ(row.sealed, random_looking(2088, row.entry.value));
        EXPECT_EQ(row.sealed_image, image_of(row.entry.value));
        rows.insert(row.entry.value);
      }
      EXPECT_TRUE(rows.empty() || !(known.gone || known.withdrawn)) << subject;
      if (known.losing) continue;
      EXPECT_TRUE(std::ranges::includes(rows, known.rows)) << subject;
      EXPECT_TRUE(std::ranges::includes(known.rows_begun, rows)) << subject;
    }
  }

 private:
  /// Any piece of so many bytes, from the start of each aligned piece.
  static bool contains(const std::string& all, const crypto::Bytes& bytes, std::size_t piece) {
    const std::string_view view{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    // Four pieces suffice to see a page of it, wherever it begins.
    for (std::size_t at = 0; at + piece <= view.size(); at += std::max(piece, view.size() / 4)) {
      if (all.find(view.substr(at, piece)) != std::string::npos) return true;
    }
    return false;
  }

  std::map<std::uint64_t, Known> subjects_;
  std::size_t acknowledged_ = 0;
  std::size_t erased_ = 0;
};

/// Lets a child work for `life` and kills it.
void work_and_kill(const std::filesystem::path& file, std::uint64_t seed, std::uint64_t first,
                   std::chrono::microseconds life, Ledger& ledger) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::close(ends[0]);
    auto database = Database::open(file);
    if (!database) ::_exit(5);
    const char ready = 1;
    if (::write(ends[1], &ready, 1) != 1) ::_exit(3);
    Child{**database, ends[1], seed, first}.run();
  }
  ::close(ends[1]);
  char ready = 0;
  EXPECT_EQ(::read(ends[0], &ready, 1), 1) << "the child could not open the database";
  std::thread killer{[&] {
    std::this_thread::sleep_for(life);  // the moment of death is what varies
    ::kill(child, SIGKILL);
  }};
  Note note;
  while (::read(ends[0], &note, sizeof note) == sizeof note) ledger.take(note);
  killer.join();
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(ends[0]);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
}

void check_integrity_of(const std::filesystem::path& file) {
  Connection connection{file, Access::read_and_write, Duration{0}};
  const auto checked = check_integrity(connection, "checking");
  EXPECT_TRUE(checked.has_value()) << checked.error().message();
}

TEST(Fault, killed_at_any_moment_it_keeps_what_it_acknowledged_and_nothing_that_it_erased) {
  const char* wanted = std::getenv("REGARD_FAULT_ROUNDS");
  const int rounds = wanted != nullptr ? std::atoi(wanted) : 60;
  const std::uint64_t seed = std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  std::printf("seed %llu, %d rounds\n", static_cast<unsigned long long>(seed), rounds);
  std::mt19937_64 random{seed};
  std::size_t acknowledged = 0;
  std::size_t erased = 0;
  constexpr int rounds_of_a_file = 10;
  for (int round = 0; round < rounds;) {
    const TestFolder folder;
    ASSERT_TRUE(ok(opened(folder.file())->apply(consent::AddGallery{gallery_of("staff")})));
    Ledger ledger;
    for (int life = 0; life < rounds_of_a_file && round < rounds; ++life, ++round) {
      // Half of them die young: in their first operations, or in the recovery of the one before.
      const std::chrono::microseconds until{random() % (life % 2 == 0 ? 60'000 : 400'000)};
      work_and_kill(folder.file(), random(), 1 + static_cast<std::uint64_t>(life) * 10'000, until, ledger);
      ledger.check_files(folder.path());
      check_integrity_of(folder.file());
      const auto database = opened(folder.file());
      ASSERT_NE(database, nullptr);
      ledger.check_database(*database);
      if (::testing::Test::HasFailure()) {
        ADD_FAILURE() << "round " << round;
        return;
      }
    }
    acknowledged += ledger.acknowledged();
    erased += ledger.erased();
  }
  std::printf("%zu operations were acknowledged, %zu of them erasures\n", acknowledged, erased);
  EXPECT_GT(erased, 0U);
  EXPECT_GT(acknowledged, static_cast<std::size_t>(rounds)) << "the children died before they did anything";
}

}  // namespace
}  // namespace regard::store
