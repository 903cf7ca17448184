// Passkeys: challenges, registration, login.
#include <algorithm>

#include "accounts/accounts.h"
#include "accounts/io/words.h"

namespace regard::accounts {
namespace {

constexpr std::size_t most_passkeys_of_one = 20;
constexpr Duration challenge_life = std::chrono::minutes{5};
constexpr std::size_t nonce_size = 24;

tl::unexpected<Error> not_accepted(const std::string& doing, const char* cause) {
  return fail(ErrorKind::denied, doing, cause, "try again, or use another passkey");
}

crypto::Bytes bytes_of(std::uint64_t number) {
  crypto::Bytes bytes;
  for (unsigned shift = 64; shift > 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(number >> (shift - 8)));
  return bytes;
}

}  // namespace

/// Until when it counts, a nonce, and a seal over both and whom it was made for: challenges are kept nowhere, so that
/// nobody can fill memory by asking for them.
std::string Doorkeeper::passkey_challenge(const std::string& user) const {
  crypto::Bytes challenge = bytes_of(static_cast<std::uint64_t>((clock_.elapsed() + challenge_life).count()));
  const crypto::Bytes nonce = crypto::random_bytes(nonce_size);
  challenge.insert(challenge.end(), nonce.begin(), nonce.end());
  const crypto::SecretBytes mark = mark_of(challenge, user);
  challenge.insert(challenge.end(), mark.bytes().begin(), mark.bytes().end());
  return crypto::to_base64url(challenge);
}

crypto::SecretBytes Doorkeeper::mark_of(crypto::BytesView challenge, const std::string& user) const {
  return crypto::derive(challenging_, "passkey challenge " + crypto::to_hex(challenge) + " for " + user);
}

/// Called when all else was right: what failed may be answered again.
Result<void> Doorkeeper::spend_challenge(const std::string& text, const std::string& user, const std::string& doing) {
  const auto challenge = crypto::from_base64url(text);
  if (!challenge || challenge->size() != 8 + nonce_size + crypto::key_size)
    return not_accepted(doing, "the challenge is not of this server");
  const crypto::BytesView whole{*challenge};
  const crypto::BytesView marked = whole.first(8 + nonce_size);
  if (!crypto::same(mark_of(marked, user).bytes(), whole.last(crypto::key_size)))
    return not_accepted(doing, "the challenge is not of this server");
  std::uint64_t until = 0;
  for (const std::uint8_t byte : marked.first(8)) until = until << 8U | byte;
  const std::lock_guard lock{mutex_};
  const Duration now = clock_.elapsed();
  std::erase_if(spent_, [&](const auto& one) { return one.second < now; });
  if (Duration{static_cast<std::int64_t>(until)} < now) return not_accepted(doing, "the challenge is too old");
  if (!spent_.emplace(crypto::sha256(whole), Duration{static_cast<std::int64_t>(until)}).second)
    return not_accepted(doing, "the challenge was answered before");
  return {};
}

Result<PasskeyOffer> Doorkeeper::offer_passkey(const Principal& by, const std::string& password,
                                               const std::string& peer) {
  auto present = check_own_password(by, password, peer, {"offerPasskey", "adding a passkey"});
  if (!present) return pass_on(std::move(present));
  return PasskeyOffer{passkey_challenge(by.user), passkeys(by.user)};
}

Result<Passkey> Doorkeeper::add_passkey(const Principal& by, const Site& site, const std::string& label,
                                        const PasskeyMade& made) {
  const std::string doing = "adding a passkey";
  if (!is_label(label)) return wrong_label(doing);
  auto client = client_data_from(made.client_data);
  if (!client) return pass_on(std::move(client));
  auto inside = authenticator_data_in(made.attestation);
  if (!inside) return pass_on(std::move(inside));
  auto data = authenticator_data_from(*inside);
  if (!data) return pass_on(std::move(data));
  if (!data->key) return fail(ErrorKind::invalid_input, doing, "it has no key", "make a new passkey");
  if (auto checked = check_passkey_answer(site, *client, "webauthn.create", *data); !checked)
    return pass_on(std::move(checked));
  const Passkey passkey{
      crypto::to_base64url(data->credential), by.user, label, *data->key, data->counter, clock_.now()};
  const std::lock_guard one{changing_};
  {
    const std::lock_guard lock{mutex_};
    if (!users_.contains(by.user)) return nobody(doing);
    if (passkeys_.contains(passkey.id))
      return fail(ErrorKind::invalid_input, doing, "it is known already", "use another authenticator");
    const auto own = std::ranges::count_if(passkeys_, [&](const auto& p) { return p.second.user == by.user; });
    if (static_cast<std::size_t>(own) >= most_passkeys_of_one)
      return fail(ErrorKind::invalid_input, doing, "there are too many", "remove one");
  }
  if (auto spent = spend_challenge(client->challenge, by.user, doing); !spent) return pass_on(std::move(spent));
  if (auto noted = note(consent::EntryKind::configuration_changed, by.actor, "passkey added " + by.user); !noted)
    return pass_on(std::move(noted));
  if (auto kept = records_.put_passkey(passkey); !kept) return pass_on(std::move(kept));
  const std::lock_guard lock{mutex_};
  passkeys_[passkey.id] = passkey;
  return passkey;
}

/// The user whose passkey answered. Errors: denied, invalid_input.
Result<User> Doorkeeper::accept_passkey(const Site& site, const PasskeyAnswer& answer) {
  const std::string doing = "logging in with a passkey";
  auto client = client_data_from(answer.client_data);
  if (!client) return pass_on(std::move(client));
  auto data = authenticator_data_from(answer.data);
  if (!data) return pass_on(std::move(data));
  const std::lock_guard one{changing_};
  Passkey passkey;
  std::optional<User> user;
  {
    const std::lock_guard lock{mutex_};
    const auto found = passkeys_.find(answer.id);
    if (found == passkeys_.end()) return not_accepted(doing, "this passkey is not known here");
    passkey = found->second;
    user = users_.at(passkey.user);
  }
  if (!is_signed_by(passkey.key, answer.data, answer.client_data, answer.signature))
    return not_accepted(doing, "its signature is wrong");
  if (auto checked = check_passkey_answer(site, *client, "webauthn.get", *data); !checked)
    return pass_on(std::move(checked));
  if (!answer.user.empty() && answer.user != user->id) return not_accepted(doing, "it is of somebody else");
  if (user->disabled) return not_accepted(doing, "this account is closed");
  // Level 2, section 6.1.1: a counter that does not grow tells of a copy. Many never count and say 0.
  if ((data->counter != 0 || passkey.counter != 0) && data->counter <= passkey.counter)
    return not_accepted(doing, "its counter went back: there may be a copy of it");
  if (auto spent = spend_challenge(client->challenge, "", doing); !spent) return pass_on(std::move(spent));
  if (auto noted = note(consent::EntryKind::login, {"user:" + user->id}, "passkey"); !noted)
    return pass_on(std::move(noted));
  passkey.counter = data->counter;
  if (auto kept = records_.put_passkey(passkey); !kept) return pass_on(std::move(kept));
  const std::lock_guard lock{mutex_};
  passkeys_[passkey.id] = passkey;
  return std::move(*user);
}

Result<Login> Doorkeeper::log_in_with_passkey(const Site& site, const PasskeyAnswer& answer, const std::string& peer) {
  const Tries tries{tries_of("", peer).back()};
  if (auto patient = check_patience(tries); !patient) return pass_on(std::move(patient));
  auto user = accept_passkey(site, answer);
  if (user) {
    forget_failures(tries);
    return begin_session_of(*user);
  }
  if (user.error().kind == ErrorKind::denied) {
    remember_failure(tries);
    if (auto noted = note(consent::EntryKind::refused, {"user:unknown"}, "login passkey"); !noted)
      return pass_on(std::move(noted));
  }
  return pass_on(std::move(user));
}

std::vector<Passkey> Doorkeeper::passkeys(const std::string& user) const {
  const std::lock_guard lock{mutex_};
  std::vector<Passkey> own;
  for (const auto& [id, passkey] : passkeys_)
    if (passkey.user == user) own.push_back(passkey);
  std::ranges::sort(own, {}, &Passkey::created);
  return own;
}

Result<void> Doorkeeper::remove_passkey(const Principal& by, const std::string& id) {
  return forget(by, "removing passkey " + id, [&](const Passkey& one) { return one.id == id && one.user == by.user; });
}

Result<void> Doorkeeper::forget_passkeys(const Principal& by, const std::string& user) {
  auto forgotten =
      forget(by, "forgetting the passkeys of " + user, [&](const Passkey& one) { return one.user == user; });
  if (!forgotten) return forgotten;
  const std::lock_guard lock{mutex_};
  end_sessions(user);
  return {};
}

Result<void> Doorkeeper::forget(const Principal& by, const std::string& doing,
                                const std::function<bool(const Passkey&)>& which) {
  const std::lock_guard one{changing_};
  std::vector<Passkey> going;
  {
    const std::lock_guard lock{mutex_};
    for (const auto& [id, passkey] : passkeys_)
      if (which(passkey)) going.push_back(passkey);
  }
  if (going.empty()) return nobody(doing);
  const std::string about = "passkey removed " + going.front().user;
  if (auto noted = note(consent::EntryKind::configuration_changed, by.actor, about); !noted) return noted;
  for (const Passkey& passkey : going) {
    if (auto gone = records_.remove_passkey(passkey.id); !gone) return gone;
    const std::lock_guard lock{mutex_};
    passkeys_.erase(passkey.id);
  }
  return {};
}

}  // namespace regard::accounts
