#include <gtest/gtest.h>

#include <thread>

#include "accounts/io/door.h"

namespace regard::accounts {
namespace {

using namespace std::chrono_literals;

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

TEST_F(Door, a_long_name_is_counted_as_any_other) {
  const std::string longest(64'000, 'x');
  for (int i = 0; i < 5; ++i) EXPECT_EQ(keeper_->log_in(longest, "wrong", "192.0.2.1").error().kind, ErrorKind::denied);
  EXPECT_EQ(keeper_->log_in(longest, "wrong", "192.0.2.1").error().kind, ErrorKind::limit);
}

TEST_F(Door, sessions_end_by_logout_idling_and_age) {
  const Login login = first();
  const Login other = **keeper_->log_in("ada", password_, "192.0.2.1");
  keeper_->log_out(other.token);
  EXPECT_FALSE(keeper_->by_session(other.token));
  clock_.advance(Doorkeeper::session_idle);
  EXPECT_TRUE(keeper_->by_session(login.token)) << "used just in time";
  clock_.advance(Doorkeeper::session_idle + 1s);
  EXPECT_FALSE(keeper_->by_session(login.token));
  const Login busy = **keeper_->log_in("ada", password_, "192.0.2.1");
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
  const Login bob = **keeper_->log_in("bob", "bobs own long words", "192.0.2.1");
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
  const auto again = opened();
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

TEST_F(Door, a_new_password_rests_on_the_one_that_was_checked) {
  const Login login = first();
  Result<void> own;
  std::thread meanwhile;
  records_.on_put_ = [&] {  // an administrator's change is being kept, and is not there to see yet
    meanwhile = std::thread{
        [&] { own = keeper_->change_password(login.principal, password_, "entirely other words", "192.0.2.1"); }};
    for (int i = 0; i < 3; ++i) static_cast<void>(keeper_->log_in("ada", password_, "192.0.2.2"));
  };
  ASSERT_TRUE(keeper_->change_user(login.principal, login.principal.user,
                                   {.roles = {}, .disabled = {}, .password = "an administrators words"}));
  meanwhile.join();
  ASSERT_FALSE(own) << "the old password was right when it was looked at, but no longer";
  EXPECT_EQ(own.error().kind, ErrorKind::denied);
  EXPECT_TRUE(keeper_->log_in("ada", "an administrators words", "192.0.2.3"));
}

}  // namespace
}  // namespace regard::accounts
