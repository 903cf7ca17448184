#include <algorithm>
#include <utility>

#include "crypto/crypto.h"
#include "crypto/io/sodium.h"

namespace regard::crypto {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(sealed_extra == nonce_size + tag_size);
static_assert(key_size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

Bytes seal(const SecretBytes& key, BytesView plain, BytesView associated) {
  ready();
  CHECK(key.size() == key_size);
  Bytes sealed(nonce_size + plain.size() + tag_size);
  randombytes_buf(sealed.data(), nonce_size);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + nonce_size, nullptr, plain.data(), plain.size(),
                                             associated.data(), associated.size(), nullptr, sealed.data(),
                                             key.bytes().data());
  return sealed;
}

Result<SecretBytes> unseal(const SecretBytes& key, BytesView sealed, BytesView associated, std::string_view what) {
  SecretBytes plain{sealed.size() < sealed_extra ? 0 : sealed.size() - sealed_extra};
  if (auto done = unseal_into(key, sealed, associated, what, plain.bytes()); !done) return pass_on(std::move(done));
  return plain;
}

Result<void> unseal_into(const SecretBytes& key, BytesView sealed, BytesView associated, std::string_view what,
                         std::span<std::uint8_t> plain) {
  ready();
  CHECK(key.size() == key_size);
  const auto failed = [&](const char* cause) {
    return fail(ErrorKind::corrupt, "unsealing " + std::string{what}, cause,
                "use the master key that it was sealed with, or restore it from a backup");
  };
  if (sealed.size() < sealed_extra) return failed("it is too short to be sealed");
  if (plain.size() != sealed.size() - sealed_extra) return failed("it has another size than expected");
  const BytesView body = sealed.subspan(nonce_size);
  std::uint8_t nothing = 0;  // libsodium wants a place even for an empty text
  std::uint8_t* target = plain.empty() ? &nothing : plain.data();
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(target, nullptr, nullptr, body.data(), body.size(), associated.data(),
                                                 associated.size(), sealed.data(), key.bytes().data()) != 0)
    return failed("it was changed, or sealed with another key");
  return {};
}

SecretBytes derive(const SecretBytes& key, std::string_view context) {
  ready();
  CHECK(key.size() == key_size);
  SecretBytes derived{key_size};
  const BytesView text = bytes_of(context);
  CHECK(crypto_generichash(derived.bytes().data(), key_size, text.data(), text.size(), key.bytes().data(),
                           key.size()) == 0);
  return derived;
}

Result<SecretBytes> stretch(BytesView passphrase, BytesView salt, const PassphraseCost& cost) {
  ready();
  if (salt.size() != crypto_pwhash_SALTBYTES)
    return fail(ErrorKind::corrupt, "stretching the passphrase", "its salt does not have 16 bytes",
                "restore the salt from a backup");
  SecretBytes key{key_size};
  if (crypto_pwhash(key.bytes().data(), key_size, reinterpret_cast<const char*>(passphrase.data()), passphrase.size(),
                    salt.data(), cost.operations, cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(ErrorKind::unavailable, "stretching the passphrase",
                "there is no room for " + std::to_string(cost.memory_bytes >> 20U) + " MiB",
                "free some memory and start again");
  return key;
}

}  // namespace regard::crypto
