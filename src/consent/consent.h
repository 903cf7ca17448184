// consent: who may be recognised, where, for what, until when.  Facts -> Permit   Pure; nobody is recognised here.
//
// Three files: facts.h (people, consents, galleries, watchlists), permits.h (the only keys to embed and gallery) and
// this one (the rules, the Gate that mints permits, the Register that changes facts).
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "consent/facts.h"    // IWYU pragma: export
#include "consent/permits.h"  // IWYU pragma: export
#include "core/core.h"

namespace regard::consent {

/// What happened, as the transparency log keeps it. Typed fields only: there is no place for a name, a template, a
/// pixel or free text. `digest` stands for text that is kept elsewhere (a reason, a document).
struct Entry {
  EntryKind kind{};
  Timestamp time;
  Actor actor;
  std::optional<SubjectId> subject{};
  std::optional<ConsentId> consent{};
  std::optional<GalleryName> gallery{};
  std::optional<ZoneName> zone{};
  std::optional<CameraName> camera{};
  std::optional<Purpose> purpose{};
  std::optional<WatchlistId> watchlist{};
  std::optional<Refusal> refusal{};
  std::optional<std::string> digest{};  ///< SHA-256, hexadecimal
  std::optional<std::uint64_t> count{};
  std::optional<EntryId> about{};  ///< an earlier entry that this one belongs to
};

/// Where entries go. Port: implemented by the transparency log. Any thread.
class Ledger {
 public:
  virtual ~Ledger() = default;
  /// Returns when the entry is durable. Errors: unavailable; then nothing was appended.
  [[nodiscard]] virtual Result<EntryId> append(const Entry& entry) = 0;
};

/// Where facts are kept. Port: implemented by the store. Any thread. Errors: unavailable.
class Records {
 public:
  virtual ~Records() = default;
  [[nodiscard]] virtual Result<std::optional<Subject>> subject(const SubjectId& id) = 0;
  /// All consents of a subject, oldest first, whatever their state.
  [[nodiscard]] virtual Result<std::vector<Consent>> consents(const SubjectId& id) = 0;
  [[nodiscard]] virtual Result<std::optional<Consent>> consent(const ConsentId& id) = 0;
  [[nodiscard]] virtual Result<std::optional<Gallery>> gallery(const GalleryName& name) = 0;
  [[nodiscard]] virtual Result<std::optional<Zone>> zone(const ZoneName& name) = 0;
  [[nodiscard]] virtual Result<std::optional<Watchlist>> watchlist(const WatchlistId& id) = 0;
  /// Different subjects enrolled in a gallery.
  [[nodiscard]] virtual Result<std::uint64_t> enrolled(const GalleryName& name) = 0;
  /// Whether the subject has a template in the gallery.
  [[nodiscard]] virtual Result<bool> is_enrolled(const SubjectId& id, const GalleryName& name) = 0;
  /// The last match or enrolment, whichever is later, among a subject's templates in galleries of a purpose; empty when
  /// there are none.
  [[nodiscard]] virtual Result<std::optional<Timestamp>> last_used(const SubjectId& id, Purpose purpose) = 0;
  /// Makes one change, whole or not at all, durable when it returns.
  [[nodiscard]] virtual Result<void> apply(const Change& change) = 0;
};

// ---- The rules: pure functions of facts and the time. An empty optional means "granted".

struct EnrolRequest {
  Actor actor;
  SubjectId subject;
  GalleryName gallery;
};
struct VerifyRequest {
  Actor actor;
  SubjectId subject;
  GalleryName gallery;
};
struct IdentifyRequest {
  Actor actor;
  GalleryName gallery;
  ZoneName zone;
  std::optional<CameraName> camera;  ///< none: a picture handed in by the actor
};
struct AssociateRequest {
  Actor actor;
  ZoneName zone;  ///< the site
  CameraName camera;
  std::string case_reason;    ///< at least ten letters
  std::string reason_digest;  ///< SHA-256 of it, hexadecimal: what the log keeps
};
struct RevealRequest {
  Actor actor;
  CameraName camera;
  std::string reason;         ///< at least ten letters
  std::string reason_digest;  ///< SHA-256 of it, hexadecimal: what the log keeps
};
/// Unsealing the images that are held on a person: for that person, or to embed them with another network.
struct ExportRequest {
  Actor actor;
  SubjectId subject;
};
/// Comparing pictures of a data set with each other to measure a network: nothing is enrolled, nobody is named.
struct EvaluateRequest {
  Actor actor;
  std::string data_set_digest;  ///< SHA-256 of the list of files, hexadecimal
  std::uint64_t templates = 0;  ///< at most so many are made
};

/// What the rules look at for one request; whoever calls them has fetched it. Absent facts are refused, never assumed.
struct Facts {
  std::optional<Subject> subject;
  std::vector<Consent> consents;
  std::optional<Gallery> gallery;
  std::optional<Zone> zone;
  std::optional<Watchlist> watchlist;  ///< of a gallery whose purpose is `watchlist`
  std::uint64_t enrolled = 0;          ///< different subjects in the gallery, or about to be under a live permit
  bool is_enrolled = false;            ///< the subject is one of them
};

[[nodiscard]] std::optional<Refusal> judge(const EnrolRequest& request, const Facts& facts, Timestamp now);
[[nodiscard]] std::optional<Refusal> judge(const VerifyRequest& request, const Facts& facts, Timestamp now);
[[nodiscard]] std::optional<Refusal> judge(const IdentifyRequest& request, const Facts& facts, Timestamp now);
[[nodiscard]] std::optional<Refusal> judge(const AssociateRequest& request, const Facts& facts, Timestamp now);
[[nodiscard]] std::optional<Refusal> judge(const RevealRequest& request, const Facts& facts, Timestamp now);
[[nodiscard]] std::optional<Refusal> judge(const ExportRequest& request, const Facts& facts, Timestamp now);
[[nodiscard]] std::optional<Refusal> judge(const EvaluateRequest& request, const Facts& facts, Timestamp now);

/// A refusal as an operator reads it: doing, cause and remedy.
[[nodiscard]] Error explain(Refusal refusal, const std::string& doing);

/// The only minter of permits. Fetches the facts, judges, appends to the ledger, and only then returns the permit; a
/// refusal is appended too. When the ledger cannot be written there is no permit. An identification on a watchlist is
/// counted as one passer-by compared. Internally locked: any thread.
class Gate final {
 public:
  /// All must outlive the gate.
  Gate(Records& records, Ledger& ledger, const Clock& clock);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  /// Errors: denied with the refusal's words; unavailable (records or ledger).
  [[nodiscard]] Result<EnrolPermit> enrol(const EnrolRequest& request);
  [[nodiscard]] Result<VerifyPermit> verify(const VerifyRequest& request);
  [[nodiscard]] Result<IdentifyPermit> identify(const IdentifyRequest& request);
  [[nodiscard]] Result<AssociatePermit> associate(const AssociateRequest& request);
  [[nodiscard]] Result<RevealPermit> reveal(const RevealRequest& request);
  [[nodiscard]] Result<ExportPermit> release(const ExportRequest& request);
  [[nodiscard]] Result<EvaluatePermit> evaluate(const EvaluateRequest& request);

