// Copies of a database, made while others write, and brought back without those who were erased since.
#include <SQLiteCpp/Backup.h>

#include <system_error>
#include <thread>

#include "core/files.h"
#include "store/io/state.h"
#include "store/logic/stored_words.h"

namespace regard::store {

using consent::Purpose;

namespace fs = std::filesystem;

namespace {

/// A file that is written under another name and gets its own only when it is complete. Removed otherwise.
class Partial {
 public:
  explicit Partial(fs::path target) : target_{std::move(target)}, path_{target_.string() + ".partial"} { remove(); }
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;
  ~Partial() { remove(); }
  [[nodiscard]] const fs::path& path() const { return path_; }

  Result<void> complete(const std::string& doing) {
    std::error_code failure;
    fs::rename(path_, target_, failure);
    if (failure) return fail(ErrorKind::unavailable, doing, failure.message(), "look at the folder's rights and space");
    // The new name is durable when the folder is.
    if (const int problem = sync_folder_of(target_); problem != 0)
      return fail(ErrorKind::unavailable, doing, std::generic_category().message(problem),
                  "look at the folder's rights and space");
    return {};
  }

 private:
  void remove() {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) fs::remove(path_.string() + suffix, ignored);
  }
  fs::path target_;
  fs::path path_;
};

Result<void> refuse_existing(const fs::path& target, const std::string& doing) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(target, ignored))) return {};
  return fail(ErrorKind::invalid_input, doing, "the file exists", "choose another name, or move it away first");
}

/// All pages in one step: the copy is the state of one moment.
Result<void> copy(SQLite::Database& from, SQLite::Database& to, const std::string& doing) {
  SQLite::Backup backup{to, "main", from, "main"};
  constexpr int attempts = 100;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    if (backup.executeStep(-1) == SQLITE_DONE) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return fail(ErrorKind::unavailable, doing, "another process has the database locked", "try again later");
}

/// Purposes of a subject's rows that no consent covers at `at`.
std::vector<Purpose> uncovered(Connection& connection, std::int64_t subject, Timestamp at) {
  std::vector<Purpose> purposes;
  Query query = connection.query(
      "SELECT DISTINCT g.purpose FROM templates t JOIN galleries g ON g.number = t.gallery"
      " WHERE t.subject = ?1 AND g.purpose <> 'watchlist' AND NOT EXISTS ("
      "  SELECT 1 FROM consents c JOIN consent_purposes p ON p.consent = c.number"
      "  WHERE c.subject = ?1 AND p.purpose = g.purpose AND c.withdrawn IS NULL AND c.starts <= ?2 AND c.expires > ?2)",
      subject, at);
  while (query.next()) purposes.push_back(purpose_in(query, 0));
  return purposes;
}

void withdraw(Connection& connection, const Withdrawal& withdrawal) {
  const auto subject = connection.maybe_number("SELECT subject FROM consents WHERE id = ?", withdrawal.consent.value);
  if (!subject) return;
  connection.run("UPDATE consents SET withdrawn = ? WHERE id = ? AND withdrawn IS NULL", withdrawal.at,
                 withdrawal.consent.value);
  Traces unused;  // the whole file is rewritten
  for (const Purpose purpose : uncovered(connection, *subject, withdrawal.at)) {
    erase_rows(connection, *subject, purpose, unused);
  }
}

void erase_again(Connection& connection, const consent::EraseSubject& erased) {
  Traces unused;
  if (const auto subject = number_of(connection, erased.subject)) erase_everything(connection, *subject, unused);
  connection.run("INSERT OR REPLACE INTO erasures (subject, entry, at) VALUES (?, ?, ?)", erased.subject.value,
                 erased.entry.value, erased.at);
}

/// Brings a fresh copy of a backup up to what happened since, and leaves nothing of that in the file.
Result<void> catch_up(const fs::path& copied, const SinceBackup& since, const std::string& doing) {
  Connection connection{copied, Access::read_and_write, Duration{0}};
  // What is undone must not lie in a journal either; a crash leaves a partial file, which is thrown away.
  connection.execute("PRAGMA journal_mode = MEMORY");
  if (auto checked = check_integrity(connection, doing); !checked) return checked;
  if (auto migrated = migrate(connection, doing); !migrated) return migrated;
  {
    Writing writing{connection};
    for (const Withdrawal& withdrawal : since.withdrawn) withdraw(connection, withdrawal);
    for (const consent::EraseSubject& erased : since.erased) erase_again(connection, erased);
    connection.run("DELETE FROM erasures_pending WHERE subject IN (SELECT subject FROM erasures)");
    connection.run("DELETE FROM scrubs");
    writing.commit();
  }
  connection.execute("VACUUM");
  return {};
}

}  // namespace

Result<void> Database::backup(const fs::path& target) {
  const std::string doing = "backing up to " + target.string();
  if (auto fresh = refuse_existing(target, doing); !fresh) return fresh;
  return guarded(doing, [&]() -> Result<void> {
    Partial partial{target};
    if (auto made = make_file(partial.path(), doing); !made) return made;
    {
      // Connections of its own, so that nobody waits for the copy.
      constexpr Duration patience = std::chrono::seconds{5};
      Connection from{state_->file, Access::read_only, patience};
      Connection to{partial.path(), Access::read_and_write, patience};
      if (auto copied = copy(from.database(), to.database(), doing); !copied) return copied;
      to.execute("PRAGMA journal_mode = DELETE");  // one file, without a log beside it
      if (auto checked = check_integrity(to, doing); !checked) return checked;
    }
    return partial.complete(doing);
  });
}

Result<void> Database::restore(const fs::path& backup_file, const fs::path& target, const SinceBackup& since) {
  const std::string doing = "restoring " + backup_file.string() + " to " + target.string();
  if (auto fresh = refuse_existing(target, doing); !fresh) return fresh;
  if (std::error_code ignored; !fs::is_regular_file(backup_file, ignored)) {
    return fail(ErrorKind::not_found, doing, "there is no such backup", "give the name of a file from `regard backup`");
  }
  return guarded(doing, [&]() -> Result<void> {
    Partial partial{target};
    if (auto made = make_file(partial.path(), doing); !made) return made;
    {
      SQLite::Database from{backup_file.string(), SQLite::OPEN_READONLY};
      SQLite::Database to{partial.path().string(), SQLite::OPEN_READWRITE};
      if (auto copied = copy(from, to, doing); !copied) return copied;
    }
    if (auto caught_up = catch_up(partial.path(), since, doing); !caught_up) return caught_up;
    return partial.complete(doing);
  });
}

}  // namespace regard::store
