// Passkeys: what an authenticator says (Web Authentication Level 2), read and checked. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/core.h"
#include "crypto/crypto.h"

namespace regard::accounts {

/// COSE algorithms (RFC 9053, RFC 8812).
enum class PasskeyAlgorithm { es256 = -7, eddsa = -8, rs256 = -257 };

/// A public key. Value.
struct PasskeyKey {
  PasskeyAlgorithm algorithm{};
  crypto::Bytes first;   ///< x; of RSA the modulus
  crypto::Bytes second;  ///< y; of RSA the exponent; of EdDSA nothing
  friend bool operator==(const PasskeyKey&, const PasskeyKey&) = default;
};

/// What an authenticator signs: section 6.1. Value.
struct AuthenticatorData {
  crypto::Digest site{};  ///< SHA-256 of the relying party's id
  bool is_present = false;
  bool is_verified = false;  ///< by PIN, finger or face
  std::uint32_t counter = 0;
  crypto::Bytes credential;       ///< id; when one was made
  std::optional<PasskeyKey> key;  ///< the same
};
/// Errors: invalid_input (form, an algorithm or a curve that is not ours).
[[nodiscard]] Result<AuthenticatorData> authenticator_data_from(crypto::BytesView bytes);
/// The authenticator data in an attestation object (section 6.5.4). The attestation itself, who made the device, is not
/// asked for and not looked at. Errors: invalid_input.
[[nodiscard]] Result<crypto::Bytes> authenticator_data_in(crypto::BytesView attestation_object);

/// What the browser says that was asked: section 5.8.1. Value.
struct ClientData {
  std::string type;       ///< "webauthn.create" or "webauthn.get"
  std::string challenge;  ///< base64url
  std::string origin;
  bool is_cross_origin = false;
};
/// Errors: invalid_input.
[[nodiscard]] Result<ClientData> client_data_from(crypto::BytesView json);

/// Whether the key made `signature` over authenticator data and client data: section 7.2, steps 19 and 20.
[[nodiscard]] bool is_signed_by(const PasskeyKey& key, crypto::BytesView authenticator_data,
                                crypto::BytesView client_data, crypto::BytesView signature);

/// Whom a passkey is for. Value.
struct Site {
  std::string id;      ///< a host name
  std::string origin;  ///< "https://" and host, and port when it is not the usual one
};

/// Whether somebody who is there and was verified answered this site; which challenge is looked at elsewhere. Errors:
/// denied.
[[nodiscard]] Result<void> check_passkey_answer(const Site& site, const ClientData& client, const std::string& type,
                                                const AuthenticatorData& data);

}  // namespace regard::accounts
