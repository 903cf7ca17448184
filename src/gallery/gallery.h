// gallery: templates kept so that they are worth nothing to a thief, and who it is.  Template + Permit -> Identity
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "consent/consent.h"
#include "core/core.h"
#include "crypto/crypto.h"
#include "embed/embed.h"

namespace regard::gallery {

/// A template at rest: rotated by the gallery's secret, then sealed under its subject's key.
struct SealedTemplate {
  std::uint64_t row = 0;  ///< the store's number, never used again; 0 before it is stored
  consent::SubjectId subject;
  consent::GalleryName gallery;
  embed::TemplateVersion version;
  consent::EntryId entry;  ///< of the permit under which it was enrolled
  Timestamp enrolled;
  crypto::Bytes sealed;
  crypto::Bytes sealed_image;  ///< the source image under the subject's key; empty when the operator does not keep it
};

/// When a row may be searched: as long as its subject's consent to the gallery's purpose lasts.
struct SearchableRow {
  SealedTemplate sealed;
  crypto::Bytes wrapped_key;  ///< the subject's key under the master key
  Timestamp from;
  Timestamp until;
  float offset = 0;  ///< subtracted from this subject's scores: "not this person" said about strangers
};

/// What changed in a gallery since some revision.
struct RowChanges {
  std::uint64_t revision = 0;
  std::vector<SearchableRow> put;      ///< new, or with other dates: replaces the row of that number
  std::vector<std::uint64_t> removed;  ///< row numbers
};

/// Two enrolled people who were taken for each other: the pair's scores are lowered by `offset`.
struct Confusion {
  consent::SubjectId claimed;
  consent::SubjectId truly;
  float offset = 0;
};

/// What Vault needs to know of a gallery to open it.
struct GallerySecret {
  crypto::Bytes sealed_seed;       ///< of the rotation, under the master key
  embed::TemplateVersion version;  ///< empty until the first enrolment
  float threshold = 0;             ///< site threshold for one comparison; 0: the network's default
  friend bool operator==(const GallerySecret&, const GallerySecret&) = default;
};

/// A row, as a move to other networks sees it.
struct RenewableRow {
  std::uint64_t row = 0;
  consent::SubjectId subject;
  bool has_image = false;
  bool renewed = false;  ///< its new template is kept beside it
};

/// Where sealed rows are kept. Port: implemented by the store. Any thread. Errors: unavailable (disk).
class Rows {
 public:
  virtual ~Rows() = default;
  [[nodiscard]] virtual Result<std::optional<GallerySecret>> secret(const consent::GalleryName& gallery) = 0;
  /// A gallery's first secret. Errors besides: invalid_input (it has one), not_found (no such gallery).
  [[nodiscard]] virtual Result<void> create_secret(const consent::GalleryName& gallery,
                                                   const GallerySecret& secret) = 0;
  /// Another version or threshold, the seed being the same, where the secret is still `read`. Errors besides:
  /// unavailable (it is not: read it again).
  [[nodiscard]] virtual Result<void> change_secret(const consent::GalleryName& gallery, const GallerySecret& read,
                                                   const GallerySecret& secret) = 0;
  /// The subject's key under the master key; empty when there is none yet.
  [[nodiscard]] virtual Result<std::optional<crypto::Bytes>> wrapped_key(const consent::SubjectId& subject) = 0;
  /// Stores rows of one subject in one gallery, and its wrapped key when it is new, in one transaction; durable when it
  /// returns. `sealed_seed` is that of the secret that the rows are protected with. Refuses (denied) when the subject
  /// was erased or its consent withdrawn meanwhile, or the gallery is full; unavailable when the gallery has another
  /// seed or the subject another key meanwhile.
  [[nodiscard]] virtual Result<void> add(const consent::SubjectId& subject, const crypto::Bytes& wrapped_key,
                                         const crypto::Bytes& sealed_seed, std::span<const SealedTemplate> rows) = 0;
  /// Replaces the sealed bytes of all rows and the gallery's secret (re-keying), in one transaction, where the secret
  /// is still `read` and no other row is there. Errors besides: unavailable (there is).
  [[nodiscard]] virtual Result<void> replace(const consent::GalleryName& gallery, const GallerySecret& read,
                                             const GallerySecret& secret, std::span<const SealedTemplate> rows) = 0;
  /// Everything after `revision` (0: everything), without sealed images. Cheap when nothing changed.
  [[nodiscard]] virtual Result<RowChanges> changes(const consent::GalleryName& gallery, std::uint64_t revision) = 0;
  /// One row of a gallery, without its sealed image; empty when it is not there (any more).
  [[nodiscard]] virtual Result<std::optional<SealedTemplate>> row(const consent::GalleryName& gallery,
                                                                  std::uint64_t row) = 0;
  /// All rows of one subject in a gallery, with their sealed images, oldest first.
  [[nodiscard]] virtual Result<std::vector<SealedTemplate>> rows(const consent::GalleryName& gallery,
                                                                 const consent::SubjectId& subject) = 0;
  /// The secret under which a gallery's templates are being made anew; empty when they are not.
  [[nodiscard]] virtual Result<std::optional<GallerySecret>> renewal(const consent::GalleryName& gallery) = 0;
  /// Begins a move to the version of `secret`, and forgets what an earlier one made.
  [[nodiscard]] virtual Result<void> begin_renewal(const consent::GalleryName& gallery,
                                                   const GallerySecret& secret) = 0;
  /// Every row of a gallery, in the order of their numbers.
  [[nodiscard]] virtual Result<std::vector<RenewableRow>> renewable(const consent::GalleryName& gallery) = 0;
  /// Keeps the sealed bytes of `rows`, all of one subject, beside those that are in use; durable when it returns.
  /// Errors besides: unavailable (another move was begun, or the subject erased, meanwhile).
  [[nodiscard]] virtual Result<void> add_renewed(const consent::GalleryName& gallery, const crypto::Bytes& sealed_seed,
                                                 std::span<const SealedTemplate> rows) = 0;
  /// Puts all that was made anew in the place of the old, in one transaction, where the secret is still `read`, the
  /// move is still that of `sealed_seed` and every row was renewed. Returns how many. Errors besides: unavailable (it
  /// is not).
  [[nodiscard]] virtual Result<std::uint64_t> finish_renewal(const consent::GalleryName& gallery,
                                                             const GallerySecret& read,
                                                             const crypto::Bytes& sealed_seed) = 0;
  /// Galleries that have a secret: opening a vault tries the master key on one of them.
  [[nodiscard]] virtual Result<std::vector<consent::GalleryName>> with_secret() = 0;
  [[nodiscard]] virtual Result<std::vector<Confusion>> confusions(const consent::GalleryName& gallery) = 0;
  [[nodiscard]] virtual Result<void> put_confusion(const consent::GalleryName& gallery, const Confusion& confusion) = 0;
  [[nodiscard]] virtual Result<void> put_offset(const consent::GalleryName& gallery, const consent::SubjectId& subject,
                                                float offset) = 0;
};

class Vault;

/// Who it is: concluded by the vault under a permit, and by nobody else. Immutable; may be passed on.
class Identity {
 public:
  [[nodiscard]] const consent::SubjectId& subject() const { return subject_; }
  [[nodiscard]] const consent::GalleryName& gallery() const { return gallery_; }
  [[nodiscard]] consent::EntryId entry() const { return entry_; }  ///< of the permit that was spent
  [[nodiscard]] float score() const { return score_; }             ///< cosine, after offsets
  /// To the second best subject, or to the lowest score that was looked for when nobody came near; 1:1: to the
  /// threshold.
  [[nodiscard]] float margin() const { return margin_; }
  [[nodiscard]] float threshold() const { return threshold_; }

