#include "store/accounts.h"

#include <mutex>
#include <set>
#include <string>
#include <type_traits>

#include "store/io/sql.h"

namespace regard::store {
namespace {

using accounts::ApiKey;
using accounts::Passkey;
using accounts::User;

template <typename Value>
std::string_view word_of(const Value& value) {
  if constexpr (std::is_same_v<Value, std::string>)
    return value;
  else
    return accounts::to_string(value);
}

template <typename Value>
std::string joined(const std::set<Value>& values) {
  std::string text;
  for (const Value& value : values) text += (text.empty() ? "" : ",") + std::string{word_of(value)};
  return text;
}

std::set<std::string> split(const std::string& text) {
  std::set<std::string> values;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    values.insert(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return values;
}

/// Words that this version does not know are damage: leaving them out would change what somebody may do unseen.
template <typename Value, typename Read>
std::set<Value> read_words(const std::string& text, Read read) {
  std::set<Value> values;
  for (const std::string& word : split(text)) {
    const auto value = read(word);
    if (!value) throw SQLite::Exception{value.error().message(), SQLITE_CORRUPT};
    values.insert(*value);
  }
  return values;
}

}  // namespace

struct AccountRecords::State {
  explicit State(const std::filesystem::path& file)
      : connection{file, Access::read_and_write, std::chrono::seconds{5}} {}
  std::mutex mutex;
  Connection connection;

  template <typename Work>
  [[nodiscard]] auto with(const std::string& doing, Work&& work) {
    const std::lock_guard lock{mutex};
    return guarded(doing, [&] { return work(connection); });
  }
  /// One statement is one transaction.
  template <typename... Values>
  [[nodiscard]] Result<void> run(const std::string& doing, const char* sql, const Values&... values) {
    return with(doing, [&](Connection& to) -> Result<void> {
      to.run(sql, values...);
      return {};
    });
  }
};

AccountRecords::AccountRecords(std::unique_ptr<State> state) : state_{std::move(state)} {}
AccountRecords::~AccountRecords() = default;

Result<std::unique_ptr<AccountRecords>> AccountRecords::open(const std::filesystem::path& file) {
  return guarded("opening the accounts in " + file.string(), [&]() -> Result<std::unique_ptr<AccountRecords>> {
    return std::unique_ptr<AccountRecords>{new AccountRecords{std::make_unique<State>(file)}};
  });
}

Result<std::vector<User>> AccountRecords::users() {
  return state_->with("reading the users", [](Connection& from) -> Result<std::vector<User>> {
    std::vector<User> all;
    Query query = from.query(
        "SELECT id, name, password, roles, disabled, created, factor_secret, factor_step, factor_recovery FROM users"
        " ORDER BY created, id");
    while (query.next()) {
      all.push_back({query.text(0), query.text(1), query.text(2),
                     read_words<accounts::Role>(query.text(3), accounts::role_from), query.flag(4), query.time(5)});
      if (!query.empty(6)) all.back().second_factor = {query.bytes(6), query.count(7), split(query.text(8))};
    }
    return all;
  });
}

Result<void> AccountRecords::put_user(const User& user) {
  const std::string doing = "keeping user " + user.name;
  return state_->with(doing, [&](Connection& to) -> Result<void> {
    if (to.maybe_number("SELECT 1 FROM users WHERE name = ? AND id <> ?", user.name, user.id))
      return fail(ErrorKind::invalid_input, doing, "another user has that name", "choose another name");
    std::optional<crypto::Bytes> secret;
    std::optional<std::uint64_t> step;
    std::optional<std::string> recovery;
    if (const auto& factor = user.second_factor) {
      secret = factor->secret;
      step = factor->last_step;
      recovery = joined(factor->recovery);
    }
    to.run(
        "INSERT INTO users (id, name, password, roles, disabled, created, factor_secret, factor_step, factor_recovery)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
        " password = excluded.password, roles = excluded.roles, disabled = excluded.disabled,"
        " factor_secret = excluded.factor_secret, factor_step = excluded.factor_step,"
        " factor_recovery = excluded.factor_recovery",
        user.id, user.name, user.password, joined(user.roles), user.disabled, user.created, secret, step, recovery);
    return {};
  });
}

Result<void> AccountRecords::remove_user(const std::string& id) {
  return state_->run("removing user " + id, "DELETE FROM users WHERE id = ?", id);
}

Result<std::vector<ApiKey>> AccountRecords::api_keys() {
  return state_->with("reading the API keys", [](Connection& from) -> Result<std::vector<ApiKey>> {
    std::vector<ApiKey> all;
    Query query =
        from.query("SELECT id, label, digest, owner, scopes, created, expires FROM api_keys ORDER BY created, id");
    while (query.next())
      all.push_back({query.text(0), query.text(1), query.text(2), query.text(3),
                     read_words<accounts::Action>(query.text(4), accounts::action_from), query.time(5), query.time(6)});
    return all;
  });
}

Result<void> AccountRecords::put_api_key(const ApiKey& key) {
  return state_->run("keeping key " + key.id,
                     "INSERT OR REPLACE INTO api_keys (id, label, digest, owner, scopes, created, expires) VALUES"
                     " (?, ?, ?, ?, ?, ?, ?)",
                     key.id, key.label, key.digest, key.owner, joined(key.scopes), key.created, key.expires);
}

Result<void> AccountRecords::remove_api_key(const std::string& id) {
  return state_->run("removing key " + id, "DELETE FROM api_keys WHERE id = ?", id);
}

Result<std::vector<Passkey>> AccountRecords::passkeys() {
  return state_->with("reading the passkeys", [](Connection& from) -> Result<std::vector<Passkey>> {
    std::vector<Passkey> all;
    Query query = from.query(
        "SELECT id, owner, label, algorithm, key_first, key_second, counter, created FROM passkeys ORDER BY created,"
        " id");
    while (query.next())
      all.push_back({query.text(0),
                     query.text(1),
                     query.text(2),
                     {static_cast<accounts::PasskeyAlgorithm>(query.number(3)), query.bytes(4), query.bytes(5)},
                     static_cast<std::uint32_t>(query.count(6)),
                     query.time(7)});
    return all;
  });
}

Result<void> AccountRecords::put_passkey(const Passkey& passkey) {
  return state_->run("keeping a passkey",
                     "INSERT OR REPLACE INTO passkeys (id, owner, label, algorithm, key_first, key_second, counter,"
                     " created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                     passkey.id, passkey.user, passkey.label, static_cast<int>(passkey.key.algorithm),
                     passkey.key.first, passkey.key.second, std::uint64_t{passkey.counter}, passkey.created);
}

Result<void> AccountRecords::remove_passkey(const std::string& id) {
  return state_->run("removing a passkey", "DELETE FROM passkeys WHERE id = ?", id);
}

}  // namespace regard::store