 private:
  /// A place in a gallery that a live EnrolPermit may fill: permits handed out side by side do not pass the cap.
  struct Place {
    GalleryName gallery;
    SubjectId subject;
    Duration until{};
  };
  [[nodiscard]] Result<std::uint64_t> places_taken(const EnrolRequest& request, Duration elapsed);
  /// Appends what was judged: the entry when granted, a refusal otherwise.
  [[nodiscard]] Result<EntryId> enter(Entry entry, const std::optional<Refusal>& refusal, const std::string& doing);

  Records& records_;
  Ledger& ledger_;
  const Clock& clock_;
  std::mutex mutex_;  ///< of `places_`
  std::vector<Place> places_;
};

/// Changes the facts, each change judged, then appended to the ledger, then applied. Internally locked: any thread.
/// Errors of all: denied or invalid_input with the rule's words; unavailable (records or ledger).
class Register final {
 public:
  Register(Records& records, Ledger& ledger, const Clock& clock);
  Register(const Register&) = delete;
  Register& operator=(const Register&) = delete;

  /// `subject.id` must be new. The name goes to the records only.
  [[nodiscard]] Result<EntryId> add(const Actor& actor, const Subject& subject);
  /// `consent` as signed by `receipt`; its subject must exist.
  [[nodiscard]] Result<EntryId> grant(const Actor& actor, const Consent& consent);
  /// Ends a consent for good; templates that no other consent covers are erased in the same change.
  [[nodiscard]] Result<EntryId> withdraw(const Actor& actor, const ConsentId& consent);
  /// Erases everything held on a subject: facts, templates, images. The entry is appended first; its id is what the
  /// certificate names.
  [[nodiscard]] Result<EntryId> erase(const Actor& actor, const SubjectId& subject);
  /// Erases what has outlived its retention or consent. Returns the subjects touched. To be called often; a second call
  /// finds nothing to do.
  [[nodiscard]] Result<std::vector<SubjectId>> expire(std::span<const SubjectId> candidates);
  /// A watchlist's gallery is created after the list was proposed, with zones of the list.
  [[nodiscard]] Result<EntryId> create(const Actor& actor, const Gallery& gallery);
  [[nodiscard]] Result<EntryId> create(const Actor& actor, const Zone& zone);

