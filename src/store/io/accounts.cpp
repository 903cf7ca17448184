#include "store/accounts.h"

#include <mutex>
#include <set>

#include "store/io/sql.h"

namespace regard::store {
namespace {

using accounts::ApiKey;
using accounts::User;

template <typename Value>
std::string joined(const std::set<Value>& values) {
  std::string text;
  for (const Value value : values) text += (text.empty() ? "" : ",") + std::string{accounts::to_string(value)};
  return text;
}

/// Words that this version does not know are damage: leaving them out would change what somebody may do unseen.
template <typename Value, typename Read>
std::set<Value> read_words(const std::string& text, Read read) {
  std::set<Value> values;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const auto value = read(std::string_view{text}.substr(begin, end - begin));
    if (!value) throw SQLite::Exception{value.error().message(), SQLITE_CORRUPT};
    values.insert(*value);
    begin = end + 1;
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
    Query query = from.query("SELECT id, name, password, roles, disabled, created FROM users ORDER BY created, id");
    while (query.next())
      all.push_back({query.text(0), query.text(1), query.text(2),
                     read_words<accounts::Role>(query.text(3), accounts::role_from), query.flag(4), query.time(5)});
    return all;
  });
}

Result<void> AccountRecords::put_user(const User& user) {
  const std::string doing = "keeping user " + user.name;
  return state_->with(doing, [&](Connection& to) -> Result<void> {
    if (to.maybe_number("SELECT 1 FROM users WHERE name = ? AND id <> ?", user.name, user.id))
      return fail(ErrorKind::invalid_input, doing, "another user has that name", "choose another name");
    to.run(
        "INSERT INTO users (id, name, password, roles, disabled, created) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO"
        " UPDATE SET name = excluded.name, password = excluded.password, roles = excluded.roles,"
        " disabled = excluded.disabled",
        user.id, user.name, user.password, joined(user.roles), user.disabled, user.created);
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

}  // namespace regard::store
