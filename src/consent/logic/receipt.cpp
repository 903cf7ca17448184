// The receipt of ISO/IEC TS 27560:2023: header (6.3.3), processing (6.3.4), kinds of data (6.3.5), parties (6.3.6),
// events (6.3.7), and the receipt's own header (6.4.5).
#include <nlohmann/json.hpp>

#include "consent/consent.h"

namespace regard::consent {
namespace {

// Members sorted by name, no blanks, only strings, booleans and arrays: RFC 8785 form. nlohmann::json sorts by bytes,
// as RFC 8785 does for the ASCII names that occur here.
using Json = nlohmann::json;

constexpr std::string_view schema = "ISO/IEC TS 27560:2023";

/// ISO 8601 duration in whole seconds, what a retention is agreed in at most.
std::string iso_duration(Duration duration) {
  return "PT" + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) + "S";
}

Json event(const Consent& consent, Timestamp time, std::string_view state) {
  return {{"entity_id", consent.subject.value},
          {"event_state", state},
          {"event_time", to_rfc3339(time)},
          {"event_type", to_string(consent.basis)}};
}

Json events(const Consent& consent) {
  Json list = Json::array({event(consent, consent.issued, to_string(ConsentState::issued))});
  list[0]["valid_from"] = to_rfc3339(consent.starts);
  list[0]["valid_until"] = to_rfc3339(consent.expires);
  if (consent.withdrawn) list.push_back(event(consent, *consent.withdrawn, to_string(ConsentState::withdrawn)));
  return list;
}

Json processing(const Consent& consent) {
  Json agreed = Json::array();
  for (const Purpose purpose : consent.purposes) agreed.push_back(to_string(purpose));
  return {{"collection_method", consent.method},
          {"jurisdiction", consent.jurisdiction},
          {"lawful_basis", to_string(consent.basis)},
          {"pii_controllers", Json::array({consent.controller})},
          {"pii_information",
           Json::array({Json{{"pii_type", "biometric template"}, {"sensitive_pii_category", consent.sensitive}}})},
          {"privacy_notice", consent.policy_address},
          {"purposes", std::move(agreed)},
          {"retention_period", iso_duration(consent.retention)}};
}

}  // namespace

std::string receipt_payload(const Consent& consent) {
  const Json receipt{{"events", events(consent)},
                     {"pii_principal_id", consent.subject.value},
                     {"pii_processing", processing(consent)},
                     {"receipt_id", consent.id.value},
                     {"receipt_schema_version", schema},
                     {"record_id", consent.id.value},
                     {"record_schema_version", schema},
                     {"state", to_string(consent.withdrawn ? ConsentState::withdrawn : ConsentState::issued)}};
  // Broken UTF-8 in what an operator typed must not make a receipt impossible.
  return receipt.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace regard::consent
