// store: the ports of consent and gallery on SQLite. One file, one writer at a time, nothing biometric in clear.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "consent/consent.h"
#include "core/core.h"
#include "crypto/crypto.h"
#include "gallery/gallery.h"

namespace regard::store {

/// One database. Any thread; several processes may have it open. WAL, foreign keys, secure_delete, synchronous FULL.
/// Errors of all calls: unavailable (disk full, read-only, busy for too long), corrupt.
class Database final : public consent::Records, public gallery::Rows {
 public:
  /// Makes the file and runs the migrations that it lacks. Errors: unavailable, corrupt, unsupported (made by a newer
  /// version).
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file);
  ~Database() override;

  // consent::Records
  [[nodiscard]] Result<std::optional<consent::Subject>> subject(const consent::SubjectId& id) override;
  [[nodiscard]] Result<std::vector<consent::Consent>> consents(const consent::SubjectId& id) override;
  [[nodiscard]] Result<std::optional<consent::Consent>> consent(const consent::ConsentId& id) override;
  [[nodiscard]] Result<std::optional<consent::Gallery>> gallery(const consent::GalleryName& name) override;
  [[nodiscard]] Result<std::optional<consent::Zone>> zone(const consent::ZoneName& name) override;
  [[nodiscard]] Result<std::optional<consent::Watchlist>> watchlist(const consent::WatchlistId& id) override;
  [[nodiscard]] Result<std::uint64_t> enrolled(const consent::GalleryName& name) override;
  [[nodiscard]] Result<void> apply(const consent::Change& change) override;

  // gallery::Rows
  [[nodiscard]] Result<std::optional<gallery::GallerySecret>> secret(const consent::GalleryName& gallery) override;
  [[nodiscard]] Result<void> put_secret(const consent::GalleryName& gallery,
                                        const gallery::GallerySecret& secret) override;
  [[nodiscard]] Result<std::optional<crypto::Bytes>> wrapped_key(const consent::SubjectId& subject) override;
  [[nodiscard]] Result<void> add(const consent::SubjectId& subject, const crypto::Bytes& wrapped_key,
                                 std::span<const gallery::SealedTemplate> rows) override;
  [[nodiscard]] Result<void> replace(const consent::GalleryName& gallery, const gallery::GallerySecret& secret,
                                     std::span<const gallery::SealedTemplate> rows) override;
  [[nodiscard]] Result<gallery::RowChanges> changes(const consent::GalleryName& gallery,
                                                    std::uint64_t revision) override;
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
  /// Erasures announced but not finished: a crash came between.
  [[nodiscard]] Result<std::vector<consent::SubjectId>> unfinished_erasures();
  /// Subjects with a consent that ended before `now` and rows that no other consent covers.
  [[nodiscard]] Result<std::vector<consent::SubjectId>> expired(Timestamp now);
  /// The last match of a subject, for retention.
  [[nodiscard]] Result<void> touch(const consent::SubjectId& id, Timestamp at);

  /// A consistent copy while others write.
  [[nodiscard]] Result<void> backup(const std::filesystem::path& target);

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace regard::store
