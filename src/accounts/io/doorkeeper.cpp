// Letting in: the first administrator, logins, sessions, keys.
#include <algorithm>

#include "accounts/accounts.h"
#include "accounts/io/words.h"
#include "crypto/password.h"

namespace regard::accounts {
namespace {

/// Addresses and names that were wrong: whoever tries more than so many does not fill memory.
constexpr std::size_t most_failures_kept = 10'000;
constexpr std::size_t most_sessions_of_one = 32;

tl::unexpected<Error> wrong(const std::string& doing) {
  return fail(ErrorKind::denied, doing, "name or password is wrong",
              "try again, or ask an administrator for a new password");
}

Principal principal_of(const User& user, std::string csrf) {
  return {{"user:" + user.id},    user.id,         user.name,
          actions_of(user.roles), std::move(csrf), user.second_factor.has_value()};
}

}  // namespace

Doorkeeper::Doorkeeper(Records& records, consent::Register& log, const Clock& clock, crypto::SecretBytes sealing)
    : records_{records},
      log_{log},
      clock_{clock},
      sealing_{std::move(sealing)},
      nobodys_password_{crypto::password_hash(new_token()).value_or("")} {}

Result<std::unique_ptr<Doorkeeper>> Doorkeeper::open(Records& records, consent::Register& log, const Clock& clock,
                                                     crypto::SecretBytes sealing) {
  std::unique_ptr<Doorkeeper> keeper{new Doorkeeper{records, log, clock, std::move(sealing)}};
  auto users = records.users();
  if (!users) return pass_on(std::move(users));
  for (User& user : *users) keeper->users_.emplace(user.id, std::move(user));
  auto keys = records.api_keys();
  if (!keys) return pass_on(std::move(keys));
  for (ApiKey& key : *keys) keeper->api_keys_.emplace(key.digest, std::move(key));
  auto passkeys = records.passkeys();
  if (!passkeys) return pass_on(std::move(passkeys));
  for (Passkey& passkey : *passkeys) keeper->passkeys_.emplace(passkey.id, std::move(passkey));
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

bool Doorkeeper::is_administrator(const User& user) {
  return !user.disabled && user.roles.contains(Role::administrator);
}

bool Doorkeeper::has_administrator(const std::string& besides) const {
  return std::ranges::any_of(users_,
                             [&](const auto& one) { return one.first != besides && is_administrator(one.second); });
}

Result<std::string> Doorkeeper::hashed(const std::string& password) {
  if (auto checked = check_password(password); !checked) return pass_on(std::move(checked));
  const std::lock_guard one{hashing_};
  return crypto::password_hash(password);
}

std::optional<User> Doorkeeper::user_of(const std::string& id) const {
  const std::lock_guard lock{mutex_};
  const auto found = users_.find(id);
  return found == users_.end() ? std::nullopt : std::optional{found->second};
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
  auto hash = hashed(password);
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

/// By name and address together, so that nobody can lock another one out; and by address, for those who try names.
Doorkeeper::Tries Doorkeeper::tries_of(const std::string& name, const std::string& peer) {
  const std::string from = "\n" + peer;
  return {crypto::sha256(crypto::bytes_of(name + from)), crypto::sha256(crypto::bytes_of(from))};
}

Result<void> Doorkeeper::check_patience(const Tries& tries) {
  const std::lock_guard lock{mutex_};
  const Duration now = clock_.elapsed();
  Duration until{};
  for (const crypto::Digest& one : tries) {
    if (const auto found = failures_.find(one); found != failures_.end()) until = std::max(until, found->second.until);
  }
  if (until <= now) return {};
  return fail(ErrorKind::limit, "logging in", "it was wrong too often",
              "wait " + std::to_string(std::chrono::ceil<std::chrono::seconds>(until - now).count()) + " s");
}

void Doorkeeper::remember_failure(const Tries& tries) {
  const std::lock_guard lock{mutex_};
  const Duration now = clock_.elapsed();
  if (failures_.size() > most_failures_kept)
    std::erase_if(failures_, [&](const auto& one) { return one.second.until < now; });
  if (failures_.size() > 2 * most_failures_kept) failures_.clear();
  for (const crypto::Digest& one : tries) {
    Failures& failures = failures_[one];
    failures.until = now + penalty(++failures.count);
  }
}

void Doorkeeper::forget_failures(const Tries& tries) {
  const std::lock_guard lock{mutex_};
  for (const crypto::Digest& one : tries) failures_.erase(one);
}

Result<User> Doorkeeper::check_password_of(const std::string& name, const std::string& password, const Tries& tries) {
  // Before waiting for one's turn too, so that who is wrong all the time does not hold up others.
  if (auto patient = check_patience(tries); !patient) return pass_on(std::move(patient));
  const std::lock_guard one{hashing_};
  if (auto patient = check_patience(tries); !patient) return pass_on(std::move(patient));
  std::optional<User> user;
  {
    const std::lock_guard lock{mutex_};
    if (const User* found = user_named(name)) user = *found;
  }
  const bool matches = crypto::password_matches(user ? user->password : nobodys_password_, password);
  if (user && matches && !user->disabled) return std::move(*user);
  remember_failure(tries);
  const consent::Actor actor{user ? "user:" + user->id : "user:unknown"};
  if (auto noted = note(consent::EntryKind::refused, actor, "login"); !noted) return pass_on(std::move(noted));
  return wrong("logging in");
}

Result<std::optional<Login>> Doorkeeper::log_in(const std::string& name, const std::string& password,
                                                const std::string& peer, const std::string& code) {
  const Tries tries = tries_of(name, peer);
  auto user = check_password_of(name, password, tries);
  if (!user) return pass_on(std::move(user));
  if (user->second_factor && code.empty()) return std::optional<Login>{};
  Result<Login> login = [&]() -> Result<Login> {
    if (user->second_factor) return log_in_with_code(*user, code, tries);
    if (auto noted = note(consent::EntryKind::login, {"user:" + user->id}, "password"); !noted)
      return pass_on(std::move(noted));
    forget_failures(tries);
    return begin_session_of(*user);
  }();
  if (!login) return pass_on(std::move(login));
  return std::optional{std::move(*login)};
}

bool Doorkeeper::is_same_login(const User& present, const User& checked) {
  return !present.disabled && present.password == checked.password &&
         present.second_factor.has_value() == checked.second_factor.has_value();
}

Result<Login> Doorkeeper::begin_session_of(const User& checked) {
  const std::lock_guard lock{mutex_};
  const auto still = users_.find(checked.id);  // it may have been changed while the password was looked at
  if (still == users_.end() || !is_same_login(still->second, checked)) return wrong("logging in");
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

}  // namespace regard::accounts
