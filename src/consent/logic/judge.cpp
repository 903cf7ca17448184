// The rules of permits. Each function reads as the list of its refusals, the first that applies first.
#include <algorithm>

#include "consent/logic/rules.h"

namespace regard::consent {
namespace {

bool needs_consent(Purpose purpose) { return purpose == Purpose::access || purpose == Purpose::authentication; }

/// Empty when some consent covers the purpose now. Otherwise the newest one that names the purpose gives the reason, as
/// that is what the person agreed to last.
std::optional<Refusal> judge_consents(const std::vector<Consent>& consents, Purpose purpose, Timestamp now) {
  if (consents.empty()) return Refusal::no_consent;
  const Consent* newest = nullptr;
  for (const Consent& consent : consents) {
    if (!consent.purposes.contains(purpose)) continue;
    if (state_of(consent, now) == ConsentState::active) return {};
    if (newest == nullptr || consent.issued >= newest->issued) newest = &consent;
  }
  if (newest == nullptr) return Refusal::purpose_not_consented;
  switch (state_of(*newest, now)) {
    case ConsentState::issued:
      return Refusal::consent_not_started;
    case ConsentState::withdrawn:
      return Refusal::consent_withdrawn;
    default:
      return Refusal::consent_expired;
  }
}

/// Of a gallery whose purpose is `watchlist`. The list must speak of this very gallery.
std::optional<Refusal> judge_list(const Gallery& gallery, const std::optional<Watchlist>& watchlist, Timestamp now) {
  if (!watchlist || gallery.watchlist != watchlist->id || watchlist->gallery != gallery.name)
    return Refusal::unknown_watchlist;
  return judge(*watchlist, now);
}

std::optional<Refusal> judge_cap(const Gallery& gallery, const Facts& facts) {
  // Another template of somebody who is in the gallery fills no new place.
  if (facts.is_enrolled) return {};
  if (gallery.purpose == Purpose::watchlist &&
      facts.enrolled >= std::min<std::uint64_t>(facts.watchlist->cap, largest_watchlist))
    return Refusal::watchlist_full;
  if (facts.enrolled >= gallery.cap) return Refusal::gallery_full;
  return {};
}

std::optional<Refusal> judge_reason(std::string_view reason, std::string_view digest) {
  if (count_letters(reason) < shortest_reason) return Refusal::reason_too_short;
  if (!is_digest(digest)) return Refusal::digest_malformed;
  return {};
}

}  // namespace

Timestamp granted_until(const Facts& facts, Timestamp now) {
  if (facts.gallery->purpose == Purpose::watchlist) return facts.watchlist->until;
  Timestamp until = now;
  for (const Consent& consent : facts.consents) {
    if (state_of(consent, now) == ConsentState::active && consent.purposes.contains(facts.gallery->purpose))
      until = std::max(until, consent.expires);
  }
  return until;
}

std::optional<Refusal> judge(const EnrolRequest& /*request*/, const Facts& facts, Timestamp now) {
  if (!facts.subject) return Refusal::unknown_subject;
  if (!facts.gallery) return Refusal::unknown_gallery;
  const Gallery& gallery = *facts.gallery;
  if (gallery.purpose == Purpose::association) return Refusal::wrong_purpose;
  const std::optional<Refusal> refusal = needs_consent(gallery.purpose)
                                             ? judge_consents(facts.consents, gallery.purpose, now)
                                             : judge_list(gallery, facts.watchlist, now);
  return refusal ? refusal : judge_cap(gallery, facts);
}

std::optional<Refusal> judge(const VerifyRequest& /*request*/, const Facts& facts, Timestamp now) {
  if (!facts.subject) return Refusal::unknown_subject;
  if (!facts.gallery) return Refusal::unknown_gallery;
  // 1:1 means that a person claims who they are. Nobody claims to be on a watchlist.
  if (!needs_consent(facts.gallery->purpose)) return Refusal::wrong_purpose;
  if (const auto refusal = judge_consents(facts.consents, facts.gallery->purpose, now)) return refusal;
  if (!facts.is_enrolled) return Refusal::nothing_to_compare;
  return {};
}

std::optional<Refusal> judge(const IdentifyRequest& request, const Facts& facts, Timestamp now) {
  if (!facts.gallery) return Refusal::unknown_gallery;
  const Gallery& gallery = *facts.gallery;
  // Authentication is 1:1 by definition, association compares bodies without a gallery.
  if (gallery.purpose != Purpose::access && gallery.purpose != Purpose::watchlist) return Refusal::wrong_purpose;
  if (!facts.zone) return Refusal::unknown_zone;
  if (!gallery.zones.contains(request.zone)) return Refusal::zone_not_in_gallery;
  if (request.camera && !facts.zone->cameras.contains(*request.camera)) return Refusal::camera_not_in_zone;
  if (gallery.purpose == Purpose::watchlist) {
    if (const auto refusal = judge_list(gallery, facts.watchlist, now)) return refusal;
    if (!facts.watchlist->zones.contains(request.zone)) return Refusal::zone_not_in_gallery;
  }
  // A template of a passer-by that can match nobody must not be made.
  if (facts.enrolled == 0) return Refusal::nothing_to_compare;
  return {};
}

std::optional<Refusal> judge(const AssociateRequest& request, const Facts& facts, Timestamp /*now*/) {
  if (!facts.zone) return Refusal::unknown_zone;
  if (!facts.zone->cameras.contains(request.camera)) return Refusal::camera_not_in_zone;
  return judge_reason(request.case_reason, request.reason_digest);
}

std::optional<Refusal> judge(const RevealRequest& request, const Facts& /*facts*/, Timestamp /*now*/) {
  return judge_reason(request.reason, request.reason_digest);
}

std::optional<Refusal> judge(const ExportRequest& /*request*/, const Facts& facts, Timestamp /*now*/) {
  // A person may see what is held on them whatever became of their consent.
  if (!facts.subject) return Refusal::unknown_subject;
  return {};
}

std::optional<Refusal> judge(const EvaluateRequest& request, const Facts& /*facts*/, Timestamp /*now*/) {
  if (!is_digest(request.data_set_digest)) return Refusal::digest_malformed;
  if (request.templates == 0) return Refusal::nothing_to_compare;
  return {};
}

}  // namespace regard::consent
