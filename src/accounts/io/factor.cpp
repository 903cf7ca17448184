// The second factor: offered, enabled, asked for, taken away.
#include <algorithm>

#include "accounts/accounts.h"
#include "accounts/io/words.h"
#include "accounts/second_factor.h"

namespace regard::accounts {
namespace {

constexpr std::size_t secret_size = 20;  // RFC 4226 section 4, R6: 160 bits are recommended
constexpr std::size_t recovery_codes = 10;
constexpr std::size_t recovery_bytes = 10;
constexpr Duration offer_life = std::chrono::minutes{15};

std::string associated_with(const std::string& user) { return "second factor of " + user; }

tl::unexpected<Error> wrong_code(const std::string& doing) {
  return fail(ErrorKind::denied, doing, "the code is wrong or was used before",
              "type the next one of the app, or a recovery code that was not used yet");
}

tl::unexpected<Error> has_factor(const std::string& doing) {
  return fail(ErrorKind::invalid_input, doing, "there is one already", "disable it first");
}

tl::unexpected<Error> no_factor(const std::string& doing) {
  return fail(ErrorKind::not_found, doing, "there is no second factor", "nothing is to be done");
}

}  // namespace

/// By user alone: only whoever knows the password gets this far, and could ask from many addresses.
crypto::Digest Doorkeeper::code_tries_of(const std::string& user) {
  return crypto::sha256(crypto::bytes_of("code of " + user));
}

Result<void> Doorkeeper::use_code(User& user, const std::string& code, const std::string& doing) {
  SecondFactor& factor = *user.second_factor;
  const std::string bound = associated_with(user.id);
  auto secret = crypto::unseal(sealing_, factor.secret, crypto::bytes_of(bound), "the second factor");
  if (!secret) return pass_on(std::move(secret));
  if (const auto step = matching_step(secret->bytes(), code, totp_step(clock_.now()), factor.last_step)) {
    factor.last_step = *step;
    return {};
  }
  if (factor.recovery.erase(digest_of(plain_recovery_code(code))) > 0) return {};
  return wrong_code(doing);
}

Result<Login> Doorkeeper::log_in_with_code(const User& checked, const std::string& code, Tries tries) {
  const std::string doing = "logging in";
  const consent::Actor actor{"user:" + checked.id};
  tries.push_back(code_tries_of(checked.id));
  auto user = edit_user(
      checked.id, {consent::EntryKind::login, actor, "password and code", doing},
      [&](User& present) -> Result<void> {
        if (auto patient = check_patience(tries); !patient) return patient;
        if (!is_same_login(present, checked) || !present.second_factor) return wrong_code(doing);
        auto used = use_code(present, code, doing);
        if (!used) remember_failure(tries);
        return used;
      },
      Sessions::stay);
  if (user) {
    forget_failures(tries);
    return begin_session_of(*user);
  }
  if (user.error().kind == ErrorKind::denied) {
    if (auto noted = note(consent::EntryKind::refused, actor, "login code"); !noted) return pass_on(std::move(noted));
  }
  return pass_on(std::move(user));
}

Result<SecondFactorOffer> Doorkeeper::offer_second_factor(const Principal& by, const std::string& password,
                                                          const std::string& peer) {
  const std::string doing = "setting up a second factor";
  auto present = check_own_password(by, password, peer, {"offerSecondFactor", doing});
  if (!present) return pass_on(std::move(present));
  if (const auto user = user_of(by.user); user && user->second_factor) return has_factor(doing);
  Offer offer{crypto::SecretBytes::random(secret_size), clock_.elapsed() + offer_life};
  const std::string text = to_base32(offer.secret.bytes());
  const std::lock_guard lock{mutex_};
  std::erase_if(offers_, [&](const auto& one) { return one.second.until < clock_.elapsed(); });
  offers_.insert_or_assign(by.user, std::move(offer));
  return SecondFactorOffer{text, otpauth_uri(by.name, text)};
}

Result<std::vector<std::string>> Doorkeeper::enable_second_factor(const Principal& by, const std::string& code,
                                                                  const std::string& peer) {
  const std::string doing = "enabling the second factor";
  const Tries tries = tries_of(by.user, peer);
  if (auto patient = check_patience(tries); !patient) return pass_on(std::move(patient));
  SecondFactor factor;
  {
    const std::lock_guard lock{mutex_};
    const auto offer = offers_.find(by.user);
    if (offer == offers_.end() || offer->second.until < clock_.elapsed())
      return fail(ErrorKind::not_found, doing, "none was offered, or too long ago", "begin again");
    const std::string bound = associated_with(by.user);
    factor.secret = crypto::seal(sealing_, offer->second.secret.bytes(), crypto::bytes_of(bound));
  }
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < recovery_codes; ++i) {
    codes.push_back(recovery_code_from(crypto::random_bytes(recovery_bytes)));
    factor.recovery.insert(digest_of(plain_recovery_code(codes.back())));
  }
  const auto enable = [&](User& user) -> Result<void> {
    if (user.second_factor) return has_factor(doing);
    user.second_factor = factor;
    // A recovery code proves nothing here: only the app's does.
    if (code.size() == 6) return use_code(user, code, doing);
    return wrong_code(doing);
  };
  auto changed = edit_user(
      by.user, {consent::EntryKind::configuration_changed, by.actor, "second factor enabled " + by.user, doing}, enable,
      Sessions::stay);
  if (changed) {
    const std::lock_guard lock{mutex_};
    offers_.erase(by.user);
    return codes;
  }
  if (changed.error().kind == ErrorKind::denied) {
    remember_failure(tries);
    if (auto noted = note_refusal(by, "enableSecondFactor"); !noted) return pass_on(std::move(noted));
  }
  return pass_on(std::move(changed));
}

Result<void> Doorkeeper::disable_second_factor(const Principal& by, const std::string& password,
                                               const std::string& code, const std::string& peer) {
  const std::string doing = "disabling the second factor";
  const std::string operation = "disableSecondFactor";
  auto present = check_own_password(by, password, peer, {operation, doing});
  if (!present) return pass_on(std::move(present));
  const Tries tries{code_tries_of(by.user)};
  auto changed = edit_user(
      by.user, {consent::EntryKind::configuration_changed, by.actor, "second factor disabled " + by.user, doing},
      [&](User& user) -> Result<void> {
        if (!user.second_factor) return no_factor(doing);
        if (auto patient = check_patience(tries); !patient) return patient;
        if (user.password != *present) return wrong_code(doing);
        auto used = use_code(user, code, doing);
        if (!used) remember_failure(tries);
        user.second_factor.reset();
        return used;
      },
      Sessions::stay);
  if (changed) {
    forget_failures(tries);
    return {};
  }
  if (changed.error().kind == ErrorKind::denied) {
    if (auto noted = note_refusal(by, operation); !noted) return noted;
  }
  return pass_on(std::move(changed));
}

Result<void> Doorkeeper::reset_second_factor(const Principal& by, const std::string& id) {
  const std::string doing = "resetting the second factor of " + id;
  auto changed = edit_user(
      id, {consent::EntryKind::configuration_changed, by.actor, "second factor reset " + id, doing},
      [&](User& user) -> Result<void> {
        if (!user.second_factor) return no_factor(doing);
        user.second_factor.reset();
        return {};
      },
      Sessions::end);
  if (!changed) return pass_on(std::move(changed));
  return {};
}

}  // namespace regard::accounts
