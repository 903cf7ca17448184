// Opening a database: the file, its settings, its migrations.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include "store/io/state.h"
#include "store/logic/migrations.h"

namespace regard::store {
namespace {

/// Form of a new file. A row with a template fills more than half a page of 4 KiB, so rows of different people do not
/// share pages. Without auto-vacuum SQLite does not move pages either: places that were freed are overwritten with
/// zeros and used again.
void give_form(Connection& connection) {
  if (connection.number("PRAGMA page_count") != 0) return;
  connection.execute("PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE;");
}

Result<void> make(Connection& connection, const Migration& migration) {
  Writing writing{connection};
  // Another process may have been faster.
  if (connection.number("PRAGMA user_version") >= migration.number) return {};
  connection.execute(std::string{migration.text});
  connection.execute("PRAGMA user_version = " + std::to_string(migration.number));
  writing.commit();
  return {};
}

}  // namespace

Database::State::State(const std::filesystem::path& path, const Options& options)
    : file{path},
      own_clock{options.clock == nullptr ? system_clock() : nullptr},
      clock{options.clock == nullptr ? own_clock.get() : options.clock},
      writer{path, Access::read_and_write, options.patience},
      reader{path, Access::read_only, options.patience} {}

// SQLite gives its other files the same rights.
Result<void> make_file(const std::filesystem::path& file, const std::string& doing) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor >= 0) {
    ::close(descriptor);
    return {};
  }
  if (errno == EEXIST) return {};
  const int failure = errno;
  const std::string remedy = failure == ENOENT ? "create the folder first"
                             : failure == ENOSPC
                                 ? "free some space and try again"
                                 : "give Regard the right to write there, or choose another data folder";
  return fail(ErrorKind::unavailable, doing, std::generic_category().message(failure), remedy);
}

Result<void> migrate(Connection& connection, const std::string& doing) {
  constexpr std::int64_t application_id = 0x52474152;  // "RGAR", as the first migration sets it
  const std::int64_t version = connection.number("PRAGMA user_version");
  const std::int64_t application = connection.number("PRAGMA application_id");
  const bool is_new = version == 0 && connection.number("SELECT count(*) FROM sqlite_schema") == 0;
  if (!is_new && application != application_id) {
    return fail(ErrorKind::corrupt, doing, "this is a database of another program", "choose another data folder");
  }
  const auto known = migrations();
  if (version > known.back().number) {
    return fail(ErrorKind::unsupported, doing,
                "it was made by a newer version of Regard (form " + std::to_string(version) +
                    ", this version knows forms up to " + std::to_string(known.back().number) + ")",
                "install that version or a later one");
  }
  for (const Migration& migration : known) {
    if (migration.number <= version) continue;
    if (auto made = make(connection, migration); !made) return made;
  }
  return {};
}

void use_write_ahead_log(Connection& connection) {
  // Two processes that open a new file at once: the change of mode does not wait for a lock by itself.
  constexpr int attempts = 100;
  for (int attempt = 1;; ++attempt) {
    try {
      connection.execute("PRAGMA journal_mode = WAL");
      return;
    } catch (const SQLite::Exception& failure) {
      if ((failure.getErrorCode() & 0xff) != SQLITE_BUSY || attempt == attempts) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

Result<void> check_integrity(Connection& connection, const std::string& doing) {
  const auto damaged = [&](const std::string& cause) {
    return fail(ErrorKind::corrupt, doing, cause, "use another backup");
  };
  Query integrity = connection.query("PRAGMA integrity_check(1)");
  if (!integrity.next()) return damaged("it cannot be checked");
  if (const std::string said = integrity.text(0); said != "ok") return damaged(said);
  Query references = connection.query("PRAGMA foreign_key_check");
  if (references.next()) return damaged("a row of " + references.text(0) + " refers to nothing");
  return {};
}

Database::Database(std::unique_ptr<State> state) : state_{std::move(state)} {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, const Options& options) {
  const std::string doing = "opening database " + file.string();
  if (auto made = make_file(file, doing); !made) return pass_on(std::move(made));
  return guarded(doing, [&]() -> Result<std::unique_ptr<Database>> {
    {
      Connection first{file, Access::read_and_write, options.patience};
      give_form(first);
      use_write_ahead_log(first);
      if (auto migrated = migrate(first, doing); !migrated) return pass_on(std::move(migrated));
    }
    std::unique_ptr<Database> database{new Database{std::make_unique<State>(file, options)}};
    // What a crash left behind. When it cannot be finished now it stays announced, and the database is of use anyway.
    static_cast<void>(database->finish_erasures());
    return database;
  });
}

std::optional<std::int64_t> number_of(Connection& connection, const consent::SubjectId& id) {
  return connection.maybe_number("SELECT number FROM subjects WHERE id = ?", id.value);
}

std::optional<std::int64_t> number_of(Connection& connection, const consent::GalleryName& name) {
  return connection.maybe_number("SELECT number FROM galleries WHERE name = ?", name.value);
}

std::uint64_t next_revision(Connection& connection) {
  connection.run("UPDATE revision SET value = value + 1");
  return static_cast<std::uint64_t>(connection.number("SELECT value FROM revision"));
}

void mark_rows_of(Connection& connection, std::int64_t subject, std::uint64_t revision) {
  connection.run("UPDATE templates SET revision = ? WHERE subject = ?", revision, subject);
}

}  // namespace regard::store
