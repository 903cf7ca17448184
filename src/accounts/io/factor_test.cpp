#include <gtest/gtest.h>

#include <algorithm>

#include "accounts/io/door.h"
#include "accounts/second_factor.h"

namespace regard::accounts {
namespace {

using namespace std::chrono_literals;

crypto::Bytes from_base32(const std::string& text) {
  crypto::Bytes bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    bits = bits << 5U | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
    if ((count += 5) < 8) continue;
    bytes.push_back(static_cast<std::uint8_t>(bits >> static_cast<unsigned>(count -= 8)));
  }
  return bytes;
}

class Factor : public Door {
 protected:
  Login ada_ = first();
  crypto::Bytes secret_;
  std::vector<std::string> recovery_;

  [[nodiscard]] std::string code(std::int64_t steps = 0) const {
    return totp_code(secret_, totp_step(clock_.now() + steps * 30s));
  }
  void enable() {
    const auto offer = keeper_->offer_second_factor(ada_.principal, password_, "192.0.2.1");
    ASSERT_TRUE(offer) << offer.error().message();
    secret_ = from_base32(offer->secret);
    const auto codes = keeper_->enable_second_factor(ada_.principal, code(), "192.0.2.1");
    ASSERT_TRUE(codes) << codes.error().message();
    recovery_ = *codes;
    clock_.advance(30s);
  }
};

TEST_F(Factor, counts_once_a_code_of_it_was_right) {
  const auto offer = keeper_->offer_second_factor(ada_.principal, password_, "192.0.2.1");
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->uri.rfind("otpauth://totp/Regard:ada?secret=" + offer->secret, 0), 0U);
  secret_ = from_base32(offer->secret);
  EXPECT_EQ(secret_.size(), 20U);
  EXPECT_EQ(keeper_->enable_second_factor(ada_.principal, "", "192.0.2.1").error().kind, ErrorKind::denied);
  EXPECT_TRUE(enter("ada", password_)) << "it is not enabled yet";
  const auto codes = keeper_->enable_second_factor(ada_.principal, code(), "192.0.2.1");
  ASSERT_TRUE(codes);
  EXPECT_EQ(std::set(codes->begin(), codes->end()).size(), 10U);
  const auto wanted = keeper_->log_in("ada", password_, "192.0.2.1");
  ASSERT_TRUE(wanted);
  EXPECT_FALSE(*wanted) << "a password alone lets nobody in";
  EXPECT_FALSE(enter("ada", password_, code())) << "that code counted when it was enabled";
  clock_.advance(30s);
  EXPECT_TRUE(enter("ada", password_, code()));
  EXPECT_FALSE(enter("ada", password_, code())) << "once";
  EXPECT_TRUE(enter("ada", password_, code(1))) << "a clock may be half a minute fast";
  EXPECT_FALSE(keeper_->offer_second_factor(ada_.principal, password_, "192.0.2.1")) << "there is one";
  EXPECT_EQ(keeper_->log_in("ada", "wrong", "192.0.2.1", code(2)).error().kind, ErrorKind::denied);
}

TEST_F(Factor, an_offer_ends_and_needs_the_password) {
  EXPECT_EQ(keeper_->offer_second_factor(ada_.principal, "wrong", "192.0.2.1").error().kind, ErrorKind::denied);
  EXPECT_EQ(keeper_->enable_second_factor(ada_.principal, "000000", "192.0.2.1").error().kind, ErrorKind::not_found);
  secret_ = from_base32(keeper_->offer_second_factor(ada_.principal, password_, "192.0.2.1")->secret);
  clock_.advance(16min);
  EXPECT_EQ(keeper_->enable_second_factor(ada_.principal, code(), "192.0.2.1").error().kind, ErrorKind::not_found);
}

