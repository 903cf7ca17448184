// Operations of passkeys: the JSON of Web Authentication (PublicKeyCredential.toJSON and its parse functions).
#include "app/io/api.h"

namespace regard::app {
namespace {

using accounts::Site;
using serve::Response;

constexpr int patience_ms = 300'000;  // as long as a challenge counts

/// Authenticators bind to a host name, which the configuration says; this machine's own needs no saying.
Result<Site> site_of(const serve::Request& request, const ApiSurroundings& surroundings) {
  const std::string own = surroundings.scheme == Scheme::https ? "https://" : "http://";
  const std::string origin = surroundings.origin.empty() ? own + request.header("host") : surroundings.origin;
  const std::size_t begin = origin.find("://") + 3;
  const std::string host = origin.substr(begin, origin.find(':', begin) - begin);
  if (!surroundings.origin.empty() || host == "localhost") return Site{host, origin};
  return fail(ErrorKind::invalid_input, "using a passkey", "this address has no name that passkeys can be for",
              "name the page's address as origin in the configuration, or open http://localhost");
}

tl::unexpected<Error> wrong_credential(const std::string& name) {
  return fail(ErrorKind::invalid_input, "reading the request's body", "credential has no " + name + " in base64url",
              "send what PublicKeyCredential.toJSON() gives");
}

/// A text in base64url of `credential`, or of its `response`.
Result<crypto::Bytes> bytes_at(const Json& json, const std::string& name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  if (found == json.end() || !found->is_string()) return wrong_credential(name);
  auto bytes = crypto::from_base64url(found->get_ref<const std::string&>());
  if (!bytes) return wrong_credential(name);
  return std::move(*bytes);
}

struct Credential {
  Json whole;
  Json response;
};
Result<Credential> credential_of(const Call& call) {
  const auto found = call.body.find("credential");
  if (found == call.body.end() || !found->is_object() || !found->contains("response"))
    return wrong_credential("response");
  return Credential{*found, (*found)["response"]};
}

Json passkey_json(const accounts::Passkey& passkey) {
  return {{"id", passkey.id}, {"label", passkey.label}, {"created", to_rfc3339(passkey.created)}};
}

Json known_json(const std::vector<accounts::Passkey>& passkeys) {
  Json known = Json::array();
  for (const accounts::Passkey& one : passkeys) known.push_back({{"type", "public-key"}, {"id", one.id}});
  return known;
}

/// PublicKeyCredentialCreationOptionsJSON.
Json creation_json(const Site& site, const accounts::Principal& who, const accounts::PasskeyOffer& offer) {
  Json algorithms = Json::array();
  for (const auto algorithm :
       {accounts::PasskeyAlgorithm::es256, accounts::PasskeyAlgorithm::eddsa, accounts::PasskeyAlgorithm::rs256})
    algorithms.push_back({{"type", "public-key"}, {"alg", static_cast<int>(algorithm)}});
  return {{"challenge", offer.challenge},
          {"rp", {{"id", site.id}, {"name", "Regard"}}},
          {"user",
           {{"id", crypto::to_base64url(crypto::bytes_of(who.user))}, {"name", who.name}, {"displayName", who.name}}},
          {"pubKeyCredParams", algorithms},
          {"timeout", patience_ms},
          {"excludeCredentials", known_json(offer.present)},
          {"authenticatorSelection",
           {{"residentKey", "required"}, {"requireResidentKey", true}, {"userVerification", "required"}}},
          {"attestation", "none"}};
}

Result<accounts::PasskeyAnswer> answer_of(const Call& call) {
  auto credential = credential_of(call);
  if (!credential) return pass_on(std::move(credential));
  accounts::PasskeyAnswer answer;
  for (const auto& [name, bytes] : {std::pair{"clientDataJSON", &answer.client_data},
                                    {"authenticatorData", &answer.data},
                                    {"signature", &answer.signature}}) {
    auto read = bytes_at(credential->response, name);
    if (!read) return pass_on(std::move(read));
    *bytes = std::move(*read);
  }
  auto id = bytes_at(credential->whole, "id");
  if (!id) return pass_on(std::move(id));
  answer.id = crypto::to_base64url(*id);
  if (const auto user = bytes_at(credential->response, "userHandle")) answer.user = {user->begin(), user->end()};
  return answer;
}

}  // namespace

void Api::add_passkeys() {
  on("challengePasskey", [this](const Call& call) -> Result<Response> {
    auto site = site_of(call.request, surroundings_);
    if (!site) return pass_on(std::move(site));
    return json_response({{"challenge", doorkeeper_.passkey_challenge()},
                          {"rpId", site->id},
                          {"timeout", patience_ms},
                          {"allowCredentials", Json::array()},
                          {"userVerification", "required"}});
  });
  on("logInWithPasskey", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"credential"}); !known) return pass_on(std::move(known));
    auto answer = answer_of(call);
    if (!answer) return pass_on(std::move(answer));
    auto site = site_of(call.request, surroundings_);
    if (!site) return pass_on(std::move(site));
    auto login = doorkeeper_.log_in_with_passkey(*site, *answer, call.request.peer);
    return login ? logged_in(*login) : not_let_in(login.error());
  });
  on("listPasskeys", [this](const Call& call) -> Result<Response> {
    Json passkeys = Json::array();
    for (const accounts::Passkey& one : doorkeeper_.passkeys(call.who->user)) passkeys.push_back(passkey_json(one));
    return json_response({{"passkeys", passkeys}});
  });
  on("offerPasskey", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"password"}); !known) return pass_on(std::move(known));
    auto password = call.needed("password");
    if (!password) return pass_on(std::move(password));
    auto site = site_of(call.request, surroundings_);
    if (!site) return pass_on(std::move(site));
    auto offer = doorkeeper_.offer_passkey(*call.who, *password, call.request.peer);
    if (!offer) return refused(offer.error());
    return json_response(creation_json(*site, *call.who, *offer));
  });
  on("addPasskey", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"label", "credential"}); !known) return pass_on(std::move(known));
    auto label = call.needed("label");
    if (!label) return pass_on(std::move(label));
    auto credential = credential_of(call);
    if (!credential) return pass_on(std::move(credential));
    auto client_data = bytes_at(credential->response, "clientDataJSON");
    auto attestation = bytes_at(credential->response, "attestationObject");
    for (auto* one : {&client_data, &attestation})
      if (!*one) return pass_on(std::move(*one));
    auto site = site_of(call.request, surroundings_);
    if (!site) return pass_on(std::move(site));
    auto added = doorkeeper_.add_passkey(*call.who, *site, *label, {*client_data, *attestation});
    if (!added) return pass_on(std::move(added));
    return json_response(passkey_json(*added), 201);
  });
  on("removePasskey", [this](const Call& call) -> Result<Response> {
    if (auto removed = doorkeeper_.remove_passkey(*call.who, call.parameters.at("passkey")); !removed)
      return pass_on(std::move(removed));
    return no_content();
  });
  on("forgetPasskeys", [this](const Call& call) -> Result<Response> {
    if (auto forgotten = doorkeeper_.forget_passkeys(*call.who, call.parameters.at("user")); !forgotten)
      return pass_on(std::move(forgotten));
    return no_content();
  });
}

}  // namespace regard::app
