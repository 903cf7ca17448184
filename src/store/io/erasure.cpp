// Erasing for good: rows first, then every byte of them in every file.
#include <sqlite3.h>

#include <algorithm>
#include <thread>

#include "store/io/state.h"
#include "store/logic/stored_words.h"

namespace regard::store {

using consent::SubjectId;

namespace {

/// Deletes a subject's rows in one gallery.
void erase_rows_in(Connection& connection, std::int64_t subject, std::int64_t gallery, Traces& traces) {
  std::vector<std::int64_t> rows;
  {
    Query query = connection.query(
        "SELECT t.row, t.sealed, i.sealed, r.sealed FROM templates t LEFT JOIN template_images i ON i.row = t.row"
        " LEFT JOIN renewed_templates r ON r.row = t.row WHERE t.subject = ? AND t.gallery = ?",
        subject, gallery);
    while (query.next()) {
      rows.push_back(query.number(0));
      traces.add_random(query.bytes(1));
      traces.add_random(query.bytes(2));
      traces.add_random(query.bytes(3));
    }
  }
  const std::uint64_t revision = next_revision(connection);
  for (const std::int64_t row : rows) {
    connection.run("INSERT INTO template_removals (row, gallery, revision) VALUES (?, ?, ?)", row, gallery, revision);
    connection.run("DELETE FROM template_images WHERE row = ?", row);
    connection.run("DELETE FROM renewed_templates WHERE row = ?", row);
    connection.run("DELETE FROM templates WHERE row = ?", row);
  }
  connection.run("DELETE FROM offsets WHERE subject = ? AND gallery = ?", subject, gallery);
  connection.run("DELETE FROM last_matches WHERE subject = ? AND gallery = ?", subject, gallery);
  connection.run("DELETE FROM confusions WHERE gallery = ?1 AND (claimed = ?2 OR truly = ?2)", gallery, subject);
}

/// A key that seals nothing any more is erased too.
void erase_unused_key(Connection& connection, std::int64_t subject, Traces& traces) {
  if (connection.number("SELECT EXISTS (SELECT 1 FROM templates WHERE subject = ?)", subject) != 0) return;
  {
    Query key = connection.query("SELECT wrapped FROM subject_keys WHERE subject = ?", subject);
    if (!key.next()) return;
    traces.add_random(key.bytes(0));
  }
  connection.run("DELETE FROM subject_keys WHERE subject = ?", subject);
}

std::vector<std::int64_t> numbers(Query query) {
  std::vector<std::int64_t> all;
  while (query.next()) all.push_back(query.number(0));
  return all;
}

/// An integer as SQLite's record format keeps it, eight bytes long from 2^47 on ("Database File Format", 2.1).
crypto::Bytes stored_bytes(std::int64_t value) {
  crypto::Bytes bytes(8);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * (bytes.size() - 1 - i)));
  }
  return bytes;
}

/// How a subject's name and receipts look inside the file. Of a receipt, the end is looked for: its signature, which no
/// other has. (What stands before it names nobody.)
void trace_facts(Connection& connection, std::int64_t subject, Traces& traces) {
  // Many may have been added at the same moment, so what stands behind a name may be like that of others too.
  crypto::Bytes others;
  const auto append = [&others](crypto::BytesView bytes) { others.insert(others.end(), bytes.begin(), bytes.end()); };
  {
    Query query = connection.query("SELECT name, created FROM subjects WHERE number <> ?", subject);
    while (query.next()) {
      append(crypto::bytes_of(query.text(0)));
      append(stored_bytes(query.number(1)));
    }
  }
  {
    Query query = connection.query("SELECT id, name, created FROM subjects WHERE number = ?", subject);
    if (!query.next()) return;
    const std::string id = query.text(0);
    const std::string name = query.text(1);
    traces.add_text(crypto::bytes_of(id), crypto::bytes_of(name), stored_bytes(query.number(2)), others);
  }
  constexpr std::size_t signature_size = 64;
  Query receipts = connection.query("SELECT receipt FROM consents WHERE subject = ?", subject);
  while (receipts.next()) {
    const std::string receipt = receipts.text(0);
    traces.add_random(crypto::bytes_of(receipt).last(std::min(receipt.size(), signature_size)));
  }
}

/// Empties the write-ahead log; false when somebody reads an earlier state for longer than the connection's patience.
bool empty_log(Connection& connection) {
  // SQLite waits for readers by itself, but not for another process that empties the log at this moment.
  constexpr int attempts = 20;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    Query query = connection.query("PRAGMA wal_checkpoint(TRUNCATE)");
    if (query.next() && query.number(0) == 0) return true;
    if (query.number(1) >= 0) return false;  // it waited already
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return false;
}

