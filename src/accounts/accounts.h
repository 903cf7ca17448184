// accounts: who may do what through the server.  Pure rules; the Doorkeeper joins them with clock, secrets and the log.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/passkeys.h"
#include "consent/consent.h"
#include "core/core.h"
#include "crypto/crypto.h"

namespace regard::accounts {

/// What somebody may be allowed to do. Each operation of the API needs exactly one.
enum class Action {
  keep_own_account,  ///< see who one is, change one's password, log out: everybody who logged in
  see_cameras,
  see_live,  ///< pixels, everybody blurred
  see_events,
  see_metrics,
  change_cameras,
  manage_sinks,  ///< see where events go; ask for dead letters again
  see_people,
  add_people,
  erase_people,
  grant_consent,
  withdraw_consent,
  see_galleries,
  change_galleries,
  enrol,
  verify,
  identify,
  see_watchlists,
  propose_watchlists,  ///< and renew them
  approve_watchlists,
  close_watchlists,
  judge_alerts,
  reveal,  ///< unblurred pixels, with a reason, for a minute
  read_log,
  manage_accounts,
};
inline constexpr std::size_t action_count = static_cast<std::size_t>(Action::manage_accounts) + 1;
[[nodiscard]] std::string_view to_string(Action action);
/// Errors: invalid_input with the known names.
[[nodiscard]] Result<Action> action_from(std::string_view name);

/// Sets of actions; one user may have several.
enum class Role { viewer, operating, enroller, approver, privacy_officer, administrator, auditor };
inline constexpr std::size_t role_count = static_cast<std::size_t>(Role::auditor) + 1;
/// "operator" for `operating`, which C++ keeps for itself.
[[nodiscard]] std::string_view to_string(Role role);
/// Errors: invalid_input with the known names.
[[nodiscard]] Result<Role> role_from(std::string_view name);

[[nodiscard]] const std::set<Action>& actions_of(Role role);
[[nodiscard]] std::set<Action> actions_of(const std::set<Role>& roles);

/// What somebody logs in with besides the password. Value.
struct SecondFactor {
  crypto::Bytes secret;              ///< of the authenticator app, sealed
  std::uint64_t last_step = 0;       ///< stretch of 30 s whose code counted last: a code counts once
  std::set<std::string> recovery{};  ///< digests of recovery codes that were not used yet
};

/// Somebody who may log in. Value.
struct User {
  std::string id;        ///< random: the pseudonym under which the log speaks of them, after "user:"
  std::string name;      ///< what they log in with; never in the log
  std::string password;  ///< argon2id, as crypto::password_hash writes it
  std::set<Role> roles;
  bool disabled = false;
  Timestamp created;
  std::optional<SecondFactor> second_factor{};
};

/// A program that may ask. Value.
struct ApiKey {
  std::string id;
  std::string label;   ///< for people to tell keys apart
  std::string digest;  ///< SHA-256 of the key, hexadecimal: the key itself is shown once and never kept
  std::string owner;   ///< id of the user who made it: it never may more than its owner
  std::set<Action> scopes;
  Timestamp created;
  Timestamp expires;
};

/// Something that somebody logs in with instead of a password. Value.
struct Passkey {
  std::string id;     ///< of the credential, base64url
  std::string user;   ///< id
  std::string label;  ///< for people to tell them apart
  PasskeyKey key;
  std::uint32_t counter = 0;  ///< of signatures: it only grows
  Timestamp created;
};

/// What is said to a browser that is to make a passkey.
struct PasskeyOffer {
  std::string challenge;         ///< counts once, for five minutes, for this user
  std::vector<Passkey> present;  ///< what need not be made again
};
/// What it answers: bytes of AuthenticatorAttestationResponse.
struct PasskeyMade {
  crypto::Bytes client_data;
  crypto::Bytes attestation;
};
/// The same when somebody logs in: AuthenticatorAssertionResponse.
struct PasskeyAnswer {
  std::string id;  ///< base64url
  crypto::Bytes client_data;
  crypto::Bytes data;
  crypto::Bytes signature;
  std::string user;  ///< the user handle, a user's id; may be empty
};

/// Errors: invalid_input (2 to 64 letters, digits, ".", "-", "_" or "@"; a password of 12 to 1024 bytes).
[[nodiscard]] Result<void> check_user_name(const std::string& name);
[[nodiscard]] Result<void> check_password(const std::string& password);

/// How long somebody who was wrong so often must wait before the next try: five are free, then 1 s, doubling up to
/// 15 minutes.
[[nodiscard]] Duration penalty(std::uint64_t failures);

/// Where accounts are kept. Port: implemented by the store. Any thread. Errors: unavailable, corrupt.
class Records {
 public:
  virtual ~Records() = default;
  [[nodiscard]] virtual Result<std::vector<User>> users() = 0;
  /// Adds or replaces, by id. Errors besides: invalid_input (another user has the name).
  [[nodiscard]] virtual Result<void> put_user(const User& user) = 0;
  /// With all keys of theirs.
  [[nodiscard]] virtual Result<void> remove_user(const std::string& id) = 0;
  [[nodiscard]] virtual Result<std::vector<ApiKey>> api_keys() = 0;
  [[nodiscard]] virtual Result<void> put_api_key(const ApiKey& key) = 0;
  [[nodiscard]] virtual Result<void> remove_api_key(const std::string& id) = 0;
  [[nodiscard]] virtual Result<std::vector<Passkey>> passkeys() = 0;
  /// Adds or replaces, by id.
  [[nodiscard]] virtual Result<void> put_passkey(const Passkey& passkey) = 0;
  [[nodiscard]] virtual Result<void> remove_passkey(const std::string& id) = 0;
};

/// Who asks. Value.
struct Principal {
  consent::Actor actor;  ///< "user:ID" or "key:ID"
  std::string user;      ///< id; of a key: its owner's
  std::string name;
  std::set<Action> actions;
  std::string csrf;  ///< what a session's changes must repeat; empty for keys
  bool has_second_factor = false;
  [[nodiscard]] bool may(Action action) const { return actions.contains(action); }
};

/// A session that was begun: `token` goes into a cookie and is kept nowhere.
struct Login {
  std::string token;
  std::string csrf;
  Principal principal;
};

/// A second factor that somebody may enable: shown once.
struct SecondFactorOffer {
  std::string secret;  ///< base32, to type
  std::string uri;     ///< otpauth://, for a QR code
};

/// Lets people and programs in. Sessions live in memory: they end with the program. Every login, refused login and
/// change of an account is an entry of the log before it counts. Internally locked: any thread.
class Doorkeeper {
 public:
  static constexpr Duration session_life = std::chrono::hours{12};
  static constexpr Duration session_idle = std::chrono::hours{2};

