#include "accounts/second_factor.h"

#include <gtest/gtest.h>

namespace regard::accounts {
namespace {

const crypto::BytesView secret = crypto::bytes_of("12345678901234567890");

Timestamp at(std::int64_t seconds) { return Timestamp{std::chrono::seconds{seconds}}; }

// RFC 6238 appendix B, the last six of its eight digits.
TEST(SecondFactor, codes_are_the_published_ones) {
  for (const auto& [seconds, code] : {std::pair{59LL, "287082"},
                                      {1111111109LL, "081804"},
                                      {1111111111LL, "050471"},
                                      {1234567890LL, "005924"},
                                      {2000000000LL, "279037"},
                                      {20000000000LL, "353130"}})
    EXPECT_EQ(totp_code(secret, totp_step(at(seconds))), code) << seconds;
}

TEST(SecondFactor, a_code_counts_one_step_early_or_late_and_only_once) {
  constexpr std::uint64_t now = 1000;
  for (const std::uint64_t step : {now - 1, now, now + 1})
    EXPECT_EQ(matching_step(secret, totp_code(secret, step), now, 0), step);
  EXPECT_FALSE(matching_step(secret, totp_code(secret, now - 2), now, 0));
  EXPECT_FALSE(matching_step(secret, totp_code(secret, now + 2), now, 0));
  EXPECT_FALSE(matching_step(secret, totp_code(secret, now), now, now)) << "it counted already";
  EXPECT_FALSE(matching_step(secret, totp_code(secret, now - 1), now, now)) << "nor does an older one";
  EXPECT_EQ(matching_step(secret, totp_code(secret, now + 1), now, now), now + 1);
  for (const char* wrong : {"", "28708", "2870822", "abcdef"}) EXPECT_FALSE(matching_step(secret, wrong, 1, 0));
}

// RFC 4648 section 10.
TEST(SecondFactor, base32_is_the_published_one) {
  for (const auto& [text, encoded] : {std::pair{"", ""},
                                      {"f", "MY"},
                                      {"fo", "MZXQ"},
                                      {"foo", "MZXW6"},
                                      {"foob", "MZXW6YQ"},
                                      {"fooba", "MZXW6YTB"},
                                      {"foobar", "MZXW6YTBOI"}})
    EXPECT_EQ(to_base32(crypto::bytes_of(text)), encoded);
}

TEST(SecondFactor, the_address_for_apps_names_issuer_and_user) {
  EXPECT_EQ(otpauth_uri("ada@example.org", "MZXW6YTBOI"),
            "otpauth://totp/Regard:ada@example.org?secret=MZXW6YTBOI&issuer=Regard&algorithm=SHA1&digits=6&period=30");
}

TEST(SecondFactor, recovery_codes_are_read_however_they_are_typed) {
  const std::string code = recovery_code_from(crypto::bytes_of("fooba12345"));
  EXPECT_EQ(code.size(), 19U);
  EXPECT_EQ(code.substr(0, 10), "MZXW-6YTB-");
  EXPECT_EQ(plain_recovery_code("mzxw 6ytb-GEZD--gnbv"), plain_recovery_code(code));
  EXPECT_EQ(plain_recovery_code(std::string(65, 'A')), "");
}

}  // namespace
}  // namespace regard::accounts
