#include "app/io/api.h"

#include <algorithm>

#include "app/people_commands.h"

namespace regard::app {
namespace {

/// With a session's changes: RFC 6265 cookies go along with requests that other sites make, this header does not.
constexpr const char* csrf_header = "x-csrf-token";
constexpr std::size_t largest_pictures = 24U << 20U;  ///< five of 3 MB in base64, with room
constexpr std::size_t longest_json = 64U << 10U;
constexpr auto idempotency_life = std::chrono::hours{24};
constexpr std::size_t most_given = 10'000;

Error error_of(ErrorKind kind, const serve::Request& request, std::string cause, std::string remedy) {
  return {kind, "answering " + std::string{to_string(request.method)} + " " + request.path, std::move(cause),
          std::move(remedy)};
}

bool is_change(serve::Method method) {
  return method != serve::Method::get && method != serve::Method::head && method != serve::Method::options;
}

/// A page of another site may not make changes with this browser's cookies: what SameSite and the token see to, a third
/// time. Programs send no Origin.
bool is_of_this_site(const serve::Request& request) {
  const std::string origin = request.header("origin");
  if (origin.empty()) return true;
  const std::size_t host = origin.find("://");
  return host != std::string::npos && origin.substr(host + 3) == request.header("host");
}

std::string key_of(const serve::Request& request) {
  const std::string bearer = request.header("authorization");
  if (bearer.starts_with("Bearer ")) return bearer.substr(7);
  return request.header("x-api-key");
}

serve::Response nobody_is_logged_in(const serve::Request& request) {
  return serve::problem(401, error_of(ErrorKind::denied, request, "nobody is logged in",
                                      "log in, or send an API key as Authorization: Bearer"));
}

tl::unexpected<Error> wrong_field(const char* name, const std::string& must) {
  return fail(ErrorKind::invalid_input, "reading the request's body", std::string{name} + " is not " + must,
              "/openapi.json describes it");
}

}  // namespace

Result<std::string> Call::text(const char* name) const {
  const auto found = body.find(name);
  if (found == body.end()) return std::string{};
  if (!found->is_string()) return wrong_field(name, "a text");
  return found->get<std::string>();
}

Result<std::string> Call::needed(const char* name) const {
  auto value = text(name);
  if (value && value->empty())
    return fail(ErrorKind::invalid_input, "reading the request's body", std::string{name} + " is missing",
                "/openapi.json describes it");
  return value;
}

Result<std::vector<std::string>> Call::texts(const char* name) const {
  std::vector<std::string> values;
  const auto found = body.find(name);
  if (found == body.end()) return values;
  if (!found->is_array()) return wrong_field(name, "a list of texts");
  for (const Json& one : *found) {
    if (!one.is_string()) return wrong_field(name, "a list of texts");
    values.push_back(one.get<std::string>());
  }
  return values;
}

Result<bool> Call::flag(const char* name) const {
  const auto found = body.find(name);
  if (found == body.end()) return false;
  if (!found->is_boolean()) return wrong_field(name, "true or false");
  return found->get<bool>();
}

Result<std::optional<double>> Call::number(const char* name) const {
  const auto found = body.find(name);
  if (found == body.end()) return std::optional<double>{};
  if (!found->is_number()) return wrong_field(name, "a number");
  return std::optional{found->get<double>()};
}

Result<void> Call::only(std::initializer_list<std::string_view> names) const {
  for (const auto& [key, value] : body.items()) {
    if (std::ranges::find(names, key) == names.end())
      return fail(ErrorKind::invalid_input, "reading the request's body", "there is no field " + key.substr(0, 64),
                  "/openapi.json describes it");
  }
  return {};
}

Result<consent::Subject> Call::person(DataFolder& data) const {
  const std::string& id = parameters.at("person");
  auto subject = data.database().subject({id});
  if (!subject) return pass_on(std::move(subject));
  if (!*subject)
    return fail(ErrorKind::not_found, "looking for person " + id, "there is none of that id", "GET /v1/people");
  return **subject;
}

Result<std::uint64_t> Call::query(const std::string& name, std::uint64_t otherwise, std::uint64_t most) const {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return otherwise;
  const std::string& text = found->second;
  const bool is_number =
      !text.empty() && text.size() <= 18 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number)
    return fail(ErrorKind::invalid_input, "reading the request's query", name + " is not a number",
                "write it as ?" + name + "=0");
  return std::min<std::uint64_t>(std::stoull(text), most);
}

