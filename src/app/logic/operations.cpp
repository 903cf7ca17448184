#include "app/operations.h"

#include <algorithm>

namespace regard::app {
namespace {

using accounts::Action;
using serve::Method;

constexpr Operation all[] = {
    {"page", Method::get, "/", Access::everybody, {}},
    {"pageStyle", Method::get, "/page.css", Access::everybody, {}},
    {"pageScript", Method::get, "/page.js", Access::everybody, {}},
    {"pageIcon", Method::get, "/icon.svg", Access::everybody, {}},
    {"health", Method::get, "/healthz", Access::everybody, {}},
    {"readiness", Method::get, "/readyz", Access::everybody, {}},
    {"notice", Method::get, "/v1/notice", Access::everybody, {}},
    {"setUp", Method::post, "/v1/setup", Access::everybody, {}},
    {"logIn", Method::post, "/v1/session", Access::everybody, {}},
    {"openapi", Method::get, "/openapi.json", Access::logged_in, {}},
    {"whoAmI", Method::get, "/v1/session", Access::logged_in, {}},
    {"logOut", Method::remove, "/v1/session", Access::by_action, Action::keep_own_account},
    {"changePassword", Method::put, "/v1/session/password", Access::by_action, Action::keep_own_account},
    {"challengePasskey", Method::post, "/v1/session/passkey/challenge", Access::everybody, {}},
    {"logInWithPasskey", Method::post, "/v1/session/passkey", Access::everybody, {}},
    {"listPasskeys", Method::get, "/v1/session/passkeys", Access::by_action, Action::keep_own_account},
    {"offerPasskey", Method::post, "/v1/session/passkeys/challenge", Access::by_action, Action::keep_own_account},
    {"addPasskey", Method::post, "/v1/session/passkeys", Access::by_action, Action::keep_own_account},
    {"removePasskey", Method::remove, "/v1/session/passkeys/{passkey}", Access::by_action, Action::keep_own_account},
    {"offerSecondFactor", Method::post, "/v1/session/second-factor", Access::by_action, Action::keep_own_account},
    {"enableSecondFactor", Method::put, "/v1/session/second-factor", Access::by_action, Action::keep_own_account},
    {"disableSecondFactor", Method::post, "/v1/session/second-factor/disable", Access::by_action,
     Action::keep_own_account},
    {"metrics", Method::get, "/metrics", Access::by_action, Action::see_metrics},
    {"listCameras", Method::get, "/v1/cameras", Access::by_action, Action::see_cameras},
    {"addCamera", Method::post, "/v1/cameras", Access::by_action, Action::change_cameras},
    {"changeCamera", Method::put, "/v1/cameras/{camera}", Access::by_action, Action::change_cameras},
    {"removeCamera", Method::remove, "/v1/cameras/{camera}", Access::by_action, Action::change_cameras},
    {"live", Method::get, "/v1/cameras/{camera}/live", Access::by_action, Action::see_live},
    {"events", Method::get, "/v1/events", Access::by_action, Action::see_events},
    {"listSinks", Method::get, "/v1/sinks", Access::by_action, Action::manage_sinks},
    {"deadLetters", Method::get, "/v1/sinks/{sink}/dead-letters", Access::by_action, Action::manage_sinks},
    {"replayDeadLetters", Method::post, "/v1/sinks/{sink}/replay", Access::by_action, Action::manage_sinks},
    {"listPeople", Method::get, "/v1/people", Access::by_action, Action::see_people},
    {"addPerson", Method::post, "/v1/people", Access::by_action, Action::add_people},
    {"showPerson", Method::get, "/v1/people/{person}", Access::by_action, Action::see_people},
    {"erasePerson", Method::remove, "/v1/people/{person}", Access::by_action, Action::erase_people},
    {"grantConsent", Method::post, "/v1/people/{person}/consents", Access::by_action, Action::grant_consent},
    {"withdrawConsent", Method::remove, "/v1/consents/{consent}", Access::by_action, Action::withdraw_consent},
    {"enrol", Method::post, "/v1/people/{person}/templates", Access::by_action, Action::enrol},
    {"verify", Method::post, "/v1/people/{person}/verify", Access::by_action, Action::verify},
    {"identify", Method::post, "/v1/identify", Access::by_action, Action::identify},
    {"listGalleries", Method::get, "/v1/galleries", Access::by_action, Action::see_galleries},
    {"createGallery", Method::post, "/v1/galleries", Access::by_action, Action::change_galleries},
    {"listWatchlists", Method::get, "/v1/watchlists", Access::by_action, Action::see_watchlists},
    {"proposeWatchlist", Method::post, "/v1/watchlists", Access::by_action, Action::propose_watchlists},
    {"showWatchlist", Method::get, "/v1/watchlists/{watchlist}", Access::by_action, Action::see_watchlists},
    {"approveWatchlist", Method::post, "/v1/watchlists/{watchlist}/approvals", Access::by_action,
     Action::approve_watchlists},
    {"renewWatchlist", Method::post, "/v1/watchlists/{watchlist}/renewals", Access::by_action,
     Action::propose_watchlists},
    {"closeWatchlist", Method::remove, "/v1/watchlists/{watchlist}", Access::by_action, Action::close_watchlists},
    {"judgeAlert", Method::post, "/v1/watchlists/{watchlist}/alerts", Access::by_action, Action::judge_alerts},
    {"reveal", Method::post, "/v1/cameras/{camera}/reveal", Access::by_action, Action::reveal},
    {"revealed", Method::get, "/v1/cameras/{camera}/revealed/{entry}", Access::by_action, Action::reveal},
    {"logHead", Method::get, "/v1/log/head", Access::by_action, Action::read_log},
    {"logEntries", Method::get, "/v1/log/entries", Access::by_action, Action::read_log},
    {"logProof", Method::get, "/v1/log/entries/{entry}/proof", Access::by_action, Action::read_log},
    {"listUsers", Method::get, "/v1/users", Access::by_action, Action::manage_accounts},
    {"addUser", Method::post, "/v1/users", Access::by_action, Action::manage_accounts},
    {"changeUser", Method::patch, "/v1/users/{user}", Access::by_action, Action::manage_accounts},
    {"removeUser", Method::remove, "/v1/users/{user}", Access::by_action, Action::manage_accounts},
    {"resetSecondFactor", Method::remove, "/v1/users/{user}/second-factor", Access::by_action, Action::manage_accounts},
    {"forgetPasskeys", Method::remove, "/v1/users/{user}/passkeys", Access::by_action, Action::manage_accounts},
    {"listKeys", Method::get, "/v1/keys", Access::by_action, Action::manage_accounts},
    {"makeKey", Method::post, "/v1/keys", Access::by_action, Action::manage_accounts},
    {"revokeKey", Method::remove, "/v1/keys/{key}", Access::by_action, Action::manage_accounts},
};

}  // namespace

std::span<const Operation> operations() { return all; }

bool is_open_to_everybody(std::string_view path) {
  return std::ranges::any_of(all,
                             [&](const Operation& one) { return one.access == Access::everybody && one.path == path; });
}

bool may_use(const Operation& operation, const accounts::Principal* who) {
  if (operation.access == Access::everybody) return true;
  if (who == nullptr) return false;
  return operation.access == Access::logged_in || who->may(operation.action);
}

}  // namespace regard::app
