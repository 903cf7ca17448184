#include <algorithm>
#include <nlohmann/json.hpp>

#include "crypto/crypto.h"
#include "crypto/io/sodium.h"

namespace regard::crypto {

bool verify(const PublicKey& key, BytesView message, const Signature& signature) {
  ready();
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

SigningKey::SigningKey(SecretBytes seed, SecretBytes secret, const PublicKey& key)
    : seed_{std::move(seed)}, secret_{std::move(secret)}, public_{key} {}

SigningKey SigningKey::generate() { return *from_seed(SecretBytes::random(crypto_sign_SEEDBYTES)); }

Result<SigningKey> SigningKey::from_seed(const SecretBytes& seed) {
  ready();
  if (seed.size() != crypto_sign_SEEDBYTES)
    return fail(ErrorKind::corrupt, "reading a signing key", "it does not have 32 bytes", "restore it from a backup");
  SecretBytes secret{crypto_sign_SECRETKEYBYTES};
  PublicKey key{};
  CHECK(crypto_sign_seed_keypair(key.data(), secret.bytes().data(), seed.bytes().data()) == 0);
  return SigningKey{SecretBytes::copy_of(seed.bytes()), std::move(secret), key};
}

Signature SigningKey::sign(BytesView message) const {
  Signature signature{};
  CHECK(crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_.bytes().data()) == 0);
  return signature;
}

std::string sign_jws(const SigningKey& key, std::string_view payload, std::string_view type) {
  const std::string header = nlohmann::json{{"alg", "EdDSA"}, {"typ", type}}.dump();
  std::string text = to_base64url(bytes_of(header)) + "." + to_base64url(bytes_of(payload));
  const Signature signature = key.sign(bytes_of(text));
  return text + "." + to_base64url(signature);
}

Result<std::string> verify_jws(const PublicKey& key, std::string_view jws) {
  const auto failed = [](const char* cause) {
    return fail(ErrorKind::corrupt, "checking a signed receipt", cause,
                "check that the whole text was copied, and the key");
  };
  const std::size_t first = jws.find('.');
  const std::size_t second = first == std::string_view::npos ? first : jws.find('.', first + 1);
  if (second == std::string_view::npos) return failed("it does not have three parts");
  const auto header = from_base64url(jws.substr(0, first));
  const auto payload = from_base64url(jws.substr(first + 1, second - first - 1));
  const auto signature = from_base64url(jws.substr(second + 1));
  if (!header || !payload || !signature) return failed("it is not base64url");
  const auto fields = nlohmann::json::parse(*header, nullptr, false);
  // The algorithm is ours to choose, not the sender's: RFC 8725 section 3.1.
  if (!fields.is_object() || !fields.contains("alg") || fields["alg"] != "EdDSA")
    return failed("its algorithm is not EdDSA");
  Signature bytes{};
  if (signature->size() != bytes.size()) return failed("its signature has another length");
  std::ranges::copy(*signature, bytes.begin());
  if (!verify(key, bytes_of(jws.substr(0, second)), bytes)) return failed("its signature is not of this key");
  return std::string{payload->begin(), payload->end()};
}

}  // namespace regard::crypto