serve::Response json_response(const Json& json, int status) {
  serve::Response response;
  response.status = status;
  response.body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return response;
}

serve::Response text_response(std::string type, std::string body) {
  serve::Response response;
  response.type = std::move(type);
  response.body = std::move(body);
  return response;
}

serve::Response no_content() {
  serve::Response response;
  response.status = 204;
  return response;
}

std::string session_of(const serve::Request& request) {
  const auto cookies = serve::cookies_from(request.header("cookie"));
  const auto found = cookies.find(session_cookie);
  return found == cookies.end() ? "" : found->second;
}

Api::Api(const ApiSurroundings& surroundings)
    : surroundings_{surroundings}, data_{surroundings.data}, doorkeeper_{surroundings.doorkeeper} {
  add_page();
  add_notice();
  add_accounts();
  add_second_factor();
  add_passkeys();
  add_cameras();
  add_people();
  add_recognition();
  add_watchlists();
  add_log();
  add_sinks();
}

void Api::on(std::string_view id, Handle handle) {
  const auto operation = std::ranges::find(operations(), id, &Operation::id);
  if (operation == operations().end()) return;  // a test sees that each one answers
  router_.add(operation->method, std::string{operation->path},
              [this, operation = &*operation, handle = std::move(handle)](const serve::Request& request,
                                                                          const serve::Parameters& parameters) {
                return guarded(*operation, handle, request, parameters);
              });
}

std::optional<accounts::Principal> Api::who_asks(const serve::Request& request) {
  if (const std::string key = key_of(request); !key.empty()) return doorkeeper_.by_key(key);
  return doorkeeper_.by_session(session_of(request));
}

std::function<bool()> Api::still_may(const serve::Request& request, accounts::Action action) {
  return [this, key = key_of(request), session = session_of(request), action] {
    const auto who = key.empty() ? doorkeeper_.by_session(session) : doorkeeper_.by_key(key);
    return who && who->may(action);
  };
}

std::size_t Api::longest_body(const serve::Request& request) {
  const bool has_pictures = request.path.starts_with("/v1/people/") || request.path == "/v1/identify";
  return has_pictures && who_asks(request) ? largest_pictures : longest_json;
}

