#include <algorithm>

#include "accounts/accounts.h"
#include "crypto/password.h"

namespace regard::accounts {
namespace {

/// Addresses and names that were wrong: whoever tries more than so many does not fill memory.
constexpr std::size_t most_failures_kept = 10'000;
constexpr std::size_t most_sessions_of_one = 32;
constexpr std::size_t most_users = 1'000;
constexpr std::size_t most_keys = 1'000;

/// 256 random bits: cannot be guessed, so they are found by their digest without comparing in constant time.
std::string new_token() { return crypto::to_base64url(crypto::random_bytes(32)); }
std::string digest_of(const std::string& token) { return crypto::to_hex(crypto::sha256(crypto::bytes_of(token))); }

Error wrong(const std::string& doing) {
  return {ErrorKind::denied, doing, "name or password is wrong",
          "try again, or ask an administrator for a new password"};
}

Error nobody(const std::string& doing) {
  return {ErrorKind::not_found, doing, "there is none of that id", "look at the list"};
}

tl::unexpected<Error> failed(Error error) { return tl::unexpected<Error>{std::move(error)}; }

Principal principal_of(const User& user, std::string csrf) {
  return {{"user:" + user.id}, user.id, user.name, actions_of(user.roles), std::move(csrf)};
}

}  // namespace

Doorkeeper::Doorkeeper(Records& records, consent::Register& log, const Clock& clock)
    : records_{records}, log_{log}, clock_{clock}, nobodys_password_{crypto::password_hash(new_token()).value_or("")} {}

Result<std::unique_ptr<Doorkeeper>> Doorkeeper::open(Records& records, consent::Register& log, const Clock& clock) {
  std::unique_ptr<Doorkeeper> keeper{new Doorkeeper{records, log, clock}};
  auto users = records.users();
  if (!users) return pass_on(std::move(users));
  for (User& user : *users) keeper->users_.emplace(user.id, std::move(user));
  auto keys = records.api_keys();
  if (!keys) return pass_on(std::move(keys));
  for (ApiKey& key : *keys) keeper->api_keys_.emplace(key.digest, std::move(key));
  return keeper;
}

Result<void> Doorkeeper::note(consent::EntryKind kind, const consent::Actor& actor, const std::string& about) {
  auto noted = log_.note({.kind = kind,
                          .time = clock_.now(),
                          .actor = actor,
                          .digest = crypto::to_hex(crypto::sha256(crypto::bytes_of(about)))});
  if (!noted) return pass_on(std::move(noted));
  return {};
}

Result<void> Doorkeeper::note_refusal(const Principal& who, const std::string& operation) {
  return note(consent::EntryKind::refused, who.actor, operation);
}

bool Doorkeeper::has_administrator(const std::string& besides) const {
  return std::ranges::any_of(users_, [&](const auto& one) {
    const User& user = one.second;
    return user.id != besides && !user.disabled && user.roles.contains(Role::administrator);
  });
}

const User* Doorkeeper::user_named(const std::string& name) const {
  for (const auto& [id, user] : users_)
    if (user.name == name) return &user;
  return nullptr;
}

std::string Doorkeeper::first_token() {
  const std::lock_guard lock{mutex_};
  if (has_administrator("")) return {};
  std::string token = new_token();
  first_digest_ = digest_of(token);
  return token;
}

Result<Login> Doorkeeper::become_first(const std::string& token, const std::string& name, const std::string& password) {
  const std::lock_guard one{changing_};
  const std::string doing = "becoming the first administrator";
  {
    const std::lock_guard lock{mutex_};
    if (first_digest_.empty() || digest_of(token) != first_digest_)
      return fail(ErrorKind::denied, doing, "this link does not count any more",
                  "start the server anew: it prints a new link as long as there is no administrator");
  }
  if (auto checked = check_user_name(name); !checked) return pass_on(std::move(checked));
  if (auto checked = check_password(password); !checked) return pass_on(std::move(checked));
  auto hash = crypto::password_hash(password);
  if (!hash) return pass_on(std::move(hash));
  // One person begins alone, so that a newcomer can enrol somebody; only watchlists need others.
  const User user{crypto::random_id("user_"),
                  name,
                  *hash,
                  {Role::administrator, Role::operating, Role::enroller, Role::privacy_officer},
                  false,
                  clock_.now()};
  if (auto noted = note(consent::EntryKind::configuration_changed, {"user:" + user.id}, "first administrator"); !noted)
    return pass_on(std::move(noted));
  if (auto kept = records_.put_user(user); !kept) return pass_on(std::move(kept));
  const std::lock_guard lock{mutex_};
  first_digest_.clear();
  users_[user.id] = user;
  return begin_session(user);
}

Result<void> Doorkeeper::check_patience(const std::string& name, const std::string& peer) {
  const std::lock_guard lock{mutex_};
  const Duration now = clock_.elapsed();
  Duration until{};
  // By name and address together, so that nobody can lock another one out; and by address, for those who try names.
  for (const std::string& key : {name + "\n" + peer, "\n" + peer}) {
    if (const auto found = failures_.find(key); found != failures_.end()) until = std::max(until, found->second.until);
  }
  if (until <= now) return {};
  return fail(ErrorKind::limit, "logging in", "it was wrong too often",
              "wait " + std::to_string(std::chrono::ceil<std::chrono::seconds>(until - now).count()) + " s");
}

void Doorkeeper::remember_failure(const std::string& name, const std::string& peer) {
  const std::lock_guard lock{mutex_};
  const Duration now = clock_.elapsed();
  if (failures_.size() > most_failures_kept)
    std::erase_if(failures_, [&](const auto& one) { return one.second.until < now; });
  if (failures_.size() > 2 * most_failures_kept) failures_.clear();
  for (const std::string& key : {name + "\n" + peer, "\n" + peer}) {
    Failures& failures = failures_[key];
    failures.until = now + penalty(++failures.count);
  }
}

void Doorkeeper::forget_failures(const std::string& name, const std::string& peer) {
  const std::lock_guard lock{mutex_};
  failures_.erase(name + "\n" + peer);
  failures_.erase("\n" + peer);
}

Result<Login> Doorkeeper::log_in(const std::string& name, const std::string& password, const std::string& peer) {
  const std::string doing = "logging in";
  // Before waiting for one's turn too, so that who is wrong all the time does not hold up others.
  if (auto patient = check_patience(name, peer); !patient) return pass_on(std::move(patient));
  const std::lock_guard one{hashing_};
  if (auto patient = check_patience(name, peer); !patient) return pass_on(std::move(patient));
  std::optional<User> user;
  {
    const std::lock_guard lock{mutex_};
    if (const User* found = user_named(name)) user = *found;
  }
  const bool matches = crypto::password_matches(user ? user->password : nobodys_password_, password);
  const consent::Actor actor{user ? "user:" + user->id : "user:unknown"};
  if (!user || !matches || user->disabled) {
    remember_failure(name, peer);
    if (auto noted = note(consent::EntryKind::refused, actor, "login"); !noted) return pass_on(std::move(noted));
    return failed(wrong(doing));
  }
  if (auto noted = note(consent::EntryKind::login, actor, "password"); !noted) return pass_on(std::move(noted));
  forget_failures(name, peer);
  const std::lock_guard lock{mutex_};
  const auto still = users_.find(user->id);  // it may have been changed while the password was looked at
  if (still == users_.end() || still->second.disabled || still->second.password != user->password)
    return failed(wrong(doing));
  return begin_session(still->second);
}

Login Doorkeeper::begin_session(const User& user) {
  const Duration now = clock_.elapsed();
  std::erase_if(sessions_, [&](const auto& one) {
    return now - one.second.begun > session_life || now - one.second.used > session_idle;
  });
  std::vector<std::pair<Duration, std::string>> own;
  for (const auto& [digest, session] : sessions_)
    if (session.user == user.id) own.emplace_back(session.used, digest);
  if (own.size() >= most_sessions_of_one) sessions_.erase(std::ranges::min(own).second);
  Login login{new_token(), new_token(), {}};
  login.principal = principal_of(user, login.csrf);
  sessions_[digest_of(login.token)] = {user.id, login.csrf, now, now};
  return login;
}

void Doorkeeper::end_sessions(const std::string& user) {
  std::erase_if(sessions_, [&](const auto& one) { return one.second.user == user; });
}

void Doorkeeper::log_out(const std::string& token) {
  const std::lock_guard lock{mutex_};
  sessions_.erase(digest_of(token));
}

std::optional<Principal> Doorkeeper::by_session(const std::string& token) {
  if (token.empty()) return std::nullopt;
  const std::lock_guard lock{mutex_};
  const auto found = sessions_.find(digest_of(token));
  if (found == sessions_.end()) return std::nullopt;
  Session& session = found->second;
  const Duration now = clock_.elapsed();
  const auto user = users_.find(session.user);
  if (now - session.begun > session_life || now - session.used > session_idle || user == users_.end() ||
      user->second.disabled) {
    sessions_.erase(found);
    return std::nullopt;
  }
  session.used = now;
  return principal_of(user->second, session.csrf);
}

std::optional<Principal> Doorkeeper::by_key(const std::string& key) {
  const std::lock_guard lock{mutex_};
  const auto found = api_keys_.find(digest_of(key));
  if (found == api_keys_.end() || found->second.expires <= clock_.now()) return std::nullopt;
  const auto owner = users_.find(found->second.owner);
  if (owner == users_.end() || owner->second.disabled) return std::nullopt;
  Principal principal{{"key:" + found->second.id}, owner->second.id, found->second.label, {}, {}};
  const std::set<Action> owners = actions_of(owner->second.roles);
  std::ranges::set_intersection(found->second.scopes, owners,
                                std::inserter(principal.actions, principal.actions.begin()));
  return principal;
}

std::vector<User> Doorkeeper::users() const {
  const std::lock_guard lock{mutex_};
  std::vector<User> all;
  for (const auto& [id, user] : users_) {
    all.push_back(user);
    all.back().password.clear();
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
  const std::lock_guard one{changing_};
  const std::string doing = "adding user " + name;
  if (auto checked = check_user_name(name); !checked) return pass_on(std::move(checked));
  if (auto checked = check_password(password); !checked) return pass_on(std::move(checked));
  {
    const std::lock_guard lock{mutex_};
    if (user_named(name) != nullptr)
      return fail(ErrorKind::invalid_input, doing, "there is one of that name", "choose another name");
    if (users_.size() >= most_users) return fail(ErrorKind::limit, doing, "there are too many", "remove one");
  }
  const std::lock_guard hashing{hashing_};
  auto hash = crypto::password_hash(password);
  if (!hash) return pass_on(std::move(hash));
  User user{crypto::random_id("user_"), name, *hash, roles, false, clock_.now()};
  if (auto noted = note(consent::EntryKind::configuration_changed, by.actor, "user added " + user.id); !noted)
    return pass_on(std::move(noted));
  if (auto kept = records_.put_user(user); !kept) return pass_on(std::move(kept));
  const std::lock_guard lock{mutex_};
  users_[user.id] = user;
  user.password.clear();
  return user;
}

Result<User> Doorkeeper::change_user(const Principal& by, const std::string& id, const UserChange& change) {
  const std::lock_guard one{changing_};
  const std::string doing = "changing user " + id;
  User user;
  {
    const std::lock_guard lock{mutex_};
    const auto found = users_.find(id);
    if (found == users_.end()) return failed(nobody(doing));
    user = found->second;
    user.roles = change.roles.value_or(user.roles);
    user.disabled = change.disabled.value_or(user.disabled);
    const bool stays = !user.disabled && user.roles.contains(Role::administrator);
    if (!stays && !has_administrator(id))
      return fail(ErrorKind::denied, doing, "there would be no administrator left", "make another administrator first");
  }
  if (change.password) {
    if (auto checked = check_password(*change.password); !checked) return pass_on(std::move(checked));
    const std::lock_guard hashing{hashing_};
    auto hash = crypto::password_hash(*change.password);
    if (!hash) return pass_on(std::move(hash));
    user.password = *hash;
  }
  if (auto noted = note(consent::EntryKind::configuration_changed, by.actor, "user changed " + id); !noted)
    return pass_on(std::move(noted));
  if (auto kept = records_.put_user(user); !kept) return pass_on(std::move(kept));
  const std::lock_guard lock{mutex_};
  users_[id] = user;
  end_sessions(id);
  user.password.clear();
  return user;
}

Result<void> Doorkeeper::remove_user(const Principal& by, const std::string& id) {
  const std::lock_guard one{changing_};
  const std::string doing = "removing user " + id;
  {
    const std::lock_guard lock{mutex_};
    if (!users_.contains(id)) return failed(nobody(doing));
    if (!has_administrator(id))
      return fail(ErrorKind::denied, doing, "there would be no administrator left", "make another administrator first");
  }
  if (auto noted = note(consent::EntryKind::configuration_changed, by.actor, "user removed " + id); !noted)
    return noted;
  if (auto gone = records_.remove_user(id); !gone) return gone;
  const std::lock_guard lock{mutex_};
  users_.erase(id);
  end_sessions(id);
  std::erase_if(api_keys_, [&](const auto& key) { return key.second.owner == id; });
  return {};
}

Result<void> Doorkeeper::change_password(const Principal& by, const std::string& before, const std::string& after,
                                         const std::string& peer) {
  const std::string doing = "changing the password";
  if (auto checked = check_password(after); !checked) return checked;
  std::string hash;
  {
    const std::lock_guard hashing{hashing_};
    if (auto patient = check_patience(by.user, peer); !patient) return patient;
    {
      const std::lock_guard lock{mutex_};
      const auto found = users_.find(by.user);
      if (found == users_.end()) return failed(nobody(doing));
      hash = found->second.password;
    }
    if (!crypto::password_matches(hash, before)) {
      remember_failure(by.user, peer);
      if (auto noted = note_refusal(by, "changePassword"); !noted) return noted;
      return fail(ErrorKind::denied, doing, "the present password is wrong", "type it again");
    }
    forget_failures(by.user, peer);
  }
  auto changed = change_user(by, by.user, {.roles = {}, .disabled = {}, .password = after});
  if (!changed) return pass_on(std::move(changed));
  return {};
}

Result<std::pair<std::string, ApiKey>> Doorkeeper::make_api_key(const Principal& by, const std::string& label,
                                                                const std::set<Action>& scopes, Duration life) {
  const std::lock_guard one{changing_};
  const std::string doing = "making a key";
  constexpr Duration longest_life = std::chrono::hours{24 * 366};
  const bool is_printable = std::ranges::none_of(label, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  if (label.empty() || label.size() > 100 || !is_printable)
    return fail(ErrorKind::invalid_input, doing, "its label is empty or too long", "say in a few words what it is for");
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
      return failed(nobody("revoking key " + id));
  }
  if (auto noted = note(consent::EntryKind::configuration_changed, by.actor, "key revoked " + id); !noted) return noted;
  if (auto gone = records_.remove_api_key(id); !gone) return gone;
  const std::lock_guard lock{mutex_};
  std::erase_if(api_keys_, [&](const auto& key) { return key.second.id == id; });
  return {};
}

}  // namespace regard::accounts