  /// All must outlive it. `sealing`, of crypto::key_size bytes, seals what must be read again. Errors: those of
  /// `records`.
  [[nodiscard]] static Result<std::unique_ptr<Doorkeeper>> open(Records& records, consent::Register& log,
                                                                const Clock& clock, crypto::SecretBytes sealing);

  /// A one-time token with which somebody becomes the first administrator; empty when there is one already. Each call
  /// makes a new one, and the one before no longer counts.
  [[nodiscard]] std::string first_token();
  /// Errors: denied (the token does not count), invalid_input (name or password).
  [[nodiscard]] Result<Login> become_first(const std::string& token, const std::string& name,
                                           const std::string& password);

  /// Nothing: name and password are right, and a `code` is wanted besides, of the app or for recovery. Errors: denied
  /// (name or password is wrong: it is not said which; the code is wrong), limit (wrong too often: wait).
  [[nodiscard]] Result<std::optional<Login>> log_in(const std::string& name, const std::string& password,
                                                    const std::string& peer, const std::string& code = "");
  void log_out(const std::string& token);

  /// Nobody when session or key do not count (any more). A look at a session keeps it from idling out.
  [[nodiscard]] std::optional<Principal> by_session(const std::string& token);
  [[nodiscard]] std::optional<Principal> by_key(const std::string& key);
  /// Somebody who was let in asked for what they may not: an entry. `operation` is its name, kept as a digest.
  [[nodiscard]] Result<void> note_refusal(const Principal& who, const std::string& operation);

  [[nodiscard]] std::vector<User> users() const;       ///< without passwords
  [[nodiscard]] std::vector<ApiKey> api_keys() const;  ///< without digests

