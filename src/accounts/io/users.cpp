// Users and API keys: added, changed, removed.
#include <algorithm>

#include "accounts/accounts.h"
#include "accounts/io/words.h"
#include "crypto/password.h"

namespace regard::accounts {
namespace {

constexpr std::size_t most_users = 1'000;
constexpr std::size_t most_keys = 1'000;

/// Whether there is a second factor stays to be seen.
void forget_secrets(User& user) {
  user.password.clear();
  if (user.second_factor) user.second_factor = SecondFactor{};
}

}  // namespace

std::vector<User> Doorkeeper::users() const {
  const std::lock_guard lock{mutex_};
  std::vector<User> all;
  for (const auto& [id, user] : users_) {
    all.push_back(user);
    forget_secrets(all.back());
  }
  return all;
}

std::vector<ApiKey> Doorkeeper::api_keys() const {
  const std::lock_guard lock{mutex_};
  std::vector<ApiKey> all;
  for (const auto& [digest, key] : api_keys_) {
    all.push_back(key);
    all.back().digest.clear();
  }
  return all;
}

Result<User> Doorkeeper::add_user(const Principal& by, const std::string& name, const std::string& password,
                                  const std::set<Role>& roles) {
  const std::string doing = "adding user " + name;
  if (auto checked = check_user_name(name); !checked) return pass_on(std::move(checked));
  auto hash = hashed(password);
  if (!hash) return pass_on(std::move(hash));
  const std::lock_guard one{changing_};
  {
    const std::lock_guard lock{mutex_};
    if (user_named(name) != nullptr)
      return fail(ErrorKind::invalid_input, doing, "there is one of that name", "choose another name");
    if (users_.size() >= most_users) return fail(ErrorKind::limit, doing, "there are too many", "remove one");
  }
  User user{crypto::random_id("user_"), name, *hash, roles, false, clock_.now()};
  if (auto noted = note(consent::EntryKind::configuration_changed, by.actor, "user added " + user.id); !noted)
    return pass_on(std::move(noted));
  if (auto kept = records_.put_user(user); !kept) return pass_on(std::move(kept));
  const std::lock_guard lock{mutex_};
  users_[user.id] = user;
  forget_secrets(user);
  return user;
}

Result<User> Doorkeeper::edit_user(const std::string& id, const Note& words, Edit edit, Sessions sessions) {
  const std::lock_guard one{changing_};
  auto user = user_of(id);
  if (!user) return nobody(words.doing);
  if (auto edited = edit(*user); !edited) return pass_on(std::move(edited));
  if (auto stays = check_administrators(*user, words.doing); !stays) return pass_on(std::move(stays));
  if (auto noted = note(words.kind, words.actor, words.about); !noted) return pass_on(std::move(noted));
  if (auto kept = records_.put_user(*user); !kept) return pass_on(std::move(kept));
  const std::lock_guard lock{mutex_};
  users_[id] = *user;
  if (sessions == Sessions::end) end_sessions(id);
  return std::move(*user);
}

Result<void> Doorkeeper::check_administrators(const User& user, const std::string& doing) const {
  const std::lock_guard lock{mutex_};
  if (is_administrator(user) || has_administrator(user.id)) return {};
  return fail(ErrorKind::denied, doing, "there would be no administrator left", "make another administrator first");
}

Result<User> Doorkeeper::change_user(const Principal& by, const std::string& id, const UserChange& change) {
  std::optional<std::string> hash;
  if (change.password) {
    auto made = hashed(*change.password);
    if (!made) return pass_on(std::move(made));
    hash = std::move(*made);
  }
  auto changed = edit_user(
      id, {consent::EntryKind::configuration_changed, by.actor, "user changed " + id, "changing user " + id},
      [&](User& user) -> Result<void> {
        user.roles = change.roles.value_or(user.roles);
        user.disabled = change.disabled.value_or(user.disabled);
        user.password = hash.value_or(user.password);
        return {};
      },
      Sessions::end);
  if (changed) forget_secrets(*changed);
  return changed;
}

Result<void> Doorkeeper::remove_user(const Principal& by, const std::string& id) {
  const std::lock_guard one{changing_};
  const std::string doing = "removing user " + id;
  auto user = user_of(id);
  if (!user) return nobody(doing);
  user->disabled = true;
  if (auto stays = check_administrators(*user, doing); !stays) return stays;
  if (auto noted = note(consent::EntryKind::configuration_changed, by.actor, "user removed " + id); !noted)
    return noted;
  if (auto gone = records_.remove_user(id); !gone) return gone;
  const std::lock_guard lock{mutex_};
  users_.erase(id);
  end_sessions(id);
  std::erase_if(api_keys_, [&](const auto& key) { return key.second.owner == id; });
  std::erase_if(passkeys_, [&](const auto& passkey) { return passkey.second.user == id; });
  return {};
}

/// The hash that the password was right for. Errors: denied, limit, not_found.
Result<std::string> Doorkeeper::check_own_password(const Principal& by, const std::string& password,
                                                   const std::string& peer, const Attempt& attempt) {
  const Tries tries = tries_of(by.user, peer);
  const std::lock_guard one{hashing_};
  if (auto patient = check_patience(tries); !patient) return pass_on(std::move(patient));
  const auto user = user_of(by.user);
  if (!user) return nobody(attempt.doing);
  if (!crypto::password_matches(user->password, password)) {
    remember_failure(tries);
    if (auto noted = note_refusal(by, attempt.operation); !noted) return pass_on(std::move(noted));
    return fail(ErrorKind::denied, attempt.doing, "the present password is wrong", "type it again");
  }
  forget_failures(tries);
  return user->password;
}

Result<void> Doorkeeper::change_password(const Principal& by, const std::string& before, const std::string& after,
                                         const std::string& peer) {
  const std::string doing = "changing the password";
  if (auto checked = check_password(after); !checked) return checked;
  auto present = check_own_password(by, before, peer, {"changePassword", doing});
  if (!present) return pass_on(std::move(present));
  auto hash = hashed(after);
  if (!hash) return pass_on(std::move(hash));
  auto changed = edit_user(
      by.user, {consent::EntryKind::configuration_changed, by.actor, "user changed " + by.user, doing},
      [&](User& user) -> Result<void> {
        if (user.password != *present)  // an administrator was quicker: theirs counts
          return fail(ErrorKind::denied, doing, "it was changed meanwhile", "log in again");
        user.password = *hash;
        return {};
      },
      Sessions::end);
  if (!changed) return pass_on(std::move(changed));
  return {};
}

Result<std::pair<std::string, ApiKey>> Doorkeeper::make_api_key(const Principal& by, const std::string& label,
                                                                const std::set<Action>& scopes, Duration life) {
  const std::lock_guard one{changing_};
  const std::string doing = "making a key";
  constexpr Duration longest_life = std::chrono::hours{24 * 366};
  if (!is_label(label)) return wrong_label(doing);
  if (scopes.empty() || scopes.contains(Action::manage_accounts) || scopes.contains(Action::keep_own_account))
    return fail(ErrorKind::invalid_input, doing, "its scopes do not fit",
                "name at least one; keys never manage accounts");
  if (!std::ranges::includes(by.actions, scopes))
    return fail(ErrorKind::denied, doing, "it would be allowed more than you are", "leave out some scopes");
  if (life <= Duration::zero() || life > longest_life)
    return fail(ErrorKind::invalid_input, doing, "it would count too long or not at all", "use 1 to 366 days");
  const std::string token = "regard_" + new_token();
  const Timestamp now = clock_.now();
  ApiKey key{crypto::random_id("key_"), label, digest_of(token), by.user, scopes, now, now + life};
  {
    const std::lock_guard lock{mutex_};
    if (api_keys_.size() >= most_keys) return fail(ErrorKind::limit, doing, "there are too many", "revoke one");
  }
  if (auto noted = note(consent::EntryKind::configuration_changed, by.actor, "key made " + key.id); !noted)
    return pass_on(std::move(noted));
  if (auto kept = records_.put_api_key(key); !kept) return pass_on(std::move(kept));
  const std::lock_guard lock{mutex_};
  api_keys_[key.digest] = key;
  key.digest.clear();
  return std::pair{token, key};
}

Result<void> Doorkeeper::revoke_api_key(const Principal& by, const std::string& id) {
  const std::lock_guard one{changing_};
  {
    const std::lock_guard lock{mutex_};
    if (std::ranges::none_of(api_keys_, [&](const auto& key) { return key.second.id == id; }))
      return nobody("revoking key " + id);
  }
  if (auto noted = note(consent::EntryKind::configuration_changed, by.actor, "key revoked " + id); !noted) return noted;
  if (auto gone = records_.remove_api_key(id); !gone) return gone;
  const std::lock_guard lock{mutex_};
  std::erase_if(api_keys_, [&](const auto& key) { return key.second.id == id; });
  return {};
}

}  // namespace regard::accounts