serve::Response Api::answer(const serve::Request& request) {
  const auto answered = [&]() -> serve::Response {
    if (surroundings_.is_loopback && !is_loopback_host(request.header("host")))
      return serve::problem(421, error_of(ErrorKind::denied, request, "it names another host than this machine",
                                          "open http://127.0.0.1 or http://localhost"));
    // A WebSocket begins with a GET, but scripts of any site may begin one and read it.
    if ((is_change(request.method) || !request.header("upgrade").empty()) && !is_of_this_site(request))
      return serve::problem(
          403, error_of(ErrorKind::denied, request, "a page of another site asks", "use this server's page"));
    // Whoever was not let in does not learn what there is.
    if (!is_open_to_everybody(request.path) && request.path.starts_with("/v1/") && !who_asks(request))
      return nobody_is_logged_in(request);
    return router_(request);
  };
  serve::Response response = answered();
  const auto add = [&](const char* name, const char* value) { response.headers.emplace_back(name, value); };
  add("X-Content-Type-Options", "nosniff");
  add("X-Frame-Options", "DENY");
  add("Referrer-Policy", "no-referrer");
  add("Cross-Origin-Resource-Policy", "same-origin");
  add("Content-Security-Policy",
      "default-src 'none'; img-src 'self' blob:; connect-src 'self'; style-src 'self'; script-src 'self'; "
      "base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
  if (response.status == 401) add("WWW-Authenticate", "Bearer");
  if (!response.channel) add("Cache-Control", "no-store");
  return response;
}

serve::Response Api::guarded(const Operation& operation, const Handle& handle, const serve::Request& request,
                             const serve::Parameters& parameters) {
  const auto who = operation.access == Access::everybody ? std::nullopt : who_asks(request);
  if (!may_use(operation, who ? &*who : nullptr)) {
    if (!who) return nobody_is_logged_in(request);
    if (auto noted = doorkeeper_.note_refusal(*who, std::string{operation.id}); !noted)
      return serve::problem(noted.error());
    return serve::problem(
        403, error_of(ErrorKind::denied, request, "this needs the right " + std::string{to_string(operation.action)},
                      "ask an administrator for a role or scope that has it"));
  }
  if (who && !who->csrf.empty() && is_change(request.method) && request.header(csrf_header) != who->csrf)
    return serve::problem(403, error_of(ErrorKind::denied, request, "the session's token is missing or wrong",
                                        "send the csrf of GET /v1/session as X-CSRF-Token"));
  Call call{request, parameters, who ? &*who : nullptr, Json::object()};
  if (is_change(request.method) && !request.body.empty()) {
    if (!request.header("content-type").starts_with("application/json"))
      return serve::problem(415, error_of(ErrorKind::unsupported, request, "its body is not JSON",
                                          "send it with Content-Type: application/json"));
    // Deeper nesting than any request has could exhaust the stack: nlohmann's parser is not recursive, destruction is.
    call.body = Json::parse(
        request.body, [](int depth, Json::parse_event_t, Json&) { return depth < 8; }, false);
    if (!call.body.is_object())
      return serve::problem(
          400, error_of(ErrorKind::invalid_input, request, "its body is no JSON object", "/openapi.json describes it"));
  }
  return once(operation, handle, call);
}

/// Whoever repeats a POST with the same Idempotency-Key gets the same answer, and nothing is done twice.
serve::Response Api::once(const Operation& operation, const Handle& handle, const Call& call) {
  const auto done = [&] {
    auto response = handle(call);
    return response ? std::move(*response) : serve::problem(response.error());
  };
  const std::string key = call.request.header("idempotency-key");
  // Keys and secrets are never kept, so making one is never repeated from memory.
  const bool is_secret = operation.id == "makeKey" || operation.id == "offerSecondFactor";
  if (key.empty() || call.request.method != serve::Method::post || call.who == nullptr || is_secret) return done();
  if (key.size() > 255)
    return serve::problem(400, error_of(ErrorKind::invalid_input, call.request, "its Idempotency-Key is too long",
                                        "use at most 255 bytes"));
  const std::string place = call.who->actor.value + "\n" + call.request.path + "\n" + key;
  const std::string digest = crypto::to_hex(crypto::sha256(crypto::bytes_of(call.request.body)));
  const Timestamp now = data_.clock().now();
  {
    const std::lock_guard lock{mutex_};
    std::erase_if(given_, [&](const auto& one) { return now - one.second.at > idempotency_life; });
    const auto found = given_.find(place);
    if (found != given_.end() && found->second.digest != digest)
      return serve::problem(422, error_of(ErrorKind::invalid_input, call.request,
                                          "its Idempotency-Key was used for another request", "use a new one"));
    if (found != given_.end() && !found->second.response)
      return serve::problem(409, error_of(ErrorKind::unavailable, call.request, "the first one is still being answered",
                                          "try again in a second"));
    if (found != given_.end()) return *found->second.response;
    if (given_.size() >= most_given)
      return serve::problem(503, error_of(ErrorKind::limit, call.request, "too many keys are remembered",
                                          "try again later, or without Idempotency-Key"));
    given_[place] = {digest, now, std::nullopt};
  }
  serve::Response response;
  try {
    response = done();
  } catch (...) {
    const std::lock_guard lock{mutex_};
    given_.erase(place);
    throw;
  }
  const std::lock_guard lock{mutex_};
  // What failed on our side may be tried again.
  if (response.status >= 500)
    given_.erase(place);
  else
    given_[place].response = response;
  return response;
}

}  // namespace regard::app