 private:
  friend class Vault;
  Identity(consent::SubjectId subject, consent::GalleryName gallery, consent::EntryId entry, float score, float margin,
           float threshold)
      : subject_{std::move(subject)},
        gallery_{std::move(gallery)},
        entry_{entry},
        score_{score},
        margin_{margin},
        threshold_{threshold} {}
  consent::SubjectId subject_;
  consent::GalleryName gallery_;
  consent::EntryId entry_;
  float score_;
  float margin_;
  float threshold_;
};

/// What an enrolment did.
struct Enrolment {
  std::size_t templates = 0;
  /// An already enrolled subject who looks the same (duplicate check); the enrolment was refused because of it unless
  /// `EnrolOptions::accept_duplicate`.
  std::optional<consent::SubjectId> duplicate;
};

struct EnrolOptions {
  bool accept_duplicate = false;
  std::vector<crypto::SecretBytes>
      images;  ///< encoded source images to keep sealed, parallel to the templates, or none
};

/// A move of a gallery to other networks.
struct Migration {
  embed::TemplateVersion from;  ///< empty: nobody is enrolled
  std::uint64_t templates = 0;
  std::uint64_t renewed = 0;                      ///< of them
  std::vector<consent::SubjectId> waiting;        ///< have pictures of which templates can be made anew
  std::vector<consent::SubjectId> without_image;  ///< have a template whose picture was not kept
};

struct Thresholds {
  float verify = 0.0F;   ///< 1:1; 0: the version's default
  double fmr = 1e-4;     ///< false matches per comparison that a default threshold is chosen for
  float margin = 0.04F;  ///< 1:N: to the second best subject
};

/// The threshold for a 1:N search of `size` subjects so that the whole search has the false match rate of one
/// comparison at `fmr`: ISO/IEC 19795-1's bound FPIR <= 1 - (1 - FMR)^N solved for FMR, on the network's measured tail
/// of non-mated scores.
[[nodiscard]] float threshold_for(const embed::TemplateVersion& version, double fmr, std::uint64_t size);

/// Owner of galleries: of their secret rotations, their subjects' keys and their search indexes, which follow the store
/// by themselves. Internally locked: any thread.
class Vault {
 public:
  struct Options {
    Thresholds thresholds;
    int threads = 1;  ///< of one search
    /// Galleries with more templates keep no exact values in memory, but read those that matter from the store.
    std::size_t most_exact = 50'000;
  };
  /// `rows` and `clock` must outlive it. Errors: corrupt (wrong master key, when any secret is there).
  [[nodiscard]] static Result<std::unique_ptr<Vault>> open(Rows& rows, crypto::SecretBytes master, const Clock& clock,
                                                           const Options& options);
  ~Vault();

