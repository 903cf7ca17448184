// Operations of the page, of sessions, users and keys.
#include <algorithm>

#include "app/io/api.h"

namespace regard::app {
namespace {

using accounts::Principal;
using serve::Response;

Json me_json(const Principal& who) {
  Json actions = Json::array();
  for (const accounts::Action action : who.actions) actions.push_back(to_string(action));
  return {{"actor", who.actor.value},
          {"name", who.name},
          {"actions", actions},
          {"csrf", who.csrf},
          {"second_factor", who.has_second_factor}};
}

Json user_json(const accounts::User& user) {
  Json roles = Json::array();
  for (const accounts::Role role : user.roles) roles.push_back(to_string(role));
  return {{"id", user.id},
          {"name", user.name},
          {"roles", roles},
          {"disabled", user.disabled},
          {"second_factor", user.second_factor.has_value()},
          {"created", to_rfc3339(user.created)}};
}

Json key_json(const accounts::ApiKey& key) {
  Json scopes = Json::array();
  for (const accounts::Action action : key.scopes) scopes.push_back(to_string(action));
  return {{"id", key.id},
          {"label", key.label},
          {"owner", key.owner},
          {"scopes", scopes},
          {"created", to_rfc3339(key.created)},
          {"expires", to_rfc3339(key.expires)}};
}

Result<std::set<accounts::Role>> roles_of(const Call& call) {
  auto names = call.texts("roles");
  if (!names) return pass_on(std::move(names));
  std::set<accounts::Role> roles;
  for (const std::string& name : *names) {
    auto role = accounts::role_from(name);
    if (!role) return pass_on(std::move(role));
    roles.insert(*role);
  }
  return roles;
}

/// RFC 9457 3.1.1: a type of its own, so that a program asks for the code instead of for another password.
Response wants_code() {
  Response response = serve::problem(401, {ErrorKind::denied, "logging in", "a code of the second factor is wanted",
                                           "send the code of the authenticator app, or a recovery code, as code"});
  Json json = Json::parse(response.body);
  json["type"] = "urn:regard:problem:second-factor";
  response.body = json.dump() + "\n";
  return response;
}

Result<Response> page_file(std::string_view name) {
  const std::string type = name.ends_with(".css")   ? "text/css"
                           : name.ends_with(".js")  ? "text/javascript"
                           : name.ends_with(".svg") ? "image/svg+xml"
                                                    : "text/html";
  const auto file = std::ranges::find(page_files(), name, &PageFile::name);
  if (file == page_files().end())
    return fail(ErrorKind::not_found, "showing the page", "it was not built in", "build the program anew");
  return text_response(type + "; charset=utf-8", std::string{file->text});
}

}  // namespace

/// The cookie goes to this server alone, never to scripts, never in clear, never with requests of other sites.
Response logged_in(const accounts::Login& login) {
  Response response = json_response(me_json(login.principal));
  const auto life = std::chrono::duration_cast<std::chrono::seconds>(accounts::Doorkeeper::session_life).count();
  response.headers.emplace_back("Set-Cookie",
                                std::string{session_cookie} + "=" + login.token +
                                    "; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=" + std::to_string(life));
  return response;
}

Response refused(const Error& error) {
  return error.kind == ErrorKind::limit ? serve::problem(429, error) : serve::problem(error);
}

Response not_let_in(const Error& error) {
  return error.kind == ErrorKind::denied ? serve::problem(401, error) : refused(error);
}

void Api::add_page() {
  on("page", [](const Call&) { return page_file("index.html"); });
  on("pageStyle", [](const Call&) { return page_file("page.css"); });
  on("pageScript", [](const Call&) { return page_file("page.js"); });
  on("pageIcon", [](const Call&) { return page_file("icon.svg"); });
  on("openapi",
     [](const Call&) -> Result<Response> { return text_response("application/json", std::string{openapi_json()}); });
  on("health", [](const Call&) -> Result<Response> { return text_response("text/plain", "ok\n"); });
  on("readiness", [this](const Call&) -> Result<Response> {
    // A server without cameras is ready too: it waits for somebody to add one. Nothing else is said to strangers.
    const auto statuses = surroundings_.cameras.statuses();
    const bool is_ready = statuses.empty() || std::ranges::any_of(statuses, [](const CameraStatus& camera) {
                            return camera.state == "live" || camera.state == "ended";
                          });
    if (is_ready) return text_response("text/plain", "ready\n");
    return fail(ErrorKind::unavailable, "looking whether the cameras are ready", "none gives pictures",
                "/v1/cameras says what is wrong with each");
  });
  on("metrics", [this](const Call&) -> Result<Response> {
    return text_response("text/plain; version=0.0.4; charset=utf-8", surroundings_.metrics());
  });
}

void Api::add_second_factor() {
  on("offerSecondFactor", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"password"}); !known) return pass_on(std::move(known));
    auto password = call.needed("password");
    if (!password) return pass_on(std::move(password));
    auto offer = doorkeeper_.offer_second_factor(*call.who, *password, call.request.peer);
    if (!offer) return refused(offer.error());
    return json_response({{"secret", offer->secret}, {"uri", offer->uri}});
  });
  on("enableSecondFactor", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"code"}); !known) return pass_on(std::move(known));
    auto code = call.needed("code");
    if (!code) return pass_on(std::move(code));
    auto codes = doorkeeper_.enable_second_factor(*call.who, *code, call.request.peer);
    if (!codes) return refused(codes.error());
    return json_response({{"recovery_codes", *codes}});
  });
  on("disableSecondFactor", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"password", "code"}); !known) return pass_on(std::move(known));
    auto password = call.needed("password");
    auto code = call.needed("code");
    for (auto* one : {&password, &code})
      if (!*one) return pass_on(std::move(*one));
    auto disabled = doorkeeper_.disable_second_factor(*call.who, *password, *code, call.request.peer);
    return disabled ? no_content() : refused(disabled.error());
  });
  on("resetSecondFactor", [this](const Call& call) -> Result<Response> {
    if (auto reset = doorkeeper_.reset_second_factor(*call.who, call.parameters.at("user")); !reset)
      return pass_on(std::move(reset));
    return no_content();
  });
}

