// A server's own certificate (RFC 5280), for where nobody gave it one. Any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/core.h"
#include "crypto/crypto.h"

namespace regard::crypto {

/// PEM, both.
struct OwnCertificate {
  std::string certificate;
  std::string key;
};

/// EC P-256, signed with its own key, valid from `now` for 825 days, the longest that Apple's systems accept. `names`
/// are host names or addresses, the first of which is the subject too; none is empty. Errors: invalid_input (names).
[[nodiscard]] Result<OwnCertificate> make_certificate(std::span<const std::string> names, Timestamp now);

/// What browsers show of a certificate.
struct CertificateSummary {
  Digest fingerprint{};  ///< SHA-256 of its DER
  Timestamp expires;
};
/// Of the first certificate of a PEM text. Errors: corrupt.
[[nodiscard]] Result<CertificateSummary> summary_of(std::string_view pem);

/// "AB:CD:...", as browsers and openssl write it.
[[nodiscard]] std::string fingerprint_text(const Digest& fingerprint);

}  // namespace regard::crypto
