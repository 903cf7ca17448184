#include "crypto/certificate.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>

#include "crypto/io/openssl.h"

namespace regard::crypto {
namespace {

constexpr auto life = std::chrono::hours{24 * 825};

using Certificate = Owned<X509, X509_free>;
using Stream = Owned<BIO, BIO_free_all>;

std::string contents(BIO* stream) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(stream, &text);
  return {text, static_cast<std::size_t>(size)};
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == ':' || c == '_';
  });
}

bool is_address(const std::string& name) {
  return name.find(':') != std::string::npos ||
         std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

bool extend(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION, X509_EXTENSION_free> extension{
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool fill(X509* certificate, EVP_PKEY* key, std::span<const std::string> names, Timestamp now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  const Bytes serial = random_bytes(8);
  std::uint64_t number = 0;
  for (const std::uint8_t byte : serial) number = number << 8U | byte;
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1U);  // RFC 5280 4.1.2.2: positive
  ASN1_TIME_set(X509_getm_notBefore(certificate), seconds);
  ASN1_TIME_set(X509_getm_notAfter(certificate), seconds + std::chrono::seconds{life}.count());
  X509_NAME* subject = X509_get_subject_name(certificate);
  const std::string common = names.front().substr(0, 64);  // RFC 5280 appendix A: ub-common-name
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common.data()),
                             static_cast<int>(common.size()), -1, 0);
  X509_set_issuer_name(certificate, subject);
  std::string alternatives;
  for (const std::string& name : names)
    alternatives += (alternatives.empty() ? "" : ",") + std::string{is_address(name) ? "IP:" : "DNS:"} + name;
  return X509_set_pubkey(certificate, key) == 1 && extend(certificate, NID_subject_alt_name, alternatives) &&
         extend(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         extend(certificate, NID_key_usage, "critical,digitalSignature") &&
         extend(certificate, NID_ext_key_usage, "serverAuth") && X509_sign(certificate, key, EVP_sha256()) > 0;
}

}  // namespace

Result<OwnCertificate> make_certificate(std::span<const std::string> names, Timestamp now) {
  const auto wrong = [](const char* cause) {
    return fail(ErrorKind::invalid_input, "making a certificate", cause, "name a certificate and its key instead");
  };
  if (names.empty() || !std::ranges::all_of(names, is_name)) return wrong("a host name or an address is not one");
  const Key key{EVP_EC_gen("P-256")};
  const Certificate certificate{X509_new()};
  if (!key || !certificate || !fill(certificate.get(), key.get(), names, now)) {
    ERR_clear_error();
    return wrong("its names do not fit into it");
  }
  const Stream shown{BIO_new(BIO_s_mem())};
  const Stream hidden{BIO_new(BIO_s_secmem())};
  CHECK(PEM_write_bio_X509(shown.get(), certificate.get()) == 1 &&
        PEM_write_bio_PrivateKey(hidden.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return OwnCertificate{contents(shown.get()), contents(hidden.get())};
}

Result<CertificateSummary> summary_of(std::string_view pem) {
  const auto corrupt = [] {
    ERR_clear_error();
    return fail(ErrorKind::corrupt, "reading a certificate", "it is no PEM certificate",
                "remove the file, or restore it from a backup");
  };
  const Stream text{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  const Certificate certificate{PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)};
  if (!certificate) return corrupt();
  CertificateSummary summary;
  unsigned size = 0;
  tm ends{};
  if (X509_digest(certificate.get(), EVP_sha256(), summary.fingerprint.data(), &size) != 1 ||
      ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &ends) != 1)
    return corrupt();
  using namespace std::chrono;
  const sys_days day{year{ends.tm_year + 1900} / month{static_cast<unsigned>(ends.tm_mon + 1)} /
                     std::chrono::day{static_cast<unsigned>(ends.tm_mday)}};
  summary.expires = day + hours{ends.tm_hour} + minutes{ends.tm_min} + std::chrono::seconds{ends.tm_sec};
  return summary;
}

std::string fingerprint_text(const Digest& fingerprint) {
  std::string text;
  for (const char c : to_hex(fingerprint)) {
    if (text.size() % 3 == 2) text += ':';
    text += c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

}  // namespace regard::crypto
