#include "app/rights.h"

#include <nlohmann/json.hpp>

#include "app/people_commands.h"

namespace regard::app {
namespace {

/// What the receipt says when the operator does not: true, but a real site should say who it is.
constexpr const char* unnamed_controller = "the operator of this installation";
constexpr const char* unnamed_policy = "ask the operator of this installation";

Result<consent::Consent> read(const ConsentWishes& wishes, const consent::SubjectId& subject, Timestamp now) {
  consent::Consent consent;
  consent.id = {crypto::random_id("consent_")};
  consent.subject = subject;
  for (const std::string& name : wishes.purposes) {
    auto purpose = consent::purpose_from(name);
    if (!purpose) return pass_on(std::move(purpose));
    consent.purposes.insert(*purpose);
  }
  auto basis = consent::legal_basis_from(wishes.basis);
  if (!basis) return pass_on(std::move(basis));
  consent.basis = *basis;
  consent.jurisdiction = wishes.jurisdiction;
  consent.controller = wishes.controller.empty() ? unnamed_controller : wishes.controller;
  consent.policy_address = wishes.policy.empty() ? unnamed_policy : wishes.policy;
  consent.method = wishes.method;
  consent.issued = now;
  consent.starts = now;
  if (!wishes.from.empty()) {
    auto from = time_from(wishes.from, now);
    if (!from) return pass_on(std::move(from));
    consent.starts = *from;
  }
  auto until = time_from(wishes.until, now);
  if (!until) return pass_on(std::move(until));
  consent.expires = *until;
  auto retention = duration_from(wishes.retention);
  if (!retention) return pass_on(std::move(retention));
  consent.retention = *retention;
  return consent;
}

}  // namespace

Result<Granted> grant_consent(DataFolder& data, const consent::Actor& actor, const consent::SubjectId& subject,
                              const ConsentWishes& wishes) {
  auto consent = read(wishes, subject, data.clock().now());
  if (!consent) return pass_on(std::move(consent));
  consent->receipt = crypto::sign_jws(data.receipt_key(), consent::receipt_payload(*consent), "consent-receipt+jws");
  auto entry = data.facts().grant(actor, *consent);
  if (!entry) return pass_on(std::move(entry));
  return Granted{std::move(*consent), *entry};
}

Result<consent::EntryId> propose_watchlist(DataFolder& data, const consent::Actor& actor,
                                           const consent::Watchlist& list) {
  if (auto zones = make_zones(data, actor, list.zones); !zones) return pass_on(std::move(zones));
  auto entry = data.facts().propose(actor, list);
  if (!entry) return entry;
  auto made = create_gallery(data, actor,
                             {.name = list.gallery,
                              .purpose = consent::Purpose::watchlist,
                              .zones = list.zones,
                              .cap = list.cap,
                              .watchlist = list.id});
  if (!made) return made;
  return entry;
}

Result<Erased> erase_person(DataFolder& data, const consent::Actor& actor, const consent::SubjectId& subject) {
  auto entry = data.facts().erase(actor, subject);
  if (!entry) return pass_on(std::move(entry));
  auto head = data.log().head();
  if (!head) return pass_on(std::move(head));
  const nlohmann::json payload{{"subject", subject.value},
                               {"erased", to_rfc3339(data.clock().now())},
                               {"entry", entry->value},
                               {"tree_size", head->size},
                               {"tree_root", crypto::to_hex(head->root)}};
  return Erased{*entry, crypto::sign_jws(data.receipt_key(), payload.dump(), "erasure-certificate+jws")};
}

}  // namespace regard::app
