// store: the ports of consent and gallery on SQLite. One file, one writer at a time, nothing biometric in clear.
//
// Erasing for good. Withdrawals and erasures delete in one transaction, and SQLite overwrites what it deletes. They
// return success only when the write-ahead log was emptied too and the file was searched for what was deleted (and
// rewritten, should a copy be left in an unused place). When another process holds on to an earlier state of the file,
// that is not possible: the rows are gone for everybody, but the call returns unavailable, the erasure stays among
// unfinished_erasures(), and it is finished by the next erasure, `finish_erasures`, or `open`. Backups that were made
// earlier are outside of this: `restore` erases again what was erased since.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "consent/consent.h"
#include "core/core.h"
#include "crypto/crypto.h"
#include "gallery/gallery.h"

namespace regard::store {

struct Options {
  Duration patience = std::chrono::seconds{5};  ///< how long to wait for another process
  /// Decides which of several separate consents counts in `changes`; null: the machine's clock. Must outlive the
  /// database.
  const Clock* clock = nullptr;
};

/// A consent that was withdrawn after a backup was made, as the transparency log tells.
struct Withdrawal {
  consent::ConsentId consent;
  Timestamp at;
};

/// What a backup does not know: its people must not come back by restoring it. Taken from the transparency log.
struct SinceBackup {
  std::vector<consent::EraseSubject> erased;
  std::vector<Withdrawal> withdrawn;
};

/// One database. Any thread; several processes may have it open. WAL, foreign keys, secure_delete, synchronous FULL.
/// Errors of all calls: unavailable (disk full, read-only, busy for too long), corrupt.
/// `apply` besides: invalid_input (there already; a watchlist changed meanwhile), not_found.
class Database final : public consent::Records, public gallery::Rows {
 public:
  /// Makes the file and runs the migrations that it lacks. Errors: unavailable, corrupt, unsupported (made by a newer
  /// version).
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                              const Options& options = {});
  ~Database() override;

  // consent::Records
  [[nodiscard]] Result<std::optional<consent::Subject>> subject(const consent::SubjectId& id) override;
  [[nodiscard]] Result<std::vector<consent::Consent>> consents(const consent::SubjectId& id) override;
  [[nodiscard]] Result<std::optional<consent::Consent>> consent(const consent::ConsentId& id) override;
  [[nodiscard]] Result<std::optional<consent::Gallery>> gallery(const consent::GalleryName& name) override;
  [[nodiscard]] Result<std::optional<consent::Zone>> zone(const consent::ZoneName& name) override;
  [[nodiscard]] Result<std::optional<consent::Watchlist>> watchlist(const consent::WatchlistId& id) override;
  [[nodiscard]] Result<std::uint64_t> enrolled(const consent::GalleryName& name) override;
  [[nodiscard]] Result<bool> is_enrolled(const consent::SubjectId& id, const consent::GalleryName& name) override;
  [[nodiscard]] Result<std::optional<Timestamp>> last_used(const consent::SubjectId& id,
                                                           consent::Purpose purpose) override;
  /// Repeating a withdrawal or an erasure is no error: it finishes what could not be finished before.
  [[nodiscard]] Result<void> apply(const consent::Change& change) override;

