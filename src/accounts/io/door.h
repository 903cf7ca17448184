// What tests of the Doorkeeper stand on.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>

#include "accounts/accounts.h"
#include "consent_memory.h"

namespace regard::accounts {

/// Accounts in maps.
class MemoryAccounts final : public Records {
 public:
  Result<std::vector<User>> users() override {
    std::vector<User> all;
    for (const auto& [id, user] : users_) all.push_back(user);
    return all;
  }
  Result<void> put_user(const User& user) override {
    if (const auto meanwhile = std::exchange(on_put_, {})) meanwhile();
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
  Result<std::vector<Passkey>> passkeys() override {
    std::vector<Passkey> all;
    for (const auto& [id, passkey] : passkeys_) all.push_back(passkey);
    return all;
  }
  Result<void> put_passkey(const Passkey& passkey) override {
    passkeys_[passkey.id] = passkey;
    return {};
  }
  Result<void> remove_passkey(const std::string& id) override {
    passkeys_.erase(id);
    return {};
  }
  std::function<void()> on_put_;  ///< once, before the next user is kept
  std::map<std::string, User> users_;
  std::map<std::string, ApiKey> keys_;
  std::map<std::string, Passkey> passkeys_;
};

class Door : public ::testing::Test {
 protected:
  const std::string password_ = "several words are easy";
  regard::testing::ManualClock clock_{Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}}};
  regard::testing::MemoryRecords facts_;
  regard::testing::MemoryLedger ledger_;
  consent::Register register_{facts_, ledger_, clock_};
  MemoryAccounts records_;
  std::unique_ptr<Doorkeeper> keeper_ = opened();

  std::unique_ptr<Doorkeeper> opened() {
    return *Doorkeeper::open(records_, register_, clock_, crypto::SecretBytes{crypto::key_size});
  }

  /// Logs in where no code is asked for.
  Result<Login> enter(const std::string& name, const std::string& password, const std::string& code = "") {
    auto login = keeper_->log_in(name, password, "192.0.2.1", code);
    if (!login) return pass_on(std::move(login));
    if (!*login) return fail(ErrorKind::denied, "logging in", "a code is wanted", "send it");
    return **login;
  }

  Login first() {
    auto login = keeper_->become_first(keeper_->first_token(), "ada", password_);
    EXPECT_TRUE(login) << login.error().message();
    return *login;
  }
};

}  // namespace regard::accounts
