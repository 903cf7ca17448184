// The certificate that the server makes for itself where it was given none.
#pragma once

#include <filesystem>
#include <string>

#include "core/core.h"
#include "crypto/certificate.h"

namespace regard::app {

/// Files in the data folder, and what browsers show of them.
struct CertificateFiles {
  std::string certificate;
  std::string key;
  crypto::CertificateSummary summary;
  bool is_new = false;
};

/// tls/certificate.pem and tls/key.pem below `data`, mode 0600: made when they are missing or end within 30 days, for
/// this machine's name and `address` (all of its addresses when that is 0.0.0.0 or ::). Errors: corrupt, unavailable.
[[nodiscard]] Result<CertificateFiles> own_certificate(const std::filesystem::path& data, const std::string& address,
                                                       Timestamp now);

}  // namespace regard::app