  // gallery::Rows
  [[nodiscard]] Result<std::optional<gallery::GallerySecret>> secret(const consent::GalleryName& gallery) override;
  /// Both move the revision, so that whoever follows the changes notices a new secret.
  [[nodiscard]] Result<void> create_secret(const consent::GalleryName& gallery,
                                           const gallery::GallerySecret& secret) override;
  [[nodiscard]] Result<void> change_secret(const consent::GalleryName& gallery, const gallery::GallerySecret& read,
                                           const gallery::GallerySecret& secret) override;
  [[nodiscard]] Result<std::vector<consent::GalleryName>> with_secret() override;
  [[nodiscard]] Result<std::optional<crypto::Bytes>> wrapped_key(const consent::SubjectId& subject) override;
  /// Errors besides: denied (no such subject, its erasure was announced, no consent to the gallery's purpose at the
  /// rows' time of enrolment, closed or ended watchlist, cap of the gallery or the watchlist reached), not_found
  /// (gallery or its secret), invalid_input (rows of somebody else, or of another version than the gallery's),
  /// unavailable (another seed than the gallery's, another key than the subject's).
  [[nodiscard]] Result<void> add(const consent::SubjectId& subject, const crypto::Bytes& wrapped_key,
                                 const crypto::Bytes& sealed_seed,
                                 std::span<const gallery::SealedTemplate> rows) override;
  /// The old bytes are erased for good. After unavailable, look at the changes and try again.
  [[nodiscard]] Result<void> replace(const consent::GalleryName& gallery, const gallery::GallerySecret& read,
                                     const gallery::GallerySecret& secret,
                                     std::span<const gallery::SealedTemplate> rows) override;
  /// Rows without their sealed images (see `rows`). `from` and `until` are the stretch of time without a gap that the
  /// subject's consents to the gallery's purpose cover; of a watchlist, from its last approval to its end. Empty
  /// windows are told too. A few microseconds when nothing changed.
  [[nodiscard]] Result<std::optional<gallery::GallerySecret>> renewal(const consent::GalleryName& gallery) override;
  [[nodiscard]] Result<void> begin_renewal(const consent::GalleryName& gallery,
                                           const gallery::GallerySecret& secret) override;
  [[nodiscard]] Result<std::vector<gallery::RenewableRow>> renewable(const consent::GalleryName& gallery) override;
  [[nodiscard]] Result<void> add_renewed(const consent::GalleryName& gallery, const crypto::Bytes& sealed_seed,
                                         std::span<const gallery::SealedTemplate> rows) override;
  /// The old bytes are erased for good.
  [[nodiscard]] Result<std::uint64_t> finish_renewal(const consent::GalleryName& gallery,
                                                     const gallery::GallerySecret& read,
                                                     const crypto::Bytes& sealed_seed) override;
  [[nodiscard]] Result<gallery::RowChanges> changes(const consent::GalleryName& gallery,
                                                    std::uint64_t revision) override;
  [[nodiscard]] Result<std::optional<gallery::SealedTemplate>> row(const consent::GalleryName& gallery,
                                                                   std::uint64_t row) override;
  [[nodiscard]] Result<std::vector<gallery::Confusion>> confusions(const consent::GalleryName& gallery) override;
  [[nodiscard]] Result<void> put_confusion(const consent::GalleryName& gallery,
                                           const gallery::Confusion& confusion) override;
  [[nodiscard]] Result<void> put_offset(const consent::GalleryName& gallery, const consent::SubjectId& subject,
                                        float offset) override;

  // Lists for people to read.
  [[nodiscard]] Result<std::vector<consent::Subject>> subjects();
  /// By id, or by exact name when only one has it. Errors: not_found, invalid_input (several have that name).
  [[nodiscard]] Result<consent::Subject> find_subject(const std::string& id_or_name);
  [[nodiscard]] Result<std::vector<consent::Gallery>> galleries();
  [[nodiscard]] Result<std::vector<consent::Zone>> zones();
  [[nodiscard]] Result<std::vector<consent::Watchlist>> watchlists();
  /// Every version, oldest first: the reconstructible past of a list.
  [[nodiscard]] Result<std::vector<consent::Watchlist>> watchlist_versions(const consent::WatchlistId& id);
  /// What is held on a subject: rows without their sealed bytes.
  [[nodiscard]] Result<std::vector<gallery::SealedTemplate>> held(const consent::SubjectId& id);
  /// The same with sealed bytes and sealed images, of one gallery.
  [[nodiscard]] Result<std::vector<gallery::SealedTemplate>> rows(const consent::GalleryName& gallery,
                                                                  const consent::SubjectId& id) override;
  /// Erasures announced but not finished, because a crash came between or somebody holds on to an earlier state. A
  /// subject that is no longer there needs `finish_erasures` only.
  [[nodiscard]] Result<std::vector<consent::SubjectId>> unfinished_erasures();
  /// Makes deleted bytes go from every file, where that was not possible before. Done by `open` and by every erasure.
  [[nodiscard]] Result<void> finish_erasures();
  /// When and under which log entry a subject was erased; empty when it was not.
  [[nodiscard]] Result<std::optional<consent::EraseSubject>> erasure(const consent::SubjectId& id);
  /// Candidates for Register::expire: subjects with a consent that ended and was not dealt with, with rows that no
  /// consent covers, or with rows that may have outlived their retention.
  [[nodiscard]] Result<std::vector<consent::SubjectId>> expired(Timestamp now);
  /// A subject was matched in a gallery, for retention. Written once a minute at most.
  [[nodiscard]] Result<void> touch(const consent::SubjectId& id, const consent::GalleryName& gallery, Timestamp at);

  /// A consistent copy while others write, checked before it gets its name. An erasure waits for it. Errors besides:
  /// invalid_input (`target` exists).
  [[nodiscard]] Result<void> backup(const std::filesystem::path& target);
  /// Makes the database `target` from a backup, with everything of `since` erased or withdrawn again, and nothing of it
  /// left in the file. Errors besides: invalid_input (`target` exists), unsupported (made by a newer version).
  [[nodiscard]] static Result<void> restore(const std::filesystem::path& backup_file,
                                            const std::filesystem::path& target, const SinceBackup& since);

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace regard::store
