// What a subject, consent, gallery, zone or watchlist must be like in itself before it is added.
#include <algorithm>
#include <array>

#include "consent/logic/rules.h"

namespace regard::consent {
namespace {

constexpr std::size_t longest_name = 64;     // of galleries, zones and ids
constexpr std::size_t longest_actor = 128;   // as above, with room for an e-mail address
constexpr std::size_t longest_text = 4'096;  // free text in the records: more is a document, not a field
constexpr double largest_budget = 0.01;      // one false alert among 100 passers-by would be an alarm nobody believes

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_between(std::size_t value, std::size_t least, std::size_t most) { return value >= least && value <= most; }

/// The first demand that is not met becomes the error.
class Demands {
 public:
  explicit Demands(std::string doing) : doing_{std::move(doing)} {}
  Demands& demand(bool met, std::string_view cause, std::string_view remedy) {
    if (!met && !error_) error_ = Error{ErrorKind::invalid_input, doing_, std::string{cause}, std::string{remedy}};
    return *this;
  }
  [[nodiscard]] Result<void> result() const {
    if (error_) return tl::unexpected<Error>{*error_};
    return {};
  }

 private:
  std::string doing_;
  std::optional<Error> error_;
};

constexpr std::string_view plain_name_rule = "use 1 to 64 lower-case letters, digits, - and _";

bool are_plain(const std::set<ZoneName>& zones) {
  return std::ranges::all_of(zones, [](const ZoneName& zone) { return is_plain_name(zone.value); });
}

}  // namespace

bool is_plain_name(std::string_view text) {
  return is_between(text.size(), 1, longest_name) &&
         std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-' || c == '_'; });
}

bool is_digest(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::size_t count_letters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
    // Every character beyond ASCII counts once, at its first byte; bytes 10xxxxxx continue one (RFC 3629 section 3).
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 0xC0;
  }));
}

bool may_be_noted(EntryKind kind) {
  static constexpr std::array others{EntryKind::started,
                                     EntryKind::stopped,
                                     EntryKind::configuration_changed,
                                     EntryKind::login,
                                     EntryKind::exported,
                                     EntryKind::enrolled,
                                     EntryKind::matched,
                                     EntryKind::gallery_rekeyed,
                                     EntryKind::threshold_changed,
                                     EntryKind::gallery_migrated,
                                     EntryKind::mistake_noted,
                                     EntryKind::refused};
  return std::ranges::find(others, kind) != others.end();
}

Result<void> check(const Actor& actor) {
  const bool printable = std::ranges::all_of(actor.value, [](char c) { return c > ' ' && c < 0x7F; });
  return Demands{"recording who asks"}
      .demand(is_between(actor.value.size(), 1, longest_actor) && printable, "the actor has no plain name",
              "name it like cli:1000, operator:desk or camera:door, without blanks, at most 128 characters")
      .result();
}

Result<void> check(const Subject& subject) {
  return Demands{"adding a person"}
      .demand(is_plain_name(subject.id.value), "the id is not plain", plain_name_rule)
      .demand(count_letters(subject.name) > 0, "the name has no letters", "give the person's name")
      .demand(subject.name.size() <= longest_text, "the name is too long", "use at most 4,096 bytes")
      .result();
}

Result<void> check(const Consent& consent, Timestamp now) {
  const std::string& country = consent.jurisdiction;
  const auto fits = [](const std::string& text) { return is_between(text.size(), 1, longest_text); };
  return Demands{"granting consent " + consent.id.value}
      .demand(is_plain_name(consent.id.value), "the id is not plain", plain_name_rule)
      .demand(!consent.purposes.empty(), "no purpose is named", "name access, authentication or association")
      .demand(!consent.purposes.contains(Purpose::watchlist), "nobody consents to being watched for",
              "propose a watchlist on another legal basis instead")
      .demand(country.size() == 2 && std::ranges::all_of(country, is_upper), "the jurisdiction is not a country code",
              "give two capital letters (ISO 3166-1), for instance DE")
      .demand(fits(consent.controller), "no controller is named", "name who decides about the processing")
      .demand(fits(consent.policy_address), "the privacy notice has no address", "give the address of the notice")
      .demand(fits(consent.method), "how it was given is not said", "say paper, screen or web")
      .demand(consent.issued <= now, "it was issued in the future", "check the clock")
      .demand(consent.expires > consent.starts, "it ends before it starts", "give an end after the start")
      .demand(consent.expires > now, "it has expired already", "ask the person anew")
      .demand(consent.retention > Duration::zero(), "the retention is not above zero",
              "say for how long templates may be kept after the last match")
      .demand(consent.sensitive, "biometric data is marked as not sensitive",
              "leave the flag on: it is a special category (GDPR article 9)")
      .demand(!consent.withdrawn && !consent.purged, "it was withdrawn or has ended", "ask the person anew")
      .demand(!consent.receipt.empty(), "it has no signed receipt", "sign its receipt first")
      .result();
}

Result<void> check(const Gallery& gallery) {
  return Demands{"creating gallery " + gallery.name.value}
      .demand(is_plain_name(gallery.name.value), "the name is not plain", plain_name_rule)
      .demand(gallery.purpose != Purpose::association, "bodies are associated without a gallery",
              "choose access, authentication or watchlist")
      .demand(gallery.watchlist.has_value() == (gallery.purpose == Purpose::watchlist),
              "a watchlist belongs to a gallery for watchlists, and to no other", "propose the watchlist first")
      .demand(are_plain(gallery.zones), "a zone's name is not plain", plain_name_rule)
      .demand(gallery.cap > 0, "its cap is zero", "give the largest number of people")
      .result();
}

Result<void> check(const Zone& zone) {
  return Demands{"creating zone " + zone.name.value}
      .demand(is_plain_name(zone.name.value), "the name is not plain", plain_name_rule)
      .demand(!zone.cameras.contains(CameraName{}), "a camera has no name", "name every camera")
      .result();
}

Result<void> check(const Watchlist& watchlist, Timestamp now) {
  const double budget = watchlist.false_alert_budget;
  return Demands{"proposing watchlist " + watchlist.id.value}
      .demand(is_plain_name(watchlist.id.value), "the id is not plain", plain_name_rule)
      .demand(is_plain_name(watchlist.gallery.value), "the gallery's name is not plain", plain_name_rule)
      .demand(watchlist.basis != LegalBasis::consent, "nobody consents to being watched for",
              "name another legal basis")
      .demand(count_letters(watchlist.reason) >= shortest_legal_basis, "the legal basis is not written out",
              "write it in at least 20 letters")
      .demand(watchlist.reason.size() <= longest_text, "the written basis is too long", "keep it in the document")
      .demand(is_digest(watchlist.document_digest), "the document's digest is malformed",
              "give its SHA-256 as 64 lower-case hexadecimal digits")
      .demand(watchlist.until > now && watchlist.until <= now + longest_watchlist, "the end date is not within 90 days",
              "choose one; it can be renewed with fresh approvals")
      .demand(watchlist.cap > 0 && watchlist.cap <= largest_watchlist, "the cap is not between 1 and 2,000",
              "choose a smaller list")
      .demand(!watchlist.zones.empty() && are_plain(watchlist.zones), "no zones are named", "name where it applies")
      .demand(budget > 0 && budget <= largest_budget, "the false-alert budget is not above 0 and at most 0.01",
              "allow at most 1 false alert among 100 passers-by")
      .result();
}

}  // namespace regard::consent
