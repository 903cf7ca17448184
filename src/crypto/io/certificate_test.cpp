#include "crypto/certificate.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <vector>

namespace regard::crypto {
namespace {

const Timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};

TEST(OwnCertificate, is_for_its_names_and_signed_with_its_key) {
  const std::vector<std::string> names{"door.example", "192.0.2.1", "2001:db8::1"};
  const auto made = make_certificate(names, now);
  ASSERT_TRUE(made) << made.error().message();
  BIO* text = BIO_new_mem_buf(made->certificate.data(), static_cast<int>(made->certificate.size()));
  const std::unique_ptr<X509, void (*)(X509*)> read{PEM_read_bio_X509(text, nullptr, nullptr, nullptr), X509_free};
  BIO_free(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(X509_verify(read.get(), X509_get0_pubkey(read.get())), 1);
  EXPECT_EQ(X509_check_host(read.get(), "door.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(read.get(), "other.example", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(read.get(), "192.0.2.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(read.get(), "2001:db8::1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(read.get(), "192.0.2.2", 0), 0);
  EXPECT_EQ(made->key.rfind("-----BEGIN PRIVATE KEY-----", 0), 0U);
  const auto summary = summary_of(made->certificate);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->expires, now + std::chrono::hours{24 * 825});
  EXPECT_EQ(fingerprint_text(summary->fingerprint).size(), 95U);
}

TEST(OwnCertificate, differs_each_time_and_takes_no_odd_names) {
  const std::vector<std::string> name{"door"};
  EXPECT_NE(summary_of(make_certificate(name, now)->certificate)->fingerprint,
            summary_of(make_certificate(name, now)->certificate)->fingerprint);
  for (const std::string& odd :
       {std::string{}, std::string{"a,IP:192.0.2.1"}, std::string{"a b"}, std::string(300, 'a')})
    EXPECT_FALSE(make_certificate(std::vector{odd}, now)) << odd;
  EXPECT_FALSE(make_certificate({}, now));
  EXPECT_FALSE(summary_of("nothing"));
  EXPECT_EQ(fingerprint_text({0xab, 0x01}).substr(0, 8), "AB:01:00");
}

}  // namespace
}  // namespace regard::crypto