  /// Gives a new gallery its secret. Errors: invalid_input (it has one).
  [[nodiscard]] Result<void> create(const consent::GalleryName& gallery);

  /// Spends the permit. Errors: denied (permit or templates of another permit, subject erased meanwhile), invalid_input
  /// (no template; other version than the gallery's: migrate), limit; a duplicate is told in the Enrolment.
  [[nodiscard]] Result<Enrolment> enrol(consent::EnrolPermit permit, std::vector<embed::Template> templates,
                                        EnrolOptions options = {});
  /// Spends the permit. Several probes (frames of one track) are fused. Empty: no match.
  [[nodiscard]] Result<std::optional<Identity>> verify(consent::VerifyPermit permit,
                                                       std::vector<embed::Template> probes);
  /// Spends the permit. Empty: nobody who may be recognised; nothing of the probe is kept.
  [[nodiscard]] Result<std::optional<Identity>> identify(consent::IdentifyPermit permit,
                                                         std::vector<embed::Template> probes);

  /// An operator says that `claimed` was somebody else: `truly` when that person is enrolled too.
  /// Returns by how much that lowers the score now.
  [[nodiscard]] Result<float> not_this_person(const consent::GalleryName& gallery, const consent::SubjectId& claimed,
                                              const std::optional<consent::SubjectId>& truly);
  /// New secret rotation: templates that leaked before can no longer be compared with the gallery.
  [[nodiscard]] Result<std::uint64_t> rekey(const consent::GalleryName& gallery);
  /// Spends the permit: the kept source images of its subject in one gallery, unsealed, to hand to that person or to
  /// embed anew.
  [[nodiscard]] Result<std::vector<crypto::SecretBytes>> images(consent::ExportPermit permit,
                                                                const consent::GalleryName& gallery);
  /// Begins to move a gallery to the networks `to`, or goes on where an earlier call or process was interrupted; a move
  /// to yet other networks that was not finished is forgotten. Changes nothing when the gallery is empty or of that
  /// version already.
  [[nodiscard]] Result<Migration> migration(const consent::GalleryName& gallery, const embed::TemplateVersion& to);
  /// Spends the permit, while such a move goes on: new templates for all rows of its subject, in the order of `images`.
  /// They are kept beside those in use until `finish_migration`. Errors: denied, invalid_input (not as many templates
  /// as images, a row without an image, another version than that of the move), unavailable (no such move any more, or
  /// the subject was erased meanwhile).
  [[nodiscard]] Result<void> renew(consent::EnrolPermit permit, std::vector<embed::Template> templates);
  /// Puts what was renewed in the place of the old, under a new rotation, in one transaction; the site's threshold goes
  /// back to the default. Returns the number of rows. Errors: invalid_input (no move was begun), unavailable (a row was
  /// not renewed; what was renewed is kept).
  [[nodiscard]] Result<std::uint64_t> finish_migration(const consent::GalleryName& gallery);
  /// Site threshold for one comparison (regard calibrate).
  [[nodiscard]] Result<void> set_threshold(const consent::GalleryName& gallery, float threshold);

 private:
  struct State;
  explicit Vault(std::unique_ptr<State> state);
  [[nodiscard]] static Result<crypto::SecretBytes> fused(std::span<const embed::Template> templates);
  template <typename Permit, typename Look>
  [[nodiscard]] Result<std::optional<Identity>> conclude(const std::string& doing, const Permit& permit,
                                                         std::span<const embed::Template> probes, Look look);
  std::unique_ptr<State> state_;
};

}  // namespace regard::gallery