void Api::add_accounts() {
  on("setUp", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"token", "name", "password"}); !known) return pass_on(std::move(known));
    auto token = call.needed("token");
    auto name = call.needed("name");
    auto password = call.needed("password");
    for (auto* one : {&token, &name, &password})
      if (!*one) return pass_on(std::move(*one));
    auto login = doorkeeper_.become_first(*token, *name, *password);
    return login ? logged_in(*login) : not_let_in(login.error());
  });
  on("logIn", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"name", "password", "code"}); !known) return pass_on(std::move(known));
    auto name = call.needed("name");
    auto password = call.needed("password");
    auto code = call.text("code");
    for (auto* one : {&name, &password, &code})
      if (!*one) return pass_on(std::move(*one));
    auto login = doorkeeper_.log_in(*name, *password, call.request.peer, *code);
    if (!login) return not_let_in(login.error());
    return *login ? logged_in(**login) : wants_code();
  });
  on("whoAmI", [](const Call& call) -> Result<Response> { return json_response(me_json(*call.who)); });
  on("logOut", [this](const Call& call) -> Result<Response> {
    if (const std::string token = session_of(call.request); !token.empty()) doorkeeper_.log_out(token);
    Response response = no_content();
    response.headers.emplace_back(
        "Set-Cookie", std::string{session_cookie} + "=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0");
    return response;
  });
  on("changePassword", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"before", "after"}); !known) return pass_on(std::move(known));
    auto before = call.needed("before");
    auto after = call.needed("after");
    for (auto* one : {&before, &after})
      if (!*one) return pass_on(std::move(*one));
    auto changed = doorkeeper_.change_password(*call.who, *before, *after, call.request.peer);
    return changed ? no_content() : refused(changed.error());
  });
  on("listUsers", [this](const Call&) -> Result<Response> {
    Json users = Json::array();
    for (const accounts::User& user : doorkeeper_.users()) users.push_back(user_json(user));
    return json_response({{"users", users}});
  });
  on("addUser", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"name", "password", "roles"}); !known) return pass_on(std::move(known));
    auto name = call.needed("name");
    auto password = call.needed("password");
    for (auto* one : {&name, &password})
      if (!*one) return pass_on(std::move(*one));
    auto roles = roles_of(call);
    if (!roles) return pass_on(std::move(roles));
    auto user = doorkeeper_.add_user(*call.who, *name, *password, *roles);
    if (!user) return pass_on(std::move(user));
    return json_response(user_json(*user), 201);
  });
  on("changeUser", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"password", "roles", "disabled"}); !known) return pass_on(std::move(known));
    accounts::Doorkeeper::UserChange change;
    auto password = call.text("password");
    if (!password) return pass_on(std::move(password));
    if (!password->empty()) change.password = *password;
    auto roles = roles_of(call);
    if (!roles) return pass_on(std::move(roles));
    if (call.body.contains("roles")) change.roles = *roles;
    auto disabled = call.flag("disabled");
    if (!disabled) return pass_on(std::move(disabled));
    if (call.body.contains("disabled")) change.disabled = *disabled;
    auto user = doorkeeper_.change_user(*call.who, call.parameters.at("user"), change);
    if (!user) return pass_on(std::move(user));
    return json_response(user_json(*user));
  });
  on("removeUser", [this](const Call& call) -> Result<Response> {
    if (auto removed = doorkeeper_.remove_user(*call.who, call.parameters.at("user")); !removed)
      return pass_on(std::move(removed));
    return no_content();
  });
  on("listKeys", [this](const Call&) -> Result<Response> {
    Json keys = Json::array();
    for (const accounts::ApiKey& key : doorkeeper_.api_keys()) keys.push_back(key_json(key));
    return json_response({{"keys", keys}});
  });
  on("makeKey", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"label", "scopes", "days"}); !known) return pass_on(std::move(known));
    auto label = call.needed("label");
    if (!label) return pass_on(std::move(label));
    auto names = call.texts("scopes");
    if (!names) return pass_on(std::move(names));
    std::set<accounts::Action> scopes;
    for (const std::string& name : *names) {
      auto scope = accounts::action_from(name);
      if (!scope) return pass_on(std::move(scope));
      scopes.insert(*scope);
    }
    auto days = call.number("days");
    if (!days) return pass_on(std::move(days));
    const double life = std::clamp(days->value_or(90), 0.0, 1e4);
    auto made = doorkeeper_.make_api_key(*call.who, *label, scopes, from_seconds(life * 86'400));
    if (!made) return pass_on(std::move(made));
    Json json = key_json(made->second);
    json["key"] = made->first;
    return json_response(json, 201);
  });
  on("revokeKey", [this](const Call& call) -> Result<Response> {
    if (auto revoked = doorkeeper_.revoke_api_key(*call.who, call.parameters.at("key")); !revoked)
      return pass_on(std::move(revoked));
    return no_content();
  });
}

}  // namespace regard::app
