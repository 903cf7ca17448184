// How values of enumerations are written, in the log, the records and on the command line.
#include <array>

#include "consent/facts.h"

namespace regard::consent {
namespace {

/// Names in the order of the enumerators.
constexpr std::array<std::string_view, 4> purposes{"access", "authentication", "watchlist", "association"};
constexpr std::array<std::string_view, 6> bases{"consent",         "contract",    "legal_obligation",
                                                "vital_interests", "public_task", "legitimate_interests"};
constexpr std::array<std::string_view, 4> consent_states{"issued", "active", "withdrawn", "expired"};
constexpr std::array<std::string_view, 5> watchlist_states{"proposed", "active", "suspended", "expired", "closed"};
constexpr std::array<std::string_view, entry_kinds> kinds{
    "started",
    "stopped",
    "configuration_changed",
    "login",
    "exported",
    "evaluation_permitted",
    "subject_added",
    "consent_granted",
    "consent_withdrawn",
    "consent_expired",
    "retention_ended",
    "gallery_created",
    "gallery_rekeyed",
    "zone_created",
    "enrol_permitted",
    "enrolled",
    "verify_permitted",
    "identify_permitted",
    "associate_permitted",
    "reveal_permitted",
    "export_permitted",
    "matched",
    "refused",
    "erased",
    "watchlist_proposed",
    "watchlist_approved",
    "watchlist_activated",
    "watchlist_renewed",
    "watchlist_suspended",
    "watchlist_closed",
    "alert_judged",
    "threshold_changed",
    "gallery_migrated",
    "mistake_noted",
};
constexpr std::array<std::string_view, refusals> refusal_names{
    "unknown_subject",   "unknown_consent",     "unknown_gallery",    "unknown_zone",           "unknown_watchlist",
    "no_consent",        "consent_not_started", "consent_withdrawn",  "consent_expired",        "purpose_not_consented",
    "gallery_full",      "zone_not_in_gallery", "camera_not_in_zone", "watchlist_not_approved", "watchlist_suspended",
    "watchlist_expired", "watchlist_closed",    "watchlist_full",     "own_proposal",           "already_approved",
    "wrong_purpose",     "reason_too_short",    "digest_malformed",   "nothing_to_compare",
};
static_assert(kinds.size() == entry_kinds);
static_assert(bases.size() == static_cast<std::size_t>(LegalBasis::legitimate_interests) + 1);

template <typename Enum, std::size_t Size>
std::string_view name_of(Enum value, const std::array<std::string_view, Size>& names) {
  const auto index = static_cast<std::size_t>(value);
  return index < Size ? names[index] : std::string_view{"unknown"};
}

template <typename Enum, std::size_t Size>
std::optional<Enum> value_of(std::string_view name, const std::array<std::string_view, Size>& names) {
  for (std::size_t index = 0; index < Size; ++index) {
    if (names[index] == name) return static_cast<Enum>(index);
  }
  return {};
}

template <typename Enum, std::size_t Size>
Result<Enum> read(std::string_view name, const std::array<std::string_view, Size>& names, const std::string& what) {
  if (const std::optional<Enum> value = value_of<Enum>(name, names)) return *value;
  std::string known;
  for (const std::string_view each : names) known += (known.empty() ? "" : ", ") + std::string{each};
  return fail(ErrorKind::invalid_input, "reading the " + what + " \"" + std::string{name} + "\"",
              "there is no such " + what, "use one of " + known);
}

}  // namespace

std::string_view to_string(Purpose purpose) { return name_of(purpose, purposes); }
Result<Purpose> purpose_from(std::string_view name) { return read<Purpose>(name, purposes, "purpose"); }
std::string_view to_string(LegalBasis basis) { return name_of(basis, bases); }
Result<LegalBasis> legal_basis_from(std::string_view name) { return read<LegalBasis>(name, bases, "legal basis"); }
std::string_view to_string(ConsentState state) { return name_of(state, consent_states); }
std::string_view to_string(WatchlistState state) { return name_of(state, watchlist_states); }
std::string_view to_string(EntryKind kind) { return name_of(kind, kinds); }
std::optional<EntryKind> entry_kind_from(std::string_view name) { return value_of<EntryKind>(name, kinds); }
std::string_view to_string(Refusal refusal) { return name_of(refusal, refusal_names); }

}  // namespace regard::consent