  /// Errors of all that follow: invalid_input, not_found, denied (there would be no administrator left).
  [[nodiscard]] Result<User> add_user(const Principal& by, const std::string& name, const std::string& password,
                                      const std::set<Role>& roles);
  /// Empty optionals stay as they are. A new password, roles or `disabled` end the sessions of that user.
  struct UserChange {
    std::optional<std::set<Role>> roles;
    std::optional<bool> disabled;
    std::optional<std::string> password;
  };
  [[nodiscard]] Result<User> change_user(const Principal& by, const std::string& id, const UserChange& change);
  [[nodiscard]] Result<void> remove_user(const Principal& by, const std::string& id);
  /// The own one. Errors besides: denied (the old one is wrong), limit (wrong too often).
  [[nodiscard]] Result<void> change_password(const Principal& by, const std::string& before, const std::string& after,
                                             const std::string& peer);
  /// Sets up one's own second factor: it is asked for when a code of it was right. Errors besides: invalid_input (there
  /// is one already), denied (the password is wrong), limit.
  [[nodiscard]] Result<SecondFactorOffer> offer_second_factor(const Principal& by, const std::string& password,
                                                              const std::string& peer);
  /// Ten codes for whoever loses the app, each of which counts once: shown once. Errors besides: not_found (none was
  /// offered, or more than a quarter of an hour ago), denied (the code is wrong), limit.
  [[nodiscard]] Result<std::vector<std::string>> enable_second_factor(const Principal& by, const std::string& code,
                                                                      const std::string& peer);
  [[nodiscard]] Result<void> disable_second_factor(const Principal& by, const std::string& password,
                                                   const std::string& code, const std::string& peer);
  /// Somebody's who lost app and codes; ends their sessions. Errors: not_found.
  [[nodiscard]] Result<void> reset_second_factor(const Principal& by, const std::string& id);
  /// Begins to add a passkey. Errors: denied (the password is wrong), limit.
  [[nodiscard]] Result<PasskeyOffer> offer_passkey(const Principal& by, const std::string& password,
                                                   const std::string& peer);
  /// Errors: invalid_input (label, form; it is known already), denied (not made for this site, with verification, for a
  /// challenge that counts).
  [[nodiscard]] Result<Passkey> add_passkey(const Principal& by, const Site& site, const std::string& label,
                                            const PasskeyMade& made);
  /// Counts once, for five minutes; of a `user` only for making one, empty: for logging in.
  [[nodiscard]] std::string passkey_challenge(const std::string& user = "") const;
  /// Whoever was verified by their passkey needs neither name nor password nor code. Errors: denied, limit,
  /// invalid_input (form).
  [[nodiscard]] Result<Login> log_in_with_passkey(const Site& site, const PasskeyAnswer& answer,
                                                  const std::string& peer);
  [[nodiscard]] std::vector<Passkey> passkeys(const std::string& user) const;  ///< oldest first
  /// One's own. Errors: not_found.
  [[nodiscard]] Result<void> remove_passkey(const Principal& by, const std::string& id);
  /// All of somebody who lost theirs; ends their sessions. Errors: not_found (there are none).
  [[nodiscard]] Result<void> forget_passkeys(const Principal& by, const std::string& user);
  /// The key itself goes first: it cannot be read again. Errors besides: denied (more than `by` may).
  [[nodiscard]] Result<std::pair<std::string, ApiKey>> make_api_key(const Principal& by, const std::string& label,
                                                                    const std::set<Action>& scopes, Duration life);
  [[nodiscard]] Result<void> revoke_api_key(const Principal& by, const std::string& id);

 private:
  struct Session {
    std::string user;
    std::string csrf;
    Duration begun{};
    Duration used{};
  };
  struct Failures {
    std::uint64_t count = 0;
    Duration until{};
  };

  /// What wrong tries are counted under: digests, whose size nobody chooses.
  using Tries = std::vector<crypto::Digest>;
  /// What a change says of itself: to the log and, when it fails, to whoever asked.
  struct Note {
    consent::EntryKind kind;
    consent::Actor actor;
    std::string about;
    std::string doing;
  };
  /// A try at one's own password: the operation as the log names it, and as people do.
  struct Attempt {
    std::string operation;
    std::string doing;
  };
  using Edit = const std::function<Result<void>(User&)>&;
  enum class Sessions { stay, end };

