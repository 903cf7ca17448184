// What a Database owns, and the parts that its functions share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "consent/consent.h"
#include "store/io/sql.h"
#include "store/logic/traces.h"
#include "store/store.h"

namespace regard::store {

/// Two connections, so that looking never waits for a commit to reach the disk. Locks are taken in the order of
/// declaration.
struct Database::State {
  State(const std::filesystem::path& path, const Options& options);

  std::filesystem::path file;
  std::unique_ptr<Clock> own_clock;
  const Clock* clock;

  std::mutex writing;
  Connection writer;
  std::mutex reading;
  Connection reader;
  // What `changes` knows without looking at a table: the revision at the last known version of the file.
  std::int64_t known_version = -1;
  std::uint64_t known_revision = 0;

  template <typename Work>
  [[nodiscard]] auto write(const std::string& doing, Work&& work) {
    const std::lock_guard lock{writing};
    return guarded(doing, [&] { return work(writer); });
  }
  template <typename Work>
  [[nodiscard]] auto read(const std::string& doing, Work&& work) {
    const std::lock_guard lock{reading};
    return guarded(doing, [&] { return work(reader); });
  }
};

/// Makes the file when it is missing, for nobody else to read. Errors: unavailable.
[[nodiscard]] Result<void> make_file(const std::filesystem::path& file, const std::string& doing);
/// Brings a file to the present form. Errors: unsupported, corrupt.
[[nodiscard]] Result<void> migrate(Connection& connection, const std::string& doing);
/// Turns a new file into one with a write-ahead log, and an old one too.
void use_write_ahead_log(Connection& connection);
/// `integrity_check` and `foreign_key_check`. Errors: corrupt.
[[nodiscard]] Result<void> check_integrity(Connection& connection, const std::string& doing);

/// The row number of a subject, when it is there.
[[nodiscard]] std::optional<std::int64_t> number_of(Connection& connection, const consent::SubjectId& id);
[[nodiscard]] std::optional<std::int64_t> number_of(Connection& connection, const consent::GalleryName& name);
[[nodiscard]] tl::unexpected<Error> no_gallery(const std::string& doing);
[[nodiscard]] std::optional<gallery::GallerySecret> secret_of(Connection& connection, const consent::GalleryName& name);
void update_secret(Connection& writer, std::int64_t gallery, const gallery::GallerySecret& secret);
/// Sees that the gallery has the secret that somebody read before. Errors: unavailable.
[[nodiscard]] Result<void> see_that_it_is(Connection& writer, const consent::GalleryName& name,
                                          const gallery::GallerySecret& read, const std::string& doing);
/// Counts one change of what searches depend on; to be called inside a transaction that writes.
[[nodiscard]] std::uint64_t next_revision(Connection& connection);
/// Announces that rows of the subject changed.
void mark_rows_of(Connection& connection, std::int64_t subject, std::uint64_t revision);

[[nodiscard]] std::vector<consent::Consent> consents_of(Connection& connection, const consent::SubjectId& id);
/// The latest version, with the running count.
[[nodiscard]] std::optional<consent::Watchlist> latest_watchlist(Connection& connection,
                                                                 const consent::WatchlistId& id);
[[nodiscard]] consent::Purpose purpose_in(const Query& query, int column);

/// Deletes a subject's rows in galleries of `purpose` (templates, images, what was learnt about their scores, and the
/// subject's key when no row is left), and adds what was deleted to `traces`.
void erase_rows(Connection& connection, std::int64_t subject, consent::Purpose purpose, Traces& traces);
/// Deletes all rows of a gallery in the same way.
void erase_gallery(Connection& connection, std::int64_t gallery, Traces& traces);
/// Deletes everything held on a subject.
void erase_everything(Connection& connection, std::int64_t subject, Traces& traces);
/// Says, inside the transaction that deletes, that bytes must go. Returns the number of that announcement.
[[nodiscard]] std::int64_t announce_scrub(Connection& connection);
/// After that transaction: empties the write-ahead log and looks for `traces` in the file (null: it is not known what
/// to look for), and rewrites the file when anything is left, or when something else than what was announced as `own`
/// is to go too. Errors: unavailable, when an earlier state is still in use.
[[nodiscard]] Result<void> scrub(Connection& connection, const Traces* traces, std::int64_t own,
                                 const std::string& doing);

enum class Scrub { when_something_was_deleted, always };

/// A transaction of the writer in which `work(writer, traces)` deletes, and then the scrub: what it returns, or why the
/// bytes are not gone yet.
template <typename State, typename Work>
[[nodiscard]] auto write_and_scrub(State& state, const std::string& doing, Work work,
                                   Scrub when = Scrub::when_something_was_deleted) {
  return state.write(doing, [&](Connection& writer) -> std::invoke_result_t<Work, Connection&, Traces&> {
    Traces traces;
    std::int64_t announced = 0;
    Writing writing{writer};
    auto done = work(writer, traces);
    if (!done) return done;
    if (!traces.empty()) announced = announce_scrub(writer);
    writing.commit();
    if (traces.empty() && when != Scrub::always) return done;
    auto scrubbed = scrub(writer, traces.empty() ? nullptr : &traces, announced, doing);
    if (!scrubbed) return pass_on(std::move(scrubbed));
    return done;
  });
}

}  // namespace regard::store