TEST_F(Factor, recovery_codes_count_once_and_outlive_the_program) {
  enable();
  EXPECT_TRUE(enter("ada", password_, recovery_[3]));
  EXPECT_FALSE(enter("ada", password_, recovery_[3]));
  keeper_ = opened();
  EXPECT_FALSE(enter("ada", password_, recovery_[3])) << "nor after a restart";
  std::string typed = recovery_[4];
  std::ranges::transform(typed, typed.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
  EXPECT_TRUE(enter("ada", password_, typed));
  EXPECT_TRUE(enter("ada", password_, code())) << "the app's codes go on";
}

TEST_F(Factor, wrong_codes_are_wrong_tries_wherever_they_come_from) {
  enable();
  for (int i = 0; i < 5; ++i) {
    const auto login = keeper_->log_in("ada", password_, "192.0.2." + std::to_string(10 + i), "wrong!");
    EXPECT_EQ(login.error().kind, ErrorKind::denied);
  }
  EXPECT_EQ(keeper_->log_in("ada", password_, "192.0.2.77", code()).error().kind, ErrorKind::limit);
  clock_.advance(2s);
  EXPECT_TRUE(keeper_->log_in("ada", password_, "192.0.2.77", code()));
}

TEST_F(Factor, the_right_password_alone_forgets_no_wrong_tries) {
  enable();
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(keeper_->log_in("ada", "wrong", "192.0.2.1"));
    if (i < 4) {
      EXPECT_FALSE(*keeper_->log_in("ada", password_, "192.0.2.1"));
    }
  }
  EXPECT_EQ(keeper_->log_in("ada", password_, "192.0.2.1").error().kind, ErrorKind::limit);
}

TEST_F(Factor, secret_and_codes_are_kept_nowhere_in_clear) {
  enable();
  const SecondFactor& kept = *records_.users_.begin()->second.second_factor;
  EXPECT_EQ(kept.secret.size(), secret_.size() + crypto::sealed_extra);
  EXPECT_TRUE(std::ranges::search(kept.secret, secret_).empty());
  for (const std::string& one : recovery_) EXPECT_FALSE(kept.recovery.contains(plain_recovery_code(one)));
  EXPECT_TRUE(keeper_->users().front().second_factor->secret.empty()) << "nor told to administrators";
  EXPECT_TRUE(keeper_->users().front().second_factor->recovery.empty());
}

TEST_F(Factor, goes_with_password_and_code_or_by_an_administrator) {
  enable();
  EXPECT_FALSE(keeper_->disable_second_factor(ada_.principal, "wrong", code(), "192.0.2.1"));
  EXPECT_FALSE(keeper_->disable_second_factor(ada_.principal, password_, "wrong!", "192.0.2.1"));
  EXPECT_FALSE(*keeper_->log_in("ada", password_, "192.0.2.1"));
  ASSERT_TRUE(keeper_->disable_second_factor(ada_.principal, password_, code(), "192.0.2.1"));
  EXPECT_TRUE(enter("ada", password_));
  enable();
  ASSERT_TRUE(keeper_->reset_second_factor(ada_.principal, ada_.principal.user));
  EXPECT_FALSE(keeper_->by_session(ada_.token)) << "sessions end";
  EXPECT_TRUE(enter("ada", password_));
  EXPECT_EQ(keeper_->reset_second_factor(ada_.principal, ada_.principal.user).error().kind, ErrorKind::not_found);
}

TEST_F(Factor, enabling_disabling_and_refusals_are_entries) {
  ledger_.entries.clear();
  enable();
  EXPECT_FALSE(enter("ada", password_, "wrong!"));
  EXPECT_TRUE(enter("ada", password_, code()));
  EXPECT_FALSE(keeper_->disable_second_factor(ada_.principal, password_, "wrong!", "192.0.2.1"));
  EXPECT_TRUE(keeper_->disable_second_factor(ada_.principal, password_, code(1), "192.0.2.1"));
  std::vector<consent::EntryKind> kinds;
  for (const consent::Entry& entry : ledger_.entries) kinds.push_back(entry.kind);
  using enum consent::EntryKind;
  EXPECT_EQ(kinds, (std::vector{configuration_changed, refused, login, refused, configuration_changed}));
}

TEST_F(Factor, nothing_is_enabled_without_an_entry) {
  const auto offer = keeper_->offer_second_factor(ada_.principal, password_, "192.0.2.1");
  secret_ = from_base32(offer->secret);
  ledger_.failing = true;
  EXPECT_EQ(keeper_->enable_second_factor(ada_.principal, code(), "192.0.2.1").error().kind, ErrorKind::unavailable);
  ledger_.failing = false;
  EXPECT_TRUE(enter("ada", password_));
}

}  // namespace
}  // namespace regard::accounts