  struct Offer {
    crypto::SecretBytes secret;
    Duration until{};
  };

  Doorkeeper(Records& records, consent::Register& log, const Clock& clock, crypto::SecretBytes sealing);
  [[nodiscard]] static Tries tries_of(const std::string& name, const std::string& peer);
  [[nodiscard]] Result<void> check_patience(const Tries& tries);
  void remember_failure(const Tries& tries);
  void forget_failures(const Tries& tries);
  /// Errors: those of check_password; unavailable.
  [[nodiscard]] Result<std::string> hashed(const std::string& password);
  [[nodiscard]] Result<std::string> check_own_password(const Principal& by, const std::string& password,
                                                       const std::string& peer, const Attempt& attempt);
  /// One user as `edit` leaves them: judged, noted, kept, in this order. Nobody else changes accounts meanwhile.
  [[nodiscard]] Result<User> edit_user(const std::string& id, const Note& words, Edit edit, Sessions sessions);
  /// Errors: denied, limit.
  [[nodiscard]] Result<User> check_password_of(const std::string& name, const std::string& password,
                                               const Tries& tries);
  [[nodiscard]] Result<Login> log_in_with_code(const User& checked, const std::string& code, Tries tries);
  /// Marks the code as used. Errors: denied (wrong, or used before), corrupt.
  [[nodiscard]] Result<void> use_code(User& user, const std::string& code, const std::string& doing);
  [[nodiscard]] static crypto::Digest code_tries_of(const std::string& user);
  [[nodiscard]] Result<User> accept_passkey(const Site& site, const PasskeyAnswer& answer);
  [[nodiscard]] crypto::SecretBytes mark_of(crypto::BytesView challenge, const std::string& user) const;
  /// Errors: denied.
  [[nodiscard]] Result<void> spend_challenge(const std::string& text, const std::string& user,
                                             const std::string& doing);
  [[nodiscard]] Result<void> forget(const Principal& by, const std::string& doing,
                                    const std::function<bool(const Passkey&)>& which);
  /// Whether `checked` may still log in as they did.
  [[nodiscard]] static bool is_same_login(const User& present, const User& checked);
  /// Errors: denied, when the user was changed meanwhile.
  [[nodiscard]] Result<Login> begin_session_of(const User& checked);
  [[nodiscard]] Login begin_session(const User& user);  ///< under the lock
  void end_sessions(const std::string& user);           ///< under the lock
  [[nodiscard]] std::optional<User> user_of(const std::string& id) const;
  [[nodiscard]] const User* user_named(const std::string& name) const;     ///< under the lock
  [[nodiscard]] bool has_administrator(const std::string& besides) const;  ///< under the lock
  [[nodiscard]] static bool is_administrator(const User& user);
  /// Errors: denied, when nobody would be an administrator with `user` as they are.
  [[nodiscard]] Result<void> check_administrators(const User& user, const std::string& doing) const;
  [[nodiscard]] Result<void> note(consent::EntryKind kind, const consent::Actor& actor, const std::string& about);

  Records& records_;
  consent::Register& log_;
  const Clock& clock_;
  const crypto::SecretBytes sealing_;
  const crypto::SecretBytes challenging_ = crypto::SecretBytes::random(crypto::key_size);  ///< marks challenges
  const std::string nobodys_password_;        ///< compared with when there is no such user, so that it takes as long
  std::mutex hashing_;                        ///< one password at a time: each takes 64 MiB
  std::mutex changing_;                       ///< one change at a time; taken before `mutex_`
  mutable std::mutex mutex_;                  ///< of all that follows
  std::map<std::string, User> users_;         ///< by id
  std::map<std::string, ApiKey> api_keys_;    ///< by digest
  std::map<std::string, Passkey> passkeys_;   ///< by id
  std::map<crypto::Digest, Duration> spent_;  ///< challenges that were answered, until they end
  std::map<std::string, Session> sessions_;   ///< by the digest of their token
  std::map<crypto::Digest, Failures> failures_;
  std::map<std::string, Offer> offers_;  ///< second factors that are not enabled yet, by user
  std::string first_digest_;             ///< of the one-time token; empty: none counts
};

}  // namespace regard::accounts
