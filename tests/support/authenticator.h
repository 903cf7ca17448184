// A security key in software: Web Authentication Level 2 a second time, by OpenSSL and a CBOR writer of its own.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace regard::testing {

class Authenticator {
 public:
  enum class Algorithm { es256, eddsa, rs256 };

  /// What goes into answers; tests change it to be wrong.
  struct Options {
    std::string site = "localhost";
    std::string origin = "http://localhost:8080";
    unsigned flags = 0x05;  // present and verified
    std::string type{};     // empty: the right one
    std::string format = "none";
  };
  struct Made {
    std::string id;  // raw bytes
    std::string client_data;
    std::string attestation;
  };
  struct Signed {
    std::string id;
    std::string client_data;
    std::string data;
    std::string signature;
  };

  explicit Authenticator(Algorithm algorithm) : algorithm_{algorithm}, id_(32, '\0') {
    RAND_bytes(reinterpret_cast<unsigned char*>(id_.data()), static_cast<int>(id_.size()));
    key_.reset(algorithm == Algorithm::es256   ? EVP_EC_gen("P-256")
               : algorithm == Algorithm::eddsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                               : EVP_RSA_gen(2048));
    if (!key_) throw std::runtime_error{"no key"};
  }

  Made make(const std::string& challenge, const Options& options) {
    const std::string credential = std::string(16, '\0') + static_cast<char>(id_.size() >> 8U) +
                                   static_cast<char>(id_.size() & 0xFFU) + id_ + cose();
    const std::string data = head(options, 0x40) + credential;
    std::string statement = "\xA0";  // an empty map
    if (options.format != "none") statement = "\xA1" + text("x5c") + "\x81" + bytes("a certificate");
    return {id_, client_data(options, "webauthn.create", challenge),
            "\xA3" + text("fmt") + text(options.format) + text("attStmt") + statement + text("authData") + bytes(data)};
  }

  Signed sign(const std::string& challenge, const Options& options) {
    ++counter;
    Signed made{id_, client_data(options, "webauthn.get", challenge), head(options, 0), ""};
    made.signature = signature_of(made.data + sha256(made.client_data));
    return made;
  }

  std::uint32_t counter = 0;

 private:
  struct Release {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };

  static std::string sha256(const std::string& text) {
    std::string digest(32, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
  }
  static std::string with_size(unsigned major, const std::string& text) {
    const std::size_t size = text.size();
    std::string head;
    if (size < 24) {
      head += static_cast<char>(major << 5U | size);
    } else if (size < 256) {
      head += static_cast<char>(major << 5U | 24U);
      head += static_cast<char>(size);
    } else {
      head += static_cast<char>(major << 5U | 25U);
      head += static_cast<char>(size >> 8U);
      head += static_cast<char>(size & 0xFFU);
    }
    return head + text;
  }
  static std::string bytes(const std::string& of) { return with_size(2, of); }
  static std::string text(const std::string& of) { return with_size(3, of); }

  static std::string client_data(const Options& options, const std::string& type, const std::string& challenge) {
    return R"({"type":")" + (options.type.empty() ? type : options.type) + R"(","challenge":")" + challenge +
           R"(","origin":")" + options.origin + R"(","crossOrigin":false})";
  }
  [[nodiscard]] std::string head(const Options& options, unsigned more_flags) const {
    std::string data = sha256(options.site) + static_cast<char>(options.flags | more_flags);
    for (const unsigned shift : {24U, 16U, 8U, 0U}) data += static_cast<char>(counter >> shift & 0xFFU);
    return data;
  }

  [[nodiscard]] std::string octets(const char* name, std::size_t size) const {
    std::string of(size, '\0');
    std::size_t written = 0;
    EVP_PKEY_get_octet_string_param(key_.get(), name, reinterpret_cast<unsigned char*>(of.data()), of.size(), &written);
    of.resize(written);
    return of;
  }
  [[nodiscard]] std::string number(const char* name, int size) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &value);
    std::string of(static_cast<std::size_t>(size), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(of.data()), size);
    BN_free(value);
    return of;
  }
  /// RFC 9053: the bytes of the labels are written out.
  [[nodiscard]] std::string cose() const {
    switch (algorithm_) {
      case Algorithm::es256:
        return "\xA5\x01\x02\x03\x26\x20\x01\x21" + bytes(number(OSSL_PKEY_PARAM_EC_PUB_X, 32)) + "\x22" +
               bytes(number(OSSL_PKEY_PARAM_EC_PUB_Y, 32));
      case Algorithm::eddsa:
        return "\xA4\x01\x01\x03\x27\x20\x06\x21" + bytes(octets(OSSL_PKEY_PARAM_PUB_KEY, 32));
      case Algorithm::rs256:
        break;
    }
    return std::string{"\xA4\x01\x03\x03\x39\x01\x00\x20", 8} + bytes(number(OSSL_PKEY_PARAM_RSA_N, 256)) + "\x21" +
           bytes(number(OSSL_PKEY_PARAM_RSA_E, 3));
  }
  [[nodiscard]] std::string signature_of(const std::string& message) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    const EVP_MD* digest = algorithm_ == Algorithm::eddsa ? nullptr : EVP_sha256();
    std::string signature(1024, '\0');
    std::size_t size = signature.size();
    EVP_DigestSignInit(context, nullptr, digest, nullptr, key_.get());
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                   reinterpret_cast<const unsigned char*>(message.data()), message.size());
    EVP_MD_CTX_free(context);
    signature.resize(size);
    return signature;
  }

  Algorithm algorithm_;
  std::string id_;
  std::unique_ptr<EVP_PKEY, Release> key_;
};

}  // namespace regard::testing
