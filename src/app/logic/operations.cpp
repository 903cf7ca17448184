#include "app/operations.h"

namespace regard::app {
namespace {

using accounts::Action;
using serve::Method;

constexpr Operation all[] = {
    {"page", Method::get, "/", Access::everybody, {}},
    {"pageStyle", Method::get, "/page.css", Access::everybody, {}},
    {"pageScript", Method::get, "/page.js", Access::everybody, {}},
    {"health", Method::get, "/healthz", Access::everybody, {}},
    {"readiness", Method::get, "/readyz", Access::everybody, {}},
    {"setUp", Method::post, "/v1/setup", Access::everybody, {}},
    {"logIn", Method::post, "/v1/session", Access::everybody, {}},
    {"openapi", Method::get, "/openapi.json", Access::logged_in, {}},
    {"whoAmI", Method::get, "/v1/session", Access::logged_in, {}},
    {"logOut", Method::remove, "/v1/session", Access::by_action, Action::keep_own_account},
    {"changePassword", Method::put, "/v1/session/password", Access::by_action, Action::keep_own_account},
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
    {"logHead", Method::get, "/v1/log/head", Access::by_action, Action::read_log},
    {"logEntries", Method::get, "/v1/log/entries", Access::by_action, Action::read_log},
    {"logProof", Method::get, "/v1/log/entries/{entry}/proof", Access::by_action, Action::read_log},
    {"listUsers", Method::get, "/v1/users", Access::by_action, Action::manage_accounts},
    {"addUser", Method::post, "/v1/users", Access::by_action, Action::manage_accounts},
    {"changeUser", Method::patch, "/v1/users/{user}", Access::by_action, Action::manage_accounts},
    {"removeUser", Method::remove, "/v1/users/{user}", Access::by_action, Action::manage_accounts},
    {"listKeys", Method::get, "/v1/keys", Access::by_action, Action::manage_accounts},
    {"makeKey", Method::post, "/v1/keys", Access::by_action, Action::manage_accounts},
    {"revokeKey", Method::remove, "/v1/keys/{key}", Access::by_action, Action::manage_accounts},
};

}  // namespace

std::span<const Operation> operations() { return all; }

bool may_use(const Operation& operation, const accounts::Principal* who) {
  if (operation.access == Access::everybody) return true;
  if (who == nullptr) return false;
  return operation.access == Access::logged_in || who->may(operation.action);
}

}  // namespace regard::app
