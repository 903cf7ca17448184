// SQLite in our words: a connection with cached statements, one use of a statement, and errors that tell an operator
// what to do. Inside io/ failures of SQLite travel as SQLite::Exception; `guarded` turns them into a Result.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "core/core.h"
#include "crypto/crypto.h"

namespace regard::store {

/// One use of a statement: bound, stepped, and reset at the end of the scope, so that it does not hold a lock.
/// Confined.
class Query {
 public:
  template <typename... Values>
  explicit Query(SQLite::Statement& statement, const Values&... values) : statement_{statement} {
    [[maybe_unused]] int at = 0;
    (bind(++at, values), ...);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  /// The next row; false at the end.
  bool next() { return statement_.executeStep(); }
  /// Runs a statement that returns no row; how many rows it changed.
  int run() { return statement_.exec(); }

  [[nodiscard]] bool empty(int column) const { return statement_.getColumn(column).isNull(); }
  [[nodiscard]] std::int64_t number(int column) const { return statement_.getColumn(column).getInt64(); }
  [[nodiscard]] std::uint64_t count(int column) const { return static_cast<std::uint64_t>(number(column)); }
  [[nodiscard]] bool flag(int column) const { return number(column) != 0; }
  [[nodiscard]] double real(int column) const { return statement_.getColumn(column).getDouble(); }
  [[nodiscard]] std::string text(int column) const { return statement_.getColumn(column).getString(); }
  [[nodiscard]] crypto::Bytes bytes(int column) const;
  [[nodiscard]] Timestamp time(int column) const { return Timestamp{Duration{number(column)}}; }
  [[nodiscard]] std::optional<Timestamp> maybe_time(int column) const {
    return empty(column) ? std::nullopt : std::optional{time(column)};
  }

 private:
  void bind(int at, std::int64_t value) { statement_.bind(at, value); }
  void bind(int at, std::uint64_t value) { statement_.bind(at, static_cast<std::int64_t>(value)); }
  void bind(int at, int value) { statement_.bind(at, value); }
  void bind(int at, bool value) { statement_.bind(at, value ? 1 : 0); }
  void bind(int at, double value) { statement_.bind(at, value); }
  void bind(int at, std::string_view value) { statement_.bind(at, std::string{value}); }
  void bind(int at, const std::string& value) { statement_.bind(at, value); }
  void bind(int at, Timestamp value) { bind(at, std::int64_t{value.time_since_epoch().count()}); }
  void bind(int at, Duration value) { bind(at, std::int64_t{value.count()}); }
  void bind(int at, const crypto::Bytes& value) {
    statement_.bind(at, value.empty() ? static_cast<const void*>("") : value.data(), static_cast<int>(value.size()));
  }
  template <typename T>
  void bind(int at, const std::optional<T>& value) {
    if (value) {
      bind(at, *value);
    } else {
      statement_.bind(at);
    }
  }

  SQLite::Statement& statement_;
};

/// Whether a connection may write.
enum class Access { read_and_write, read_only };

/// A connection with the settings that Regard relies on. Confined: its owner locks.
class Connection {
 public:
  /// `patience` is how long it waits for a lock. Throws SQLite::Exception.
  Connection(const std::filesystem::path& file, Access access, Duration patience);

  /// A statement with its parameters bound in order. Statements are prepared once.
  template <typename... Values>
  [[nodiscard]] Query query(const char* sql, const Values&... values) {
    return Query{prepared(sql), values...};
  }
  template <typename... Values>
  int run(const char* sql, const Values&... values) {
    Query query{prepared(sql), values...};
    return query.run();
  }
  /// The first column of the first row. Throws when there is none.
  template <typename... Values>
  [[nodiscard]] std::int64_t number(const char* sql, const Values&... values) {
    Query query{prepared(sql), values...};
    if (!query.next()) throw SQLite::Exception{"a row is missing", SQLITE_CORRUPT};
    return query.number(0);
  }
  template <typename... Values>
  [[nodiscard]] std::optional<std::int64_t> maybe_number(const char* sql, const Values&... values) {
    Query query{prepared(sql), values...};
    if (!query.next() || query.empty(0)) return std::nullopt;
    return query.number(0);
  }
  /// SQL text that is not cached, one or several statements.
  void execute(const std::string& sql) { database_.exec(sql); }
  [[nodiscard]] SQLite::Database& database() { return database_; }

 private:
  [[nodiscard]] SQLite::Statement& prepared(const char* sql);

  SQLite::Database database_;
  std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> statements_;
};

/// One transaction that writes: begun at once, so that it cannot fail half-way because another one was faster. Rolled
/// back unless committed.
class Writing {
 public:
  explicit Writing(Connection& connection)
      : transaction_{connection.database(), SQLite::TransactionBehavior::IMMEDIATE} {}
  void commit() { transaction_.commit(); }

 private:
  SQLite::Transaction transaction_;
};

/// One transaction that sees one state of the database.
class Reading {
 public:
  explicit Reading(Connection& connection) : transaction_{connection.database()} {}

 private:
  SQLite::Transaction transaction_;
};

/// Says a failure of SQLite in three parts.
[[nodiscard]] Error explain(const SQLite::Exception& failure, const std::string& doing);

/// Runs `work`, which returns a Result, and turns what it throws into an error.
template <typename Work>
[[nodiscard]] std::invoke_result_t<Work> guarded(const std::string& doing, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const SQLite::Exception& failure) {
    return tl::unexpected<Error>{explain(failure, doing)};
  }
}

}  // namespace regard::store
