#include <algorithm>
#include <array>

#include "accounts/accounts.h"

namespace regard::accounts {
namespace {

constexpr std::array<std::string_view, action_count> action_names{
    "keep_own_account", "see_cameras",      "see_live",       "see_events",         "see_metrics",
    "change_cameras",   "manage_sinks",     "see_people",     "add_people",         "erase_people",
    "grant_consent",    "withdraw_consent", "see_galleries",  "change_galleries",   "enrol",
    "verify",           "identify",         "see_watchlists", "propose_watchlists", "approve_watchlists",
    "close_watchlists", "judge_alerts",     "reveal",         "read_log",           "manage_accounts"};
constexpr std::array<std::string_view, role_count> role_names{
    "viewer", "operator", "enroller", "approver", "privacy_officer", "administrator", "auditor"};

template <typename Value, std::size_t count>
Result<Value> value_from(const std::array<std::string_view, count>& names, std::string_view name,
                         const std::string& what) {
  const auto* const found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<Value>(found - names.begin());
  std::string known;
  for (const std::string_view one : names) known += (known.empty() ? "" : ", ") + std::string{one};
  return fail(ErrorKind::invalid_input, "reading " + what + " \"" + std::string{name} + "\"",
              "there is none of that name", "known ones are " + known);
}

}  // namespace

std::string_view to_string(Action action) { return action_names[static_cast<std::size_t>(action)]; }
std::string_view to_string(Role role) { return role_names[static_cast<std::size_t>(role)]; }
Result<Action> action_from(std::string_view name) { return value_from<Action>(action_names, name, "the scope"); }
Result<Role> role_from(std::string_view name) { return value_from<Role>(role_names, name, "the role"); }

const std::set<Action>& actions_of(Role role) {
  using enum Action;
  static const std::array<std::set<Action>, role_count> sets{{
      // viewer: looks at cameras, everybody blurred
      {keep_own_account, see_cameras, see_live, see_events},
      // operator: works with them, and asks who somebody is
      {keep_own_account, see_cameras, see_live, see_events, see_metrics, see_people, see_galleries, verify, identify,
       see_watchlists, propose_watchlists, close_watchlists, judge_alerts, reveal},
      // enroller: brings consenting people in
      {keep_own_account, see_people, add_people, grant_consent, withdraw_consent, see_galleries, enrol, verify},
      // approver: looks at what is asked for before agreeing to it
      {keep_own_account, see_galleries, see_watchlists, approve_watchlists, close_watchlists, read_log},
      // privacy officer: sees to it that people's rights are kept
      {keep_own_account, see_people, erase_people, withdraw_consent, see_galleries, see_watchlists, close_watchlists,
       read_log},
      // administrator: keeps the installation, recognises nobody
      {keep_own_account, see_cameras, see_metrics, change_cameras, manage_sinks, see_galleries, change_galleries,
       manage_accounts, read_log},
      // auditor: reads the log, never pixels
      {keep_own_account, read_log},
  }};
  return sets[static_cast<std::size_t>(role)];
}

std::set<Action> actions_of(const std::set<Role>& roles) {
  std::set<Action> all;
  for (const Role role : roles) all.insert(actions_of(role).begin(), actions_of(role).end());
  return all;
}

Result<void> check_user_name(const std::string& name) {
  const bool is_plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_' || c == '@';
  });
  if (name.size() >= 2 && name.size() <= 64 && is_plain) return {};
  return fail(ErrorKind::invalid_input, "naming a user", "the name is not plain",
              "use 2 to 64 letters, digits, dots, -, _ and @");
}

// NIST SP 800-63B 5.1.1.2: length counts, composition rules do not help; 12 is above its least of 8.
Result<void> check_password(const std::string& password) {
  if (password.size() >= 12 && password.size() <= 1024) return {};
  return fail(ErrorKind::invalid_input, "setting a password", "it is too short or too long",
              "use 12 to 1024 bytes: several words are easy to remember");
}

Duration penalty(std::uint64_t failures) {
  constexpr std::uint64_t free_tries = 5;
  constexpr Duration longest = std::chrono::minutes{15};
  if (failures < free_tries) return {};
  const std::uint64_t doublings = std::min<std::uint64_t>(failures - free_tries, 10);
  return std::min<Duration>(longest, std::chrono::seconds{1ULL << doublings});
}

}  // namespace regard::accounts
