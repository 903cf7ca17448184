#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "consent/consent.h"
#include "consent_memory.h"

namespace regard::consent {
namespace {

constexpr Timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};

TEST(Receipt, is_canonical_json_with_the_fields_of_the_standard) {
  Consent consent = testing::valid_consent("consent_1", {"person_1"}, now);
  consent.expires = now + std::chrono::hours{24};
  consent.retention = std::chrono::hours{1};
  // Written by hand, members in order, no blanks: what is signed must not depend on a library's whims.
  EXPECT_EQ(
      receipt_payload(consent),
      R"({"events":[{"entity_id":"person_1","event_state":"issued","event_time":"2026-03-01T00:00:00.000Z",)"
      R"("event_type":"consent","valid_from":"2026-03-01T00:00:00.000Z","valid_until":"2026-03-02T00:00:00.000Z"}],)"
      R"("pii_principal_id":"person_1","pii_processing":{"collection_method":"paper","jurisdiction":"DE",)"
      R"("lawful_basis":"consent","pii_controllers":["Example GmbH"],"pii_information":[{"pii_type":)"
      R"("biometric template","sensitive_pii_category":true}],"privacy_notice":"https://example.org/privacy",)"
      R"("purposes":["access","authentication"],"retention_period":"PT3600S"},"receipt_id":"consent_1",)"
      R"("receipt_schema_version":"ISO/IEC TS 27560:2023","record_id":"consent_1",)"
      R"("record_schema_version":"ISO/IEC TS 27560:2023","state":"issued"})");
}

TEST(Receipt, of_a_withdrawn_consent_says_so) {
  Consent consent = testing::valid_consent("consent_1", {"person_1"}, now);
  consent.withdrawn = now + std::chrono::hours{1};
  const auto json = nlohmann::json::parse(receipt_payload(consent));
  EXPECT_EQ(json["state"], "withdrawn");
  EXPECT_EQ(json["events"][1]["event_time"], "2026-03-01T01:00:00.000Z");
}

TEST(Receipt, survives_text_that_is_not_utf8) {
  Consent consent = testing::valid_consent("consent_1", {"person_1"}, now);
  consent.controller = "M\xFCller";
  EXPECT_TRUE(nlohmann::json::accept(receipt_payload(consent)));
}

}  // namespace
}  // namespace regard::consent
