#include <openssl/evp.h>

#include <memory>

#include "core/core.h"
#include "crypto/crypto.h"
#include "crypto/io/sodium.h"

namespace regard::crypto {

Digest sha256(BytesView bytes) {
  const std::array parts{bytes};
  return sha256(parts);
}

// OpenSSL rather than libsodium: it uses the processor's SHA instructions, four to six times faster here.
Digest sha256(std::span<const BytesView> parts) {
  // Fetching the algorithm and making a context cost more than hashing one log entry, so each thread keeps them.
  thread_local const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                               EVP_MD_free};
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  CHECK(algorithm && context);
  CHECK(EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1);
  for (const BytesView part : parts) CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  Digest digest{};
  CHECK(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

Bytes random_bytes(std::size_t count) {
  ready();
  Bytes bytes(count);
  randombytes_buf(bytes.data(), count);
  return bytes;
}

std::string random_id(std::string_view prefix) {
  constexpr std::string_view digits = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648 section 6, in lower case
  constexpr std::size_t length = 26;                                       // 130 bits
  std::string id{prefix};
  for (const std::uint8_t byte : random_bytes(length)) id += digits[byte % digits.size()];
  return id;
}

}  // namespace regard::crypto
