#include <gtest/gtest.h>

#include "accounts/io/door.h"
#include "authenticator.h"

namespace regard::accounts {
namespace {

using namespace std::chrono_literals;
using regard::testing::Authenticator;

crypto::Bytes copy_of(const std::string& text) { return {text.begin(), text.end()}; }

class PasskeyDoor : public Door {
 protected:
  const Site site_{"localhost", "http://localhost:8080"};
  Login ada_ = first();
  Authenticator device_{Authenticator::Algorithm::es256};

  Result<Passkey> add(Authenticator& device, const Authenticator::Options& options = {}) {
    auto offer = keeper_->offer_passkey(ada_.principal, password_, "192.0.2.1");
    if (!offer) return pass_on(std::move(offer));
    const auto made = device.make(offer->challenge, options);
    return keeper_->add_passkey(ada_.principal, site_, "phone", {copy_of(made.client_data), copy_of(made.attestation)});
  }
  static PasskeyAnswer answer(const Authenticator::Signed& made, const std::string& user = "") {
    return {crypto::to_base64url(crypto::bytes_of(made.id)), copy_of(made.client_data), copy_of(made.data),
            copy_of(made.signature), user};
  }
  Result<Login> enter_with(Authenticator& device, const Authenticator::Options& options = {}) {
    return keeper_->log_in_with_passkey(site_, answer(device.sign(keeper_->passkey_challenge(), options)), "192.0.2.1");
  }
};

TEST_F(PasskeyDoor, of_each_algorithm_let_in_without_name_and_outlive_the_program) {
  for (const auto algorithm :
       {Authenticator::Algorithm::es256, Authenticator::Algorithm::eddsa, Authenticator::Algorithm::rs256}) {
    Authenticator device{algorithm};
    EXPECT_FALSE(enter_with(device)) << "not known yet";
    const auto added = add(device);
    ASSERT_TRUE(added) << added.error().message();
    keeper_ = opened();
    const auto login = enter_with(device);
    ASSERT_TRUE(login) << login.error().message();
    EXPECT_EQ(login->principal.name, "ada");
    EXPECT_TRUE(keeper_->by_session(login->token));
    ada_ = *login;
  }
  EXPECT_EQ(keeper_->passkeys(ada_.principal.user).size(), 3U);
}

TEST_F(PasskeyDoor, need_the_password_to_be_added) {
  EXPECT_EQ(keeper_->offer_passkey(ada_.principal, "wrong", "192.0.2.1").error().kind, ErrorKind::denied);
  ASSERT_TRUE(add(device_));
  EXPECT_EQ(add(device_).error().kind, ErrorKind::invalid_input) << "known already";
  Authenticator other{Authenticator::Algorithm::eddsa};
  EXPECT_FALSE(add(other, {.origin = "http://localhost:1"}));
  EXPECT_FALSE(add(other, {.flags = 0x01})) << "nobody was verified";
  EXPECT_FALSE(add(other, {.type = "webauthn.get"}));
}

TEST_F(PasskeyDoor, a_challenge_counts_once_for_five_minutes_and_for_what_it_was_made) {
  ASSERT_TRUE(add(device_));
  const std::string challenge = keeper_->passkey_challenge();
  EXPECT_TRUE(keeper_->log_in_with_passkey(site_, answer(device_.sign(challenge, {})), "192.0.2.1"));
  EXPECT_FALSE(keeper_->log_in_with_passkey(site_, answer(device_.sign(challenge, {})), "192.0.2.1")) << "again";
  const std::string late = keeper_->passkey_challenge();
  clock_.advance(5min + 1s);
  EXPECT_FALSE(keeper_->log_in_with_passkey(site_, answer(device_.sign(late, {})), "192.0.2.1"));
  const std::string to_make = keeper_->passkey_challenge(ada_.principal.user);
  EXPECT_FALSE(keeper_->log_in_with_passkey(site_, answer(device_.sign(to_make, {})), "192.0.2.1"));
  for (const std::string& made_up : {std::string{"AAAA"}, std::string{""}, std::string(86, 'A')})
    EXPECT_FALSE(keeper_->log_in_with_passkey(site_, answer(device_.sign(made_up, {})), "192.0.2.2"));
  Authenticator other{Authenticator::Algorithm::eddsa};
  const auto made = other.make(keeper_->passkey_challenge(), {});
  EXPECT_FALSE(
      keeper_->add_passkey(ada_.principal, site_, "x", {copy_of(made.client_data), copy_of(made.attestation)}));
}

TEST_F(PasskeyDoor, wrong_answers_are_refused_on_record_and_counted) {
  ASSERT_TRUE(add(device_));
  ledger_.entries.clear();
  PasskeyAnswer forged = answer(device_.sign(keeper_->passkey_challenge(), {}));
  forged.signature.back() ^= 1;
  EXPECT_FALSE(keeper_->log_in_with_passkey(site_, forged, "192.0.2.1"));
  EXPECT_FALSE(enter_with(device_, {.site = "example.org"}));
  EXPECT_FALSE(enter_with(device_, {.origin = "https://evil.example"}));
  EXPECT_FALSE(enter_with(device_, {.flags = 0x01}));
  EXPECT_FALSE(keeper_->log_in_with_passkey(site_, answer(device_.sign(keeper_->passkey_challenge(), {}), "user_other"),
                                            "192.0.2.1"));
  ASSERT_EQ(ledger_.entries.size(), 5U);
  for (const consent::Entry& entry : ledger_.entries) EXPECT_EQ(entry.kind, consent::EntryKind::refused);
  EXPECT_EQ(enter_with(device_).error().kind, ErrorKind::limit);
  clock_.advance(1s);
  EXPECT_TRUE(enter_with(device_));
  EXPECT_EQ(ledger_.entries.back().kind, consent::EntryKind::login);
}

TEST_F(PasskeyDoor, a_counter_that_does_not_grow_tells_of_a_copy) {
  ASSERT_TRUE(add(device_));
  device_.counter = 10;
  EXPECT_TRUE(enter_with(device_)) << "it signs with 11";
  device_.counter = 10;
  EXPECT_FALSE(enter_with(device_)) << "11 again";
  EXPECT_TRUE(enter_with(device_)) << "12";
}

TEST_F(PasskeyDoor, go_with_their_user_or_are_removed) {
  const auto passkey = add(device_);
  ASSERT_TRUE(passkey);
  const auto bob = keeper_->add_user(ada_.principal, "bob", "bobs own long words", {Role::auditor});
  const Login other = *enter("bob", "bobs own long words");
  EXPECT_EQ(keeper_->remove_passkey(other.principal, passkey->id).error().kind, ErrorKind::not_found) << "not theirs";
  ASSERT_TRUE(keeper_->remove_passkey(ada_.principal, passkey->id));
  EXPECT_FALSE(enter_with(device_));
  ASSERT_TRUE(add(device_));
  ASSERT_TRUE(keeper_->forget_passkeys(other.principal, ada_.principal.user));
  EXPECT_FALSE(enter_with(device_));
  EXPECT_FALSE(keeper_->by_session(ada_.token));
  EXPECT_EQ(keeper_->forget_passkeys(other.principal, ada_.principal.user).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(records_.passkeys_.empty());
}

TEST_F(PasskeyDoor, of_a_closed_account_let_nobody_in) {
  const auto bob = keeper_->add_user(ada_.principal, "bob", password_, {Role::administrator});
  ASSERT_TRUE(add(device_));
  ASSERT_TRUE(keeper_->change_user((*enter("bob", password_)).principal, ada_.principal.user,
                                   {.roles = {}, .disabled = true, .password = {}}));
  EXPECT_FALSE(enter_with(device_));
}

}  // namespace
}  // namespace regard::accounts