/// Searches the database's file. It is read through SQLite's own descriptor: closing another one would release the
/// locks that this process has on the file (POSIX advisory locks; "How To Corrupt An SQLite Database File", 2.2).
bool is_left_in_file(Connection& connection, const Traces& traces) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection.database().getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  sqlite3_int64 size = 0;
  if (file == nullptr || file->pMethods->xFileSize(file, &size) != SQLITE_OK) return true;
  constexpr sqlite3_int64 overlap = Traces::overlap;
  constexpr sqlite3_int64 block = (1 << 20) + overlap;
  crypto::Bytes bytes(static_cast<std::size_t>(block));
  for (sqlite3_int64 at = 0; at < size; at += block - overlap) {
    const auto count = static_cast<int>(std::min(block, size - at));
    if (file->pMethods->xRead(file, bytes.data(), count, at) != SQLITE_OK) return true;
    if (traces.found_in({bytes.data(), static_cast<std::size_t>(count)})) return true;
  }
  return false;
}

Result<void> empty_log_or_say(Connection& connection, const std::string& doing) {
  if (empty_log(connection)) return {};
  return fail(ErrorKind::unavailable, doing,
              "it is deleted, but its bytes stay in the write-ahead log while another process reads an earlier state",
              "it is finished by the next erasure or the next start; end long reads such as a backup");
}

}  // namespace

void erase_rows(Connection& connection, std::int64_t subject, consent::Purpose purpose, Traces& traces) {
  for (const std::int64_t gallery :
       numbers(connection.query("SELECT DISTINCT g.number FROM templates t JOIN galleries g ON g.number = t.gallery"
                                " WHERE t.subject = ? AND g.purpose = ?",
                                subject, stored(purpose)))) {
    erase_rows_in(connection, subject, gallery, traces);
  }
  erase_unused_key(connection, subject, traces);
}

void erase_gallery(Connection& connection, std::int64_t gallery, Traces& traces) {
  for (const std::int64_t subject :
       numbers(connection.query("SELECT DISTINCT subject FROM templates WHERE gallery = ?", gallery))) {
    erase_rows_in(connection, subject, gallery, traces);
    erase_unused_key(connection, subject, traces);
  }
}

void erase_everything(Connection& connection, std::int64_t subject, Traces& traces) {
  trace_facts(connection, subject, traces);
  for (const std::int64_t gallery :
       numbers(connection.query("SELECT DISTINCT gallery FROM templates WHERE subject = ?", subject))) {
    erase_rows_in(connection, subject, gallery, traces);
  }
  erase_unused_key(connection, subject, traces);
  // What may be there without a row: said about strangers, or from before.
  connection.run("DELETE FROM confusions WHERE claimed = ?1 OR truly = ?1", subject);
  connection.run("DELETE FROM offsets WHERE subject = ?", subject);
  connection.run("DELETE FROM last_matches WHERE subject = ?", subject);
  connection.run("DELETE FROM consent_purposes WHERE consent IN (SELECT number FROM consents WHERE subject = ?)",
                 subject);
  connection.run("DELETE FROM consents WHERE subject = ?", subject);
  connection.run("DELETE FROM subjects WHERE number = ?", subject);
}

std::int64_t announce_scrub(Connection& connection) {
  connection.run("INSERT INTO scrubs DEFAULT VALUES");
  return connection.number("SELECT last_insert_rowid()");
}

Result<void> scrub(Connection& connection, const Traces* traces, std::int64_t own, const std::string& doing) {
  const std::int64_t announced = connection.number("SELECT count(*) FROM scrubs");
  if (announced == 0) return {};
  const std::int64_t last = connection.number("SELECT max(number) FROM scrubs");
  if (auto emptied = empty_log_or_say(connection, doing); !emptied) return emptied;
  // An earlier one that was not finished, or that of another process which finished ours: what it deleted is not known.
  const bool can_look = traces != nullptr && announced == 1 && last == own && !traces->too_many();
  if (!can_look || is_left_in_file(connection, *traces)) {
    connection.execute("VACUUM");
    if (auto emptied = empty_log_or_say(connection, doing); !emptied) return emptied;
  }
  Writing writing{connection};
  connection.run("DELETE FROM scrubs WHERE number <= ?", last);
  connection.run("DELETE FROM erasures_pending WHERE subject IN (SELECT subject FROM erasures)");
  writing.commit();
  return {};
}

Result<void> Database::finish_erasures() {
  return state_->write("finishing erasures",
                       [](Connection& writer) { return scrub(writer, nullptr, 0, "finishing erasures"); });
}

Result<std::vector<SubjectId>> Database::unfinished_erasures() {
  return state_->read("looking for unfinished erasures", [](Connection& reader) -> Result<std::vector<SubjectId>> {
    std::vector<SubjectId> all;
    Query query = reader.query("SELECT subject FROM erasures_pending ORDER BY subject");
    while (query.next()) all.push_back({query.text(0)});
    return all;
  });
}

Result<std::optional<consent::EraseSubject>> Database::erasure(const SubjectId& id) {
  const std::string doing = "looking for the erasure of " + id.value;
  return state_->read(doing, [&](Connection& reader) -> Result<std::optional<consent::EraseSubject>> {
    Query query = reader.query("SELECT entry, at FROM erasures WHERE subject = ?", id.value);
    if (!query.next()) return std::nullopt;
    return consent::EraseSubject{id, consent::EntryId{query.count(0)}, query.time(1)};
  });
}

}  // namespace regard::store
