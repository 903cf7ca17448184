#include <gtest/gtest.h>

#include "accounts/accounts.h"
#include "consent_memory.h"

namespace regard::accounts {
namespace {

using namespace std::chrono_literals;

/// Accounts in maps.
class MemoryAccounts final : public Records {
 public:
  Result<std::vector<User>> users() override {
    std::vector<User> all;
    for (const auto& [id, user] : users_) all.push_back(user);
    return all;
  }
  Result<void> put_user(const User& user) override {
    users_[user.id] = user;
    return {};
  }
  Result<void> remove_user(const std::string& id) override {
    users_.erase(id);
    return {};
  }
  Result<std::vector<ApiKey>> api_keys() override {
    std::vector<ApiKey> all;
    for (const auto& [id, key] : keys_) all.push_back(key);
    return all;
  }
  Result<void> put_api_key(const ApiKey& key) override {
    keys_[key.id] = key;
    return {};
  }
  Result<void> remove_api_key(const std::string& id) override {
    keys_.erase(id);
    return {};
  }
  std::map<std::string, User> users_;
  std::map<std::string, ApiKey> keys_;
};

class Door : public ::testing::Test {
 protected:
  const std::string password_ = "several words are easy";
  regard::testing::ManualClock clock_{Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}}};
  regard::testing::MemoryRecords facts_;
  regard::testing::MemoryLedger ledger_;
  consent::Register register_{facts_, ledger_, clock_};
  MemoryAccounts records_;
  std::unique_ptr<Doorkeeper> keeper_ = *Doorkeeper::open(records_, register_, clock_);

  Login first() {
    auto login = keeper_->become_first(keeper_->first_token(), "ada", password_);
    EXPECT_TRUE(login) << login.error().message();
    return *login;
  }
};

TEST_F(Door, the_first_link_counts_once_and_only_until_there_is_an_administrator) {
  const std::string old = keeper_->first_token();
  const std::string token = keeper_->first_token();
  EXPECT_FALSE(keeper_->become_first(old, "eve", password_)) << "a newer link was made";
  EXPECT_FALSE(keeper_->become_first("", "eve", password_));
  EXPECT_FALSE(keeper_->become_first(token, "ada", "short")) << "and the link still counts";
  const auto login = keeper_->become_first(token, "ada", password_);
  ASSERT_TRUE(login);
  EXPECT_TRUE(login->principal.may(Action::manage_accounts));
  EXPECT_TRUE(keeper_->by_session(login->token));
  EXPECT_FALSE(keeper_->become_first(token, "eve", password_));
  EXPECT_EQ(keeper_->first_token(), "");
  EXPECT_FALSE(keeper_->become_first("", "eve", password_));
}

TEST_F(Door, passwords_and_tokens_are_not_kept) {
  const Login login = first();
  const User& kept = records_.users_.begin()->second;
  EXPECT_EQ(kept.password.rfind("$argon2id$", 0), 0U);
  EXPECT_EQ(keeper_->users().front().password, "");
  const auto key = keeper_->make_api_key(login.principal, "lobby display", {Action::see_events}, 24h);
  ASSERT_TRUE(key);
  EXPECT_EQ(records_.keys_.begin()->second.digest.find(key->first), std::string::npos);
  EXPECT_EQ(key->second.digest, "");
}

TEST_F(Door, logins_and_refused_ones_are_entries_that_name_nobody) {
  const Login login = first();
  ledger_.entries.clear();
  EXPECT_TRUE(keeper_->log_in("ada", password_, "192.0.2.1"));
  EXPECT_FALSE(keeper_->log_in("ada", "another password", "192.0.2.1"));
  EXPECT_FALSE(keeper_->log_in("nobody", password_, "192.0.2.1"));
  EXPECT_TRUE(keeper_->note_refusal(login.principal, "erasePerson"));
  ASSERT_EQ(ledger_.entries.size(), 4U);
  EXPECT_EQ(ledger_.entries[0].kind, consent::EntryKind::login);
  for (int i = 1; i < 4; ++i) EXPECT_EQ(ledger_.entries[static_cast<std::size_t>(i)].kind, consent::EntryKind::refused);
  EXPECT_EQ(ledger_.entries[0].actor.value, "user:" + login.principal.user);
  EXPECT_EQ(ledger_.entries[2].actor.value, "user:unknown");
}

TEST_F(Door, without_an_entry_nobody_gets_in) {
  static_cast<void>(first());
  ledger_.failing = true;
  const auto login = keeper_->log_in("ada", password_, "192.0.2.1");
  ASSERT_FALSE(login);
  EXPECT_EQ(login.error().kind, ErrorKind::unavailable);
}