  /// `watchlist.id` must be new; proposer, times, version and counts are set here.
  [[nodiscard]] Result<EntryId> propose(const Actor& actor, const Watchlist& watchlist);
  /// The second approval activates the list, or lets a suspended one go on, and counting starts afresh.
  [[nodiscard]] Result<EntryId> approve(const Actor& actor, const WatchlistId& id);
  /// A new end date, at most 90 days away; who renews is the new proposer, and both approvals must be given afresh.
  [[nodiscard]] Result<EntryId> renew(const Actor& actor, const WatchlistId& id, Timestamp until);
  [[nodiscard]] Result<EntryId> close(const Actor& actor, const WatchlistId& id);
  /// An operator judged an alert. Suspends the list when its budget is exceeded.
  [[nodiscard]] Result<EntryId> judge_alert(const Actor& actor, const WatchlistId& id, Verdict verdict);

  /// Writes an entry about something that changes no fact: start, stop, login, export, configuration, a match. Errors:
  /// invalid_input, for kinds that only Gate and Register write.
  [[nodiscard]] Result<EntryId> note(Entry entry);

 private:
  /// Appends a refusal and says it in words.
  [[nodiscard]] tl::unexpected<Error> refuse(Entry entry, Refusal refusal, const std::string& doing);
  /// Appends the entry, then applies the change.
  [[nodiscard]] Result<EntryId> make(const Entry& entry, const Change& change);
  [[nodiscard]] Result<Watchlist> open_watchlist(const Entry& entry, const WatchlistId& id, const std::string& doing);
  [[nodiscard]] Result<bool> expire_one(const SubjectId& id, Timestamp now);
  [[nodiscard]] Result<bool> end_retention(const SubjectId& id, const std::vector<Consent>& consents, Timestamp now);

  Records& records_;
  Ledger& ledger_;
  const Clock& clock_;
  std::mutex mutex_;  ///< one change at a time: what was judged is what is changed
};

/// The receipt's payload, as ISO/IEC TS 27560 asks, one JSON object in canonical form.
[[nodiscard]] std::string receipt_payload(const Consent& consent);

}  // namespace regard::consent
