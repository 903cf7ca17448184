#include "accounts/passkeys.h"

#include <gtest/gtest.h>

#include "authenticator.h"

namespace regard::accounts {
namespace {

using regard::testing::Authenticator;
using Algorithm = Authenticator::Algorithm;

crypto::BytesView bytes(const std::string& text) { return crypto::bytes_of(text); }

AuthenticatorData data_of(const Authenticator::Made& made) {
  const auto data = authenticator_data_in(bytes(made.attestation));
  EXPECT_TRUE(data) << data.error().message();
  const auto read = authenticator_data_from(*data);
  EXPECT_TRUE(read) << read.error().message();
  return *read;
}

TEST(Passkeys, of_all_three_algorithms_are_read_and_their_signatures_hold) {
  for (const Algorithm algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::rs256}) {
    Authenticator device{algorithm};
    const AuthenticatorData made = data_of(device.make("Y2hhbGxlbmdl", {}));
    ASSERT_TRUE(made.key);
    EXPECT_EQ(made.credential.size(), 32U);
    EXPECT_TRUE(made.is_present && made.is_verified);
    const Authenticator::Signed answer = device.sign("Y2hhbGxlbmdl", {});
    EXPECT_TRUE(is_signed_by(*made.key, bytes(answer.data), bytes(answer.client_data), bytes(answer.signature)));
    EXPECT_FALSE(is_signed_by(*made.key, bytes(answer.data), bytes(answer.client_data + " "), bytes(answer.signature)));
    std::string changed = answer.data;
    changed.back() ^= 1;
    EXPECT_FALSE(is_signed_by(*made.key, bytes(changed), bytes(answer.client_data), bytes(answer.signature)));
    Authenticator other{algorithm};
    const Authenticator::Signed forged = other.sign("Y2hhbGxlbmdl", {});
    EXPECT_FALSE(is_signed_by(*made.key, bytes(forged.data), bytes(forged.client_data), bytes(forged.signature)));
    EXPECT_FALSE(is_signed_by(*made.key, bytes(answer.data), bytes(answer.client_data), {}));
    EXPECT_EQ(authenticator_data_from(bytes(answer.data))->counter, 1U);
  }
}

TEST(Passkeys, other_attestations_are_not_looked_at) {
  Authenticator device{Algorithm::es256};
  EXPECT_TRUE(data_of(device.make("x", {.format = "packed"})).key);
}

TEST(Passkeys, cut_anywhere_are_refused) {
  Authenticator device{Algorithm::es256};
  const std::string attestation = device.make("x", {}).attestation;
  for (std::size_t size = 0; size < attestation.size(); ++size)
    EXPECT_FALSE(authenticator_data_in(bytes(attestation.substr(0, size)))) << size;
  EXPECT_FALSE(authenticator_data_in(bytes(attestation + "x")));
  const crypto::Bytes data = *authenticator_data_in(bytes(attestation));
  for (std::size_t size = 0; size < data.size(); ++size)
    EXPECT_FALSE(authenticator_data_from(crypto::BytesView{data}.first(size))) << size;
  crypto::Bytes longer = data;
  longer.push_back(0);
  EXPECT_FALSE(authenticator_data_from(longer));
  EXPECT_FALSE(authenticator_data_in(crypto::Bytes(1000, 0x81))) << "deeper than anything";
  EXPECT_FALSE(authenticator_data_in(crypto::Bytes{0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}))
      << "longer than anything";
}

TEST(Passkeys, answer_one_question_of_one_site_by_somebody_verified) {
  const Site site{"localhost", "http://localhost:8080"};
  Authenticator device{Algorithm::eddsa};
  const auto outcome = [&](const Authenticator::Options& options) {
    const Authenticator::Signed answer = device.sign("x", options);
    const auto client = client_data_from(bytes(answer.client_data));
    EXPECT_TRUE(client);
    return check_passkey_answer(site, *client, "webauthn.get", *authenticator_data_from(bytes(answer.data)));
  };
  EXPECT_TRUE(outcome({}));
  EXPECT_FALSE(outcome({.origin = "http://localhost:8081"}));
  EXPECT_FALSE(outcome({.origin = "https://localhost:8080"}));
  EXPECT_FALSE(outcome({.site = "example.org"}));
  EXPECT_FALSE(outcome({.flags = 0x01})) << "not verified";
  EXPECT_FALSE(outcome({.flags = 0x04})) << "not present";
  EXPECT_FALSE(outcome({.type = "webauthn.create"}));
}

TEST(Passkeys, client_data_is_an_object_with_three_texts) {
  const auto client = client_data_from(
      bytes(R"({"type": "webauthn.get", "challenge": "x", "origin": "https://a.example", "crossOrigin": true})"));
  ASSERT_TRUE(client);
  EXPECT_EQ(client->challenge, "x");
  EXPECT_TRUE(client->is_cross_origin);
  for (const char* wrong :
       {"", "[]", "{", R"({"type": "a", "challenge": "b"})", R"({"type": 1, "challenge": "b", "origin": "c"})"})
    EXPECT_FALSE(client_data_from(bytes(wrong))) << wrong;
  EXPECT_FALSE(client_data_from(bytes(std::string(9000, ' '))));
}

}  // namespace
}  // namespace regard::accounts