TEST_F(Door, whoever_is_wrong_too_often_waits_and_others_do_not) {
  static_cast<void>(first());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(keeper_->log_in("ada", "wrong", "192.0.2.1").error().kind, ErrorKind::denied);
  EXPECT_EQ(keeper_->log_in("ada", password_, "192.0.2.1").error().kind, ErrorKind::limit) << "though it is right";
  EXPECT_EQ(keeper_->log_in("bob", "wrong", "192.0.2.1").error().kind, ErrorKind::limit) << "other names from there";
  EXPECT_TRUE(keeper_->log_in("ada", password_, "192.0.2.2")) << "elsewhere the user is not locked out";
  clock_.advance(1s);
  EXPECT_TRUE(keeper_->log_in("ada", password_, "192.0.2.1"));
}

TEST_F(Door, sessions_end_by_logout_idling_and_age) {
  const Login login = first();
  const Login other = *keeper_->log_in("ada", password_, "192.0.2.1");
  keeper_->log_out(other.token);
  EXPECT_FALSE(keeper_->by_session(other.token));
  clock_.advance(Doorkeeper::session_idle);
  EXPECT_TRUE(keeper_->by_session(login.token)) << "used just in time";
  clock_.advance(Doorkeeper::session_idle + 1s);
  EXPECT_FALSE(keeper_->by_session(login.token));
  const Login busy = *keeper_->log_in("ada", password_, "192.0.2.1");
  for (Duration at{}; at <= Doorkeeper::session_life; at += 1h) {
    EXPECT_TRUE(keeper_->by_session(busy.token));
    clock_.advance(1h);
  }
  EXPECT_FALSE(keeper_->by_session(busy.token)) << "twelve hours are over";
}

TEST_F(Door, changes_of_a_user_end_their_sessions_and_bound_their_keys) {
  const Login admin = first();
  const auto user = keeper_->add_user(admin.principal, "bob", "bobs own long words", {Role::viewer, Role::auditor});
  ASSERT_TRUE(user);
  EXPECT_FALSE(keeper_->add_user(admin.principal, "bob", "bobs own long words", {})) << "taken";
  const Login bob = *keeper_->log_in("bob", "bobs own long words", "192.0.2.1");
  EXPECT_FALSE(keeper_->make_api_key(bob.principal, "x", {Action::erase_people}, 24h)) << "more than bob may";
  EXPECT_FALSE(keeper_->make_api_key(admin.principal, "x", {Action::manage_accounts}, 24h));
  const auto key = keeper_->make_api_key(bob.principal, "x", {Action::see_live, Action::read_log}, 24h);
  ASSERT_TRUE(key);
  EXPECT_TRUE(keeper_->by_key(key->first)->may(Action::see_live));
  ASSERT_TRUE(keeper_->change_user(admin.principal, user->id,
                                   {.roles = std::set{Role::auditor}, .disabled = {}, .password = {}}));
  EXPECT_FALSE(keeper_->by_session(bob.token));
  EXPECT_FALSE(keeper_->by_key(key->first)->may(Action::see_live)) << "its owner no longer may";
  clock_.advance(25h);
  EXPECT_FALSE(keeper_->by_key(key->first)) << "expired";
  ASSERT_TRUE(keeper_->remove_user(admin.principal, user->id));
  EXPECT_FALSE(keeper_->log_in("bob", "bobs own long words", "192.0.2.1"));
}

TEST_F(Door, the_last_administrator_stays) {
  const Login admin = first();
  const std::string id = admin.principal.user;
  EXPECT_FALSE(keeper_->remove_user(admin.principal, id));
  EXPECT_FALSE(keeper_->change_user(admin.principal, id, {.roles = {}, .disabled = true, .password = {}}));
  EXPECT_FALSE(
      keeper_->change_user(admin.principal, id, {.roles = std::set{Role::viewer}, .disabled = {}, .password = {}}));
  EXPECT_TRUE(keeper_->by_session(admin.token));
}

TEST_F(Door, accounts_outlive_the_program_and_sessions_do_not) {
  const Login login = first();
  const auto again = *Doorkeeper::open(records_, register_, clock_);
  EXPECT_EQ(again->first_token(), "");
  EXPECT_FALSE(again->by_session(login.token));
  EXPECT_TRUE(again->log_in("ada", password_, "192.0.2.1"));
}

TEST_F(Door, a_new_password_needs_the_old_one) {
  const Login login = first();
  EXPECT_EQ(keeper_->change_password(login.principal, "guess", "entirely other words", "192.0.2.1").error().kind,
            ErrorKind::denied);
  ASSERT_TRUE(keeper_->change_password(login.principal, password_, "entirely other words", "192.0.2.1"));
  EXPECT_FALSE(keeper_->by_session(login.token));
  EXPECT_FALSE(keeper_->log_in("ada", password_, "192.0.2.1"));
  EXPECT_TRUE(keeper_->log_in("ada", "entirely other words", "192.0.2.1"));
}

}  // namespace
}  // namespace regard::accounts
