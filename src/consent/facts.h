// What is known about people and what they agreed to. Values; nothing here is biometric.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/core.h"

namespace regard::consent {

/// A text that names one kind of thing, so that two kinds cannot be mixed up.
template <typename Tag>
struct Text {
  std::string value;
  friend auto operator<=>(const Text&, const Text&) = default;
};
using SubjectId = Text<struct SubjectIdTag>;      ///< random: the pseudonym under which the log speaks of a person
using ConsentId = Text<struct ConsentIdTag>;      ///< random
using WatchlistId = Text<struct WatchlistIdTag>;  ///< random
using GalleryName = Text<struct GalleryNameTag>;  ///< lower-case letters, digits, - and _; at most 64
using ZoneName = Text<struct ZoneNameTag>;        ///< the same
/// Who asks: "cli:1000", "operator:...", "camera:...". Never a person in front of a camera.
using Actor = Text<struct ActorTag>;
/// Index of an entry in the transparency log, counted from 0.
struct EntryId {
  std::uint64_t value = 0;
  friend auto operator<=>(const EntryId&, const EntryId&) = default;
};

enum class Purpose { access, authentication, watchlist, association };
[[nodiscard]] std::string_view to_string(Purpose purpose);
/// Errors: invalid_input with the known names.
[[nodiscard]] Result<Purpose> purpose_from(std::string_view name);

/// Why processing is lawful: GDPR article 6(1) (a) to (f).
enum class LegalBasis {
  consent,
  contract,
  legal_obligation,
  vital_interests,
  public_task,
  legitimate_interests,
};
[[nodiscard]] std::string_view to_string(LegalBasis basis);
[[nodiscard]] Result<LegalBasis> legal_basis_from(std::string_view name);

/// A person that Regard knows, by the operator's words. Not biometric.
struct Subject {
  SubjectId id;
  std::string name;  ///< as the operator wrote it; kept in the records, never in the log
  Timestamp created;
};

enum class ConsentState { issued, active, withdrawn, expired };
[[nodiscard]] std::string_view to_string(ConsentState state);

/// What a person agreed to: the fields of a consent record in ISO/IEC TS 27560:2023.
struct Consent {
  ConsentId id;
  SubjectId subject;
  std::set<Purpose> purposes;  ///< never watchlist: nobody consents to being watched for
  LegalBasis basis = LegalBasis::consent;
  std::string jurisdiction;    ///< ISO 3166-1 alpha-2, e.g. "DE"
  std::string controller;      ///< who decides
  std::string policy_address;  ///< where the privacy notice is
  std::string method;          ///< how it was given: "paper", "screen", "web"
  Timestamp issued;
  Timestamp starts;       ///< active from
  Timestamp expires;      ///< active until
  Duration retention{};   ///< templates are erased so long after the last match, at the latest when it expires
  bool sensitive = true;  ///< biometric data is a special category
  std::string receipt;    ///< the signed receipt (JWS)
  std::optional<Timestamp> withdrawn;
  std::optional<Timestamp> purged;  ///< when its expiry was dealt with: logged, templates erased
};
/// The state at `now`: withdrawn wins, then expired, then issued (not started yet), else active.
[[nodiscard]] ConsentState state_of(const Consent& consent, Timestamp now);

/// Cameras between which no difference is made.
struct Zone {
  ZoneName name;
  std::set<CameraName> cameras{};  ///< empty: only pictures handed in by an actor, no camera
};

/// Templates of the people who may be looked for, for one purpose, in named zones.
struct Gallery {
  GalleryName name{};
  Purpose purpose{};
  std::set<ZoneName> zones{};
  std::uint64_t cap = 100'000;             ///< different subjects
  std::optional<WatchlistId> watchlist{};  ///< exactly when the purpose is `watchlist`
  Timestamp created{};
};

enum class WatchlistState { proposed, active, suspended, expired, closed };
[[nodiscard]] std::string_view to_string(WatchlistState state);

struct Approval {
  Actor approver;
  Timestamp at;
  friend bool operator==(const Approval&, const Approval&) = default;
};

/// Identification without the person's consent, fenced in. Every change makes a new version; all are kept.
struct Watchlist {
  WatchlistId id{};
  GalleryName gallery{};
  std::uint64_t version = 1;
  Actor proposer{};
  LegalBasis basis = LegalBasis::legal_obligation;  ///< never consent
  std::string reason{};                             ///< the written legal basis
  std::string document_digest{};                    ///< SHA-256 of the document, hexadecimal
  Timestamp proposed{};
  Timestamp until{};                  ///< at most 90 days after proposal or renewal
  std::uint64_t cap = 200;            ///< never above 2,000
  std::set<ZoneName> zones{};         ///< not empty
  double false_alert_budget = 1e-3;   ///< false alerts per passer-by compared
  std::vector<Approval> approvals{};  ///< of this version
  std::uint64_t compared = 0;         ///< passers-by since approval
  std::uint64_t false_alerts = 0;     ///< judged so by an operator
  bool suspended = false;
  bool closed = false;
};
[[nodiscard]] WatchlistState state_of(const Watchlist& watchlist, Timestamp now);

inline constexpr Duration longest_watchlist = std::chrono::hours{24 * 90};
inline constexpr std::uint64_t largest_watchlist = 2'000;
inline constexpr std::size_t approvals_needed = 2;

enum class Verdict { right, wrong };

/// Kinds of entries of the transparency log.
enum class EntryKind {
  started,
  stopped,
  configuration_changed,
  login,
  exported,
  evaluation_permitted,
  subject_added,
  consent_granted,
  consent_withdrawn,
  consent_expired,
  retention_ended,  ///< templates outlived the retention that was agreed; the consent itself may go on
  gallery_created,
  gallery_rekeyed,
  zone_created,
  enrol_permitted,
  enrolled,
  verify_permitted,
  identify_permitted,
  associate_permitted,
  reveal_permitted,
  export_permitted,
  matched,
  refused,
  erased,
  watchlist_proposed,
  watchlist_approved,
  watchlist_activated,
  watchlist_renewed,
  watchlist_suspended,
  watchlist_closed,
  alert_judged,
  threshold_changed,
  gallery_migrated,  ///< to templates of other networks
  mistake_noted,     ///< an operator said that a person who was named was somebody else
};
inline constexpr std::size_t entry_kinds = static_cast<std::size_t>(EntryKind::mistake_noted) + 1;
[[nodiscard]] std::string_view to_string(EntryKind kind);
[[nodiscard]] std::optional<EntryKind> entry_kind_from(std::string_view name);

/// Why a request is refused. One value for each rule.
enum class Refusal {
  unknown_subject,
  unknown_consent,
  unknown_gallery,
  unknown_zone,
  unknown_watchlist,
  no_consent,
  consent_not_started,
  consent_withdrawn,
  consent_expired,
  purpose_not_consented,
  gallery_full,
  zone_not_in_gallery,
  camera_not_in_zone,
  watchlist_not_approved,
  watchlist_suspended,
  watchlist_expired,
  watchlist_closed,
  watchlist_full,
  own_proposal,      ///< who proposed a watchlist cannot approve it
  already_approved,  ///< by the same person: two different ones are needed
  wrong_purpose,     ///< the gallery's purpose does not allow this operation
  reason_too_short,
  digest_malformed,    ///< not 64 lower-case hexadecimal digits: the log holds digests of reasons, never their text
  nothing_to_compare,  ///< nobody (1:1: not this subject) is enrolled: a template would be made for nothing
};
/// All of them, in order: for tests and documents that must miss none.
inline constexpr std::size_t refusals = static_cast<std::size_t>(Refusal::nothing_to_compare) + 1;
[[nodiscard]] std::string_view to_string(Refusal refusal);

// ---- Changes: what Records::apply is asked to make.

struct AddSubject {
  Subject subject;
};
struct AddConsent {
  Consent consent;
};
/// Marks the consent withdrawn and erases the subject's templates in `galleries`, in one transaction.
struct WithdrawConsent {
  ConsentId consent;
  SubjectId subject;
  Timestamp at;
  std::vector<Purpose> uncovered;  ///< purposes that no other active consent covers: templates of such galleries go
};
/// Erases facts, consents, keys, templates, images of a subject, in one transaction.
struct EraseSubject {
  SubjectId subject;
  EntryId entry;
  Timestamp at;
};
/// Announces an erasure before its log entry is written, so that it is finished after a crash.
struct IntendErasure {
  SubjectId subject;
};
struct AddGallery {
  Gallery gallery;
};
struct PutZone {
  Zone zone;
};
/// Erases templates (rows, images) of a subject in galleries of the purposes, in one transaction, because a consent
/// expired (its `purged` is set to `at`) or because they outlived their retention.
struct EraseTemplates {
  SubjectId subject;
  Timestamp at;
  std::vector<Purpose> purposes;
  std::optional<ConsentId> expired;
};
/// A new version of a watchlist; versions before it are kept. When it is closed the templates of its gallery are erased
/// in the same transaction: who is no longer looked for is forgotten.
struct PutWatchlist {
  Watchlist watchlist;
};
/// Counts passers-by compared, without a new version.
struct CountCompared {
  WatchlistId watchlist;
  std::uint64_t count = 0;
};

using Change = std::variant<AddSubject, AddConsent, WithdrawConsent, IntendErasure, EraseSubject, AddGallery, PutZone,
                            PutWatchlist, CountCompared, EraseTemplates>;

}  // namespace regard::consent
