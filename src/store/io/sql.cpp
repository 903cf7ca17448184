#include "store/io/sql.h"

#include <sqlite3.h>

namespace regard::store {
namespace {

/// Settings of every connection. secure_delete: deleted bytes are overwritten with zeros. FULL: a commit is on the disk
/// when it returns. A file from outside is not trusted: its schema runs no functions of its own, its pages are checked.
constexpr const char* settings =
    "PRAGMA foreign_keys = ON;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;";

ErrorKind kind_of(int code) {
  switch (code) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorKind::corrupt;
    case SQLITE_CONSTRAINT:
      return ErrorKind::invalid_input;
    default:
      return ErrorKind::unavailable;
  }
}

std::pair<std::string, std::string> cause_and_remedy(const SQLite::Exception& failure) {
  const std::string said = failure.what();
  switch (failure.getErrorCode()) {
    case SQLITE_FULL:
      return {"the disk is full", "free some space and try again; nothing was changed"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"another process has the database locked", "wait until it is done, then try again; nothing was changed"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return {"the file or its folder cannot be written (" + said + ")",
              "give Regard the right to write there, or choose another data folder"};
    case SQLITE_IOERR:
      return {"the disk could not be read or written (" + said + ")",
              "check the disk and the space left on it, then try again"};
    case SQLITE_CORRUPT:
      return {"the database is damaged (" + said + ")", "restore the last backup with `regard restore`"};
    case SQLITE_NOTADB:
      return {"this is not a database of Regard", "choose another data folder, or restore the last backup"};
    case SQLITE_CONSTRAINT:
      return {"it does not fit what is stored (" + said + ")", "look at what is there, then try again"};
    default:
      return {said, "try again; when it stays so, look at the disk and the memory of this machine"};
  }
}

}  // namespace

Query::~Query() {
  statement_.tryReset();
  try {
    statement_.clearBindings();  // a name or a key is not kept in memory longer than needed
  } catch (const SQLite::Exception&) {
    // The next use binds all of them anew.
  }
}

crypto::Bytes Query::bytes(int column) const {
  const SQLite::Column value = statement_.getColumn(column);
  const auto* begin = static_cast<const std::uint8_t*>(value.getBlob());
  return begin == nullptr ? crypto::Bytes{} : crypto::Bytes(begin, begin + value.getBytes());
}

Connection::Connection(const std::filesystem::path& file, Access access, Duration patience)
    : database_{file.string(), SQLite::OPEN_READWRITE,
                static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(patience).count())} {
  sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  execute(settings);
  if (access == Access::read_only) execute("PRAGMA query_only = ON");
}

SQLite::Statement& Connection::prepared(const char* sql) {
  std::unique_ptr<SQLite::Statement>& statement = statements_[sql];
  if (!statement) statement = std::make_unique<SQLite::Statement>(database_, sql);
  return *statement;
}

Error explain(const SQLite::Exception& failure, const std::string& doing) {
  auto [cause, remedy] = cause_and_remedy(failure);
  // getErrorCode() may be an extended code, whose low byte is the primary one.
  return Error{kind_of(failure.getErrorCode() & 0xff), doing, std::move(cause), std::move(remedy)};
}

}  // namespace regard::store
