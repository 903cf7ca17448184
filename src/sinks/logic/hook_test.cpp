#include "sinks/logic/hook.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace regard::sinks {
namespace {

/// RFC 4231, test cases 1, 2, 6 and 7.
TEST(Hmac, is_that_of_rfc_4231) {
  EXPECT_EQ(hmac_sha256(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  const std::string large(131, '\xaa');
  EXPECT_EQ(hmac_sha256(large, "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(hmac_sha256(large,
                        "This is a test using a larger than block-size key and a larger than block-size data. "
                        "The key needs to be hashed before being used by the HMAC algorithm."),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(Signature, covers_time_number_and_body) {
  const std::string right = signature_of("a secret of 20 bytes", 1'790'000'000, 7, "{}");
  EXPECT_EQ(right, "v1=" + hmac_sha256("a secret of 20 bytes", "1790000000.7.{}"));
  EXPECT_NE(right, signature_of("a secret of 20 bytes", 1'790'000'001, 7, "{}"));
  EXPECT_NE(right, signature_of("a secret of 20 bytes", 1'790'000'000, 8, "{}"));
  EXPECT_NE(right, signature_of("a secret of 20 bytes", 1'790'000'000, 7, "{ }"));
  EXPECT_NE(right, signature_of("a secret of 20 Bytes", 1'790'000'000, 7, "{}"));
}

bool is_private(const char* text) {
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET, text, bytes.data()) == 1) return sinks::is_private(std::span{bytes}.first(4));
  EXPECT_EQ(::inet_pton(AF_INET6, text, bytes.data()), 1) << text;
  return sinks::is_private(bytes);
}

TEST(Private, are_the_addresses_that_not_everybody_reaches) {
  for (const char* text : {"0.0.0.0",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.8.8.8",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.8",
                           "192.0.2.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.1.1.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.1.2.3",
                           "::7f00:1",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b:1::1",
                           "100::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "2002:c0a8:101::1",
                           "3fff::1",
                           "fc00::1",
                           "fdff::1",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1"}) {
    EXPECT_TRUE(is_private(text)) << text;
  }
  for (const char* text : {"1.1.1.1",        "8.8.8.8",          "9.255.255.255",   "11.0.0.1",
                           "100.63.255.255", "100.128.0.1",      "126.1.1.1",       "128.0.0.1",
                           "172.15.255.255", "172.32.0.1",       "192.167.1.1",     "192.169.1.1",
                           "198.17.1.1",     "198.20.0.1",       "223.255.255.255", "2606:4700:4700::1111",
                           "2a00:1450::1",   "64:ff9b::8.8.8.8", "::ffff:8.8.8.8",  "2002:808:808::1"}) {
    EXPECT_FALSE(is_private(text)) << text;
  }
  EXPECT_TRUE(sinks::is_private(std::span<const std::uint8_t>{})) << "what is not known is not trusted";
}

TEST(Verdict, tells_what_will_pass_from_what_will_not) {
  for (const long status : {200, 201, 202, 204, 299}) EXPECT_EQ(verdict_of(status), Verdict::delivered) << status;
  for (const long status : {0, 100, 408, 425, 429, 500, 502, 503, 504, 599}) {
    EXPECT_EQ(verdict_of(status), Verdict::later) << status;
  }
  for (const long status : {300, 301, 302, 307, 308, 400, 401, 403, 404, 405, 410, 413, 422}) {
    EXPECT_EQ(verdict_of(status), Verdict::refused) << status;
  }
}

TEST(Webhook, must_be_safe_to_send_to) {
  const auto problem = [](const std::string& url, const std::string& secret, bool allowed = false) -> std::string {
    WebhookOptions options;
    options.url = url;
    options.secret = secret;
    if (allowed) options.private_addresses = WebhookOptions::Private::allowed;
    const auto checked = check_webhook(options);
    return checked ? "" : checked.error().message();
  };
  const std::string secret = "0123456789abcdef";
  EXPECT_EQ(problem("https://hooks.example/regard", secret), "");
  EXPECT_EQ(problem("https://hooks.example", secret), "");
  EXPECT_EQ(problem("http://127.0.0.1:8080/", secret, true), "");
  for (const char* url : {"", "ftp://a/", "file:///etc/passwd", "http://hooks.example/", "https://", "https:///x",
                          "https://:80/", "HTTPS://A/"}) {
    EXPECT_NE(problem(url, secret), "") << url;
  }
  const std::string with_password = problem("https://me:hunter2@hooks.example/", secret);
  EXPECT_NE(with_password, "");
  EXPECT_EQ(with_password.find("hunter2"), std::string::npos);
  EXPECT_NE(problem("https://hooks.example/", ""), "");
  const std::string short_one = problem("https://hooks.example/", "short-secret");
  EXPECT_NE(short_one, "");
  EXPECT_EQ(short_one.find("short-secret"), std::string::npos);
}

TEST(Webhook, has_a_name_that_stays_and_an_address_without_keys_for_messages) {
  EXPECT_EQ(webhook_name("https://a/"), webhook_name("https://a/"));
  EXPECT_NE(webhook_name("https://a/"), webhook_name("https://b/"));
  EXPECT_EQ(shown_url("https://a/b?key=1#x"), "https://a/b");
}

}  // namespace
}  // namespace regard::sinks
