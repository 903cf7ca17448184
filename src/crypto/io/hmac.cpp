#include "crypto/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace regard::crypto {

std::array<std::uint8_t, 20> hmac_sha1(BytesView key, BytesView message) {
  std::array<std::uint8_t, 20> digest{};
  unsigned size = 0;
  // OpenSSL takes an empty key only as a pointer to something.
  const std::uint8_t* bytes = key.empty() ? digest.data() : key.data();
  CHECK(HMAC(EVP_sha1(), bytes, static_cast<int>(key.size()), message.data(), message.size(), digest.data(), &size) !=
            nullptr &&
        size == digest.size());
  return digest;
}

}  // namespace regard::crypto
