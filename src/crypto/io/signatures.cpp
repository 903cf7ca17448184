#include "crypto/signatures.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "crypto/io/openssl.h"

namespace regard::crypto {
namespace {

using Parameters = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Number = Owned<BIGNUM, BN_free>;

Key key_from(const char* type, OSSL_PARAM_BLD* parts) {
  const Owned<OSSL_PARAM, OSSL_PARAM_free> parameters{OSSL_PARAM_BLD_to_param(parts)};
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return Key{key};
}

bool matches(const Key& key, BytesView message, BytesView signature) {
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
  const bool is_right =
      key && context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
  ERR_clear_error();  // a wrong signature is no news for the next call on this thread
  return is_right;
}

Number number_from(BytesView bytes) { return Number{BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)}; }

}  // namespace

bool verify_es256(BytesView x, BytesView y, BytesView message, BytesView signature) {
  constexpr std::size_t coordinate = 32;
  if (x.size() != coordinate || y.size() != coordinate) return false;
  Bytes point{4};  // SEC 1 section 2.3.3: uncompressed
  point.insert(point.end(), x.begin(), x.end());
  point.insert(point.end(), y.begin(), y.end());
  const Parameters parts{OSSL_PARAM_BLD_new()};
  if (!parts || OSSL_PARAM_BLD_push_utf8_string(parts.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(parts.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return false;
  return matches(key_from("EC", parts.get()), message, signature);
}

bool verify_rs256(BytesView modulus, BytesView exponent, BytesView message, BytesView signature) {
  constexpr std::size_t longest = 1024;
  if (modulus.size() > longest || exponent.empty() || exponent.size() > 8) return false;
  const Number n = number_from(modulus);
  const Number e = number_from(exponent);
  const Parameters parts{OSSL_PARAM_BLD_new()};
  if (!parts || !n || !e || BN_num_bits(n.get()) < 2048 ||
      OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return false;
  return matches(key_from("RSA", parts.get()), message, signature);
}

}  // namespace regard::crypto
