// Accounts on SQLite: the port of `accounts`, in the same file as everything else.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "accounts/accounts.h"
#include "core/core.h"

namespace regard::store {

/// Internally locked: any thread. Errors of all calls: unavailable, corrupt; `put_user` besides: invalid_input.
class AccountRecords final : public accounts::Records {
 public:
  /// `file` is one that Database::open has opened, so that its tables are there.
  [[nodiscard]] static Result<std::unique_ptr<AccountRecords>> open(const std::filesystem::path& file);
  ~AccountRecords() override;

  [[nodiscard]] Result<std::vector<accounts::User>> users() override;
  [[nodiscard]] Result<void> put_user(const accounts::User& user) override;
  [[nodiscard]] Result<void> remove_user(const std::string& id) override;
  [[nodiscard]] Result<std::vector<accounts::ApiKey>> api_keys() override;
  [[nodiscard]] Result<void> put_api_key(const accounts::ApiKey& key) override;
  [[nodiscard]] Result<void> remove_api_key(const std::string& id) override;
  [[nodiscard]] Result<std::vector<accounts::Passkey>> passkeys() override;
  [[nodiscard]] Result<void> put_passkey(const accounts::Passkey& passkey) override;
  [[nodiscard]] Result<void> remove_passkey(const std::string& id) override;

 private:
  struct State;
  explicit AccountRecords(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace regard::store
