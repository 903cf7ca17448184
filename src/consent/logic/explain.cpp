// Refusals in an operator's words.
#include <array>

#include "consent/consent.h"

namespace regard::consent {
namespace {

struct Words {
  Refusal refusal;
  std::string_view cause;
  std::string_view remedy;
};

constexpr std::array<Words, refusals> all_words{{
    {Refusal::unknown_subject, "no such person is known", "add the person, or check the id"},
    {Refusal::unknown_consent, "no such consent is known", "check the id"},
    {Refusal::unknown_gallery, "no such gallery exists", "create the gallery, or check its name"},
    {Refusal::unknown_zone, "no such zone exists", "create the zone, or check its name"},
    {Refusal::unknown_watchlist, "no such watchlist exists", "propose it, or check its id"},
    {Refusal::no_consent, "the person has given no consent", "ask the person and record the consent"},
    {Refusal::consent_not_started, "the consent has not started yet", "wait until it starts"},
    {Refusal::consent_withdrawn, "the person withdrew the consent", "respect it; only the person can consent anew"},
    {Refusal::consent_expired, "the consent has expired", "ask the person anew"},
    {Refusal::purpose_not_consented, "the person did not consent to this purpose", "ask the person about it"},
    {Refusal::gallery_full, "the gallery's cap is reached", "erase people who left, or use another gallery"},
    {Refusal::zone_not_in_gallery, "the gallery does not apply in this zone", "use a zone of the gallery"},
    {Refusal::camera_not_in_zone, "the camera is not in this zone", "use a camera of the zone"},
    {Refusal::watchlist_not_approved, "the watchlist lacks approvals",
     "let two people who did not propose it approve it"},
    {Refusal::watchlist_suspended, "the watchlist is suspended: too many false alerts",
     "let two people approve it afresh, or close it"},
    {Refusal::watchlist_expired, "the watchlist has ended", "renew it and let two people approve it, or close it"},
    {Refusal::watchlist_closed, "the watchlist is closed", "propose a new one"},
    {Refusal::watchlist_full, "the watchlist's cap is reached", "remove people first"},
    {Refusal::own_proposal, "who proposed or renewed a watchlist cannot approve it", "let somebody else approve it"},
    {Refusal::already_approved, "this approval is there already", "let a second person approve it"},
    {Refusal::wrong_purpose, "the gallery's purpose does not allow this", "use a gallery made for this purpose"},
    {Refusal::reason_too_short, "the reason is too short", "write at least ten letters"},
    {Refusal::digest_malformed, "a digest is not SHA-256 in hexadecimal", "give 64 lower-case hexadecimal digits"},
    {Refusal::nothing_to_compare, "there is nothing to compare with", "enrol somebody first"},
}};

constexpr bool in_order() {
  for (std::size_t index = 0; index < all_words.size(); ++index) {
    if (static_cast<std::size_t>(all_words[index].refusal) != index) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

Error explain(Refusal refusal, const std::string& doing) {
  const Words& words = all_words[static_cast<std::size_t>(refusal)];
  return Error{ErrorKind::denied, doing, std::string{words.cause}, std::string{words.remedy}};
}

}  // namespace regard::consent
