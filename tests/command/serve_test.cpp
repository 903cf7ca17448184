// `regard serve` from outside: who may do what, every operation of api/openapi.yaml valid and invalid, cameras that
// come and go, and a clean end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "authenticator.h"
#include "serving.h"

namespace regard::tests {
namespace {

using ::testing::Not;
using ::testing::StartsWith;

std::string base64url(const std::string& bytes) {
  std::string text = base64(bytes);
  text.erase(std::min(text.find('='), text.size()));
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

/// What PublicKeyCredential.toJSON() gives.
Json credential_json(const regard::testing::Authenticator::Made& made) {
  return {{"id", base64url(made.id)},
          {"rawId", base64url(made.id)},
          {"type", "public-key"},
          {"clientExtensionResults", Json::object()},
          {"response",
           {{"clientDataJSON", base64url(made.client_data)},
            {"attestationObject", base64url(made.attestation)},
            {"transports", Json::array({"internal"})}}}};
}
Json credential_json(const regard::testing::Authenticator::Signed& made, const std::string& user) {
  return {{"id", base64url(made.id)},
          {"type", "public-key"},
          {"response",
           {{"clientDataJSON", base64url(made.client_data)},
            {"authenticatorData", base64url(made.data)},
            {"signature", base64url(made.signature)},
            {"userHandle", user}}}};
}

class Serve : public Served {
 protected:
  void SetUp() override {
    WithNetworks::SetUp();
    if (IsSkipped()) return;
    start({"cast:lobby?people=3&seed=1&size=640x360", "/nonexistent/door.mp4", "--name", "lobby", "--name", "door"});
  }
};

TEST_F(Serve, shows_cameras_events_and_figures_and_ends_cleanly) {
  const Client ada = administrator();
  EXPECT_THAT(ada.get("/v1/events?after=0", "event: track_started").body, HasSubstr("event: track_started"));
  const Answer live = ada.get("/v1/cameras/lobby/live", "\xff\xd8\xff");
  EXPECT_THAT(live.body, HasSubstr("Content-Type: image/jpeg"));
  EXPECT_THAT(live.body, HasSubstr("\xff\xd8\xff")) << "no JPEG";
  EXPECT_EQ(nobody_.get("/readyz").status, 200);
  const std::string metrics = ada.get("/metrics").body;
  for (const char* figure : {R"(regard_stage_seconds_count\{camera="lobby",stage="detect"\} [1-9])",
                             R"(regard_frames_analysed_total\{camera="lobby"\} [1-9])",
                             R"(regard_camera_up\{camera="door"\} 0)", R"(regard_log_entries [1-9])"})
    EXPECT_TRUE(std::regex_search(metrics, std::regex{figure})) << figure << " in " << metrics;
  const Json cameras = ada.get("/v1/cameras").json()["cameras"];
  ASSERT_EQ(cameras.size(), 2U);
  EXPECT_EQ(cameras[0]["state"], "live");
  EXPECT_EQ(cameras[1]["state"], "failed") << "and the lobby goes on";
  serving_->signal(SIGINT);
  const Finished ended = serving_->wait();
  EXPECT_EQ(ended.status, 0) << ended.err;
}

TEST_F(Serve, events_go_on_after_the_last_one_heard) {
  Client ada = administrator();
  const std::string all = ada.get("/v1/events?after=0", "id: 3\n").body;
  ada.more_headers = "Last-Event-ID: 1\r\n";
  const std::string rest = ada.get("/v1/events", "id: 3\n").body;
  EXPECT_THAT(rest, StartsWith("id: 2\n"));
  EXPECT_NE(all.find(rest.substr(0, rest.find("\n\n"))), std::string::npos) << "the same event, again";
}

TEST_F(Serve, whoever_is_not_logged_in_sees_health_and_the_login_alone) {
  EXPECT_EQ(nobody_.get("/healthz").body, "ok\n");
  const Answer page = nobody_.get("/");
  EXPECT_THAT(page.body, HasSubstr("No recognition off the record"));
  EXPECT_EQ(page.body.find("http://"), std::string::npos) << "the page asks another host";
  EXPECT_THAT(page.head, HasSubstr("Content-Security-Policy: default-src 'none'"));
  EXPECT_THAT(page.head, Not(HasSubstr("unsafe-inline")));
  const Json description = Json::parse(administrator().get("/openapi.json").body);
  const std::set<std::string> open{"page",   "pageStyle",        "pageScript",      "pageIcon",
                                   "health", "readiness",        "notice",          "setUp",
                                   "logIn",  "challengePasskey", "logInWithPasskey"};
  for (const auto& [path, methods] : description["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      if (open.contains(operation["operationId"])) continue;
      std::string name = method;
      for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
      EXPECT_EQ(nobody_.ask(name, path).status, 401) << name << " " << path;
      Client forged = nobody_;
      forged.cookie = "x";
      forged.key = "regard_x";
      EXPECT_EQ(forged.ask(name, path).status, 401) << name << " " << path;
    }
  }
  EXPECT_EQ(nobody_.get("/v1/nothing-of-that-name").status, 401) << "nor what there is not";
}

TEST_F(Serve, requests_of_other_sites_and_hosts_are_refused) {
  Client ada = administrator();
  Client other = ada;
  other.host = "attacker.example";
  EXPECT_EQ(other.get("/v1/cameras").status, 421);
  other = ada;
  other.more_headers = "Origin: https://attacker.example\r\n";
  EXPECT_EQ(other.ask("DELETE", "/v1/session").status, 403);
  other = ada;
  other.csrf = "";
  EXPECT_EQ(other.ask("POST", "/v1/people", R"({"name": "x"})").status, 403);
  other.csrf = "wrong";
  EXPECT_EQ(other.ask("DELETE", "/v1/session").status, 403);
  EXPECT_EQ(ada.ask("DELETE", "/v1/session").status, 204);
  EXPECT_EQ(ada.get("/v1/session").status, 401) << "the session is over";
  const Finished second = run(program(), {"serve", "--listen", "127.0.0.1:" + std::to_string(nobody_.port), "--data",
                                          folder_.path() / "other"});
  EXPECT_EQ(second.status, 2);
  EXPECT_THAT(second.err, HasSubstr("another program listens there"));
  const Finished same = run(program(), {"serve", "--listen", "127.0.0.1:0", "--data", folder_.path() / "data"});
  EXPECT_EQ(same.status, 2);
  EXPECT_THAT(same.err, HasSubstr("another process uses it"));
}

TEST_F(Serve, bodies_are_bounded_and_errors_tell_no_secrets) {
  const Client ada = administrator();
  EXPECT_EQ(nobody_.ask("POST", "/v1/session", std::string(100'000, ' ')).status, 413);
  EXPECT_EQ(nobody_.ask("POST", "/v1/people/x/templates", std::string(100'000, ' ')).status, 413)
      << "pictures only of who was let in";
  EXPECT_EQ(ada.ask("POST", "/v1/people", "[1]").status, 400);
  EXPECT_EQ(ada.ask("POST", "/v1/people", "{").status, 400);
  EXPECT_EQ(ada.ask("POST", "/v1/people", std::string(30'000, '[')).status, 400);
  const Answer wrong = nobody_.ask("POST", "/v1/session", R"({"name": "ada", "password": "my secret guess"})");
  EXPECT_EQ(wrong.status, 401);
  const Answer unknown = nobody_.ask("POST", "/v1/session", R"({"name": "eve", "password": "my secret guess"})");
  EXPECT_EQ(wrong.json()["cause"], unknown.json()["cause"]) << "it is not said whether there is such a user";
  EXPECT_THAT(wrong.body, Not(HasSubstr("secret")));
  for (int i = 0; i < 4; ++i)
    static_cast<void>(nobody_.ask("POST", "/v1/session", R"({"name": "a", "password": "b"})"));
  EXPECT_EQ(nobody_.ask("POST", "/v1/session", R"({"name": "ada", "password": "b"})").status, 429);
}

TEST_F(Serve, roles_bound_what_people_and_keys_may_and_refusals_are_on_record) {
  const Client ada = administrator();
  const Client auditor = user(ada, "uma", {"auditor"});
  EXPECT_EQ(auditor.get("/v1/log/head").status, 200);
  for (const char* path : {"/v1/cameras/lobby/live", "/v1/events", "/v1/people", "/v1/cameras"})
    EXPECT_EQ(auditor.get(path).status, 403) << path;
  EXPECT_EQ(auditor.ask("POST", "/v1/users", "{}").status, 403);
  const Answer made = ada.ask("POST", "/v1/keys", R"({"label": "display", "scopes": ["see_events"], "days": 1})");
  ASSERT_EQ(made.status, 201) << made.body;
  Client key = nobody_;
  key.key = made.json()["key"];
  EXPECT_EQ(key.get("/v1/events?after=0", "id: 1\n").status, 200);
  EXPECT_EQ(key.get("/v1/people").status, 403);
  EXPECT_EQ(key.ask("POST", "/v1/keys", "{}").status, 403) << "keys make no keys";
  EXPECT_EQ(ada.ask("DELETE", "/v1/keys/" + made.json()["id"].get<std::string>()).status, 204);
  EXPECT_EQ(key.get("/v1/events?after=0", "id: 1\n").status, 401);
  const std::string log = ada.get("/v1/log/entries?count=1000").body;
  std::map<std::string, int> kinds;
  for (const std::string& line : lines(log)) ++kinds[Json::parse(line)["kind"]];
  EXPECT_EQ(kinds["refused"], 7);
  EXPECT_EQ(kinds["login"], 1);
  EXPECT_THAT(log, Not(HasSubstr("uma"))) << "the log names nobody";
}

/// The code of an authenticator app, by Python: RFC 6238 a second time.
std::string totp(const std::string& secret, int steps) {
  const Finished made =
      run("python3", {"-c",
                      "import base64, hmac, struct, sys, time\n"
                      "digest = hmac.digest(base64.b32decode(sys.argv[1]),"
                      " struct.pack('>Q', int(time.time()) // 30 + int(sys.argv[2])), 'sha1')\n"
                      "at = digest[-1] & 15\n"
                      "print('%06d' % ((struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000))",
                      secret, std::to_string(steps)});
  return made.out.substr(0, 6);
}

TEST_F(Serve, a_second_factor_is_asked_for_and_its_secret_lies_in_no_file) {
  const Client ada = administrator();
  const Json offer = ada.ask("POST", "/v1/session/second-factor", Json{{"password", password}}.dump()).json();
  const std::string secret = offer["secret"];
  EXPECT_THAT(offer["uri"].get<std::string>(), StartsWith("otpauth://totp/Regard:ada?secret=" + secret));
  EXPECT_EQ(ada.ask("PUT", "/v1/session/second-factor", R"({"code": "abcdef"})").status, 403);
  const Answer enabled = ada.ask("PUT", "/v1/session/second-factor", Json{{"code", totp(secret, 0)}}.dump());
  ASSERT_EQ(enabled.status, 200) << enabled.body;
  EXPECT_EQ(ada.get("/v1/session").json()["second_factor"], true);
  EXPECT_EQ(ada.get("/v1/users").json()["users"][0]["second_factor"], true);
  Json login{{"name", "ada"}, {"password", password}};
  const Answer wanted = nobody_.ask("POST", "/v1/session", login.dump());
  EXPECT_EQ(wanted.status, 401);
  EXPECT_EQ(wanted.json()["type"], "urn:regard:problem:second-factor");
  login["code"] = "123";
  const Answer wrong = nobody_.ask("POST", "/v1/session", login.dump());
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.json()["type"], "about:blank");
  login["code"] = totp(secret, 1);  // half a minute fast: the present one may have counted when it was enabled
  Client again = nobody_;
  again.take(nobody_.ask("POST", "/v1/session", login.dump()));
  EXPECT_EQ(nobody_.ask("POST", "/v1/session", login.dump()).status, 401) << "a code counts once";
  login["code"] = enabled.json()["recovery_codes"][9];
  again.take(nobody_.ask("POST", "/v1/session", login.dump()));
  serving_->signal(SIGINT);
  EXPECT_EQ(serving_->wait().status, 0);
  const std::string raw =
      run("python3", {"-c", "import base64, sys; sys.stdout.buffer.write(base64.b32decode(sys.argv[1]))", secret}).out;
  ASSERT_EQ(raw.size(), 20U);
  for (const auto& file : std::filesystem::recursive_directory_iterator{folder_.path() / "data"}) {
    if (!file.is_regular_file()) continue;
    for (const std::string& secrets : {secret, raw, enabled.json()["recovery_codes"][0].get<std::string>()})
      EXPECT_THAT(contents(file.path()), Not(HasSubstr(secrets))) << file.path();
  }
}

TEST_F(Serve, the_same_idempotency_key_does_nothing_twice) {
  Client ada = administrator();
  ada.more_headers = "Idempotency-Key: 42\r\n";
  const Answer first = ada.ask("POST", "/v1/people", R"({"name": "Ben"})");
  const Answer again = ada.ask("POST", "/v1/people", R"({"name": "Ben"})");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(first.body, again.body);
  EXPECT_EQ(ada.ask("POST", "/v1/people", R"({"name": "Bob"})").status, 422);
  EXPECT_EQ(ada.get("/v1/people").json()["people"].size(), 1U);
}

TEST_F(Serve, people_come_in_pages) {
  const Client ada = administrator();
  std::set<std::string> added;
  for (int i = 0; i < 5; ++i)
    added.insert(ada.ask("POST", "/v1/people", Json{{"name", "P" + std::to_string(i)}}.dump()).json()["id"]);
  std::set<std::string> seen;
  std::string place = "/v1/people?limit=2";
  for (int pages = 0; pages < 3; ++pages) {
    const Json page = ada.get(place).json();
    for (const Json& person : page["people"]) EXPECT_TRUE(seen.insert(person["id"]).second);
    if (page["next"].is_null()) break;
    place = "/v1/people?limit=2&cursor=" + page["next"].get<std::string>();
  }
  EXPECT_EQ(seen, added);
}

TEST_F(Serve, cameras_of_the_api_come_go_and_outlive_the_program) {
  const Client ada = administrator();
  const std::string hall = R"({"name": "hall", "address": "cast:lobby?people=1&seed=2&size=320x180"})";
  EXPECT_EQ(ada.ask("POST", "/v1/cameras", hall).status, 201);
  EXPECT_EQ(ada.ask("POST", "/v1/cameras", hall).status, 400) << "taken";
  EXPECT_THAT(ada.get("/v1/cameras/hall/live", "\xff\xd8\xff").body, HasSubstr("\xff\xd8\xff"));
  EXPECT_EQ(ada.ask("PUT", "/v1/cameras/hall", R"({"address": "cast:lobby?people=2&seed=2&size=320x180"})").status,
            200);
  EXPECT_EQ(ada.ask("DELETE", "/v1/cameras/door").status, 204);
  serving_->signal(SIGTERM);
  EXPECT_EQ(serving_->wait().status, 0);
  start({});
  Client again = nobody_;
  again.take(nobody_.ask("POST", "/v1/session", Json{{"name", "ada"}, {"password", password}}.dump()));
  const Json cameras = again.get("/v1/cameras").json()["cameras"];
  ASSERT_EQ(cameras.size(), 1U);
  EXPECT_EQ(cameras[0]["name"], "hall");
  EXPECT_THAT(cameras[0]["address"].get<std::string>(), HasSubstr("people=2"));
}

TEST_F(Serve, a_configuration_is_read_again_when_the_program_is_told_to) {
  serving_->signal(SIGINT);
  static_cast<void>(serving_->wait());
  const std::string file = folder_ / "regard.toml";
  const std::string base = "listen = \"127.0.0.1:0\"\ndata = \"" + (folder_.path() / "data").string() + "\"\n";
  const std::string lobby = "[[camera]]\nname = \"lobby\"\naddress = \"cast:lobby?people=1&seed=2&size=320x180\"\n";
  test::write(file, base + lobby);
  EXPECT_EQ(run(program(), {"config", "check", file}).status, 0);
  start({"--config", file});
  const Client ada = administrator();
  EXPECT_EQ(ada.get("/v1/cameras").json()["cameras"].size(), 1U);
  test::write(file, base + "[[camera]]\nadress = \"x\"\n");
  const Finished checked = run(program(), {"config", "check", file});
  EXPECT_EQ(checked.status, 2);
  EXPECT_THAT(checked.err, HasSubstr("nearest is camera.address"));
  serving_->signal(SIGHUP);
  test::write(file, base + lobby + "[[camera]]\nname = \"hall\"\naddress = \"/nonexistent.mp4\"\n");
  ::poll(nullptr, 0, 600);  // the wrong one is read in between, or never: neither may change anything
  serving_->signal(SIGHUP);
  EXPECT_TRUE(serving_->says("read again: 2 cameras"));
  const Json cameras = ada.get("/v1/cameras").json()["cameras"];
  ASSERT_EQ(cameras.size(), 2U);
  EXPECT_EQ(cameras[1]["name"], "hall");
}

TEST_F(Serve, the_notice_is_public_once_somebody_has_said_who_decides) {
  EXPECT_EQ(nobody_.get("/v1/notice").status, 404);
  serving_->signal(SIGINT);
  static_cast<void>(serving_->wait());
  const std::string file = folder_ / "regard.toml";
  test::write(file, "listen = \"127.0.0.1:0\"\ndata = \"" + (folder_.path() / "data").string() +
                        "\"\n[notice]\ncontroller = \"Museum\"\ncontact = \"privacy@museum.example\"\n"
                        "[[camera]]\nname = \"hall\"\naddress = \"rtsp://user:secret@192.0.2.1/x\"\n");
  start({"--config", file});
  const Answer told = nobody_.get("/v1/notice");
  EXPECT_EQ(told.status, 200) << told.body;
  EXPECT_EQ(told.json()["controller"], "Museum");
  ASSERT_EQ(told.json()["cameras"].size(), 1U);
  EXPECT_EQ(told.json()["cameras"][0]["name"], "hall");
  EXPECT_EQ(told.json()["cameras"][0]["recognises"], false);
  EXPECT_THAT(told.body, Not(HasSubstr("192.0.2.1"))) << "nor where it is";
  test::write(file, "[notice]\nsite = \"Museum\"\n");
  EXPECT_THAT(run(program(), {"config", "check", file}).err, HasSubstr("who decides"));
}

TEST_F(Serve, speaks_https_alone_when_it_has_a_certificate) {
  serving_->signal(SIGINT);
  static_cast<void>(serving_->wait());
  const std::string key = folder_ / "key.pem";
  const std::string certificate = folder_ / "certificate.pem";
  const Finished made = run("openssl", {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                        "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj",
                                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"});
  ASSERT_EQ(made.status, 0) << made.err;
  const Finished wrong = run(program(), {"serve", "--listen", "127.0.0.1:0", "--data", folder_.path() / "data",
                                         "--certificate", certificate, "--key", certificate});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("private key"));
  start({"--certificate", certificate, "--key", key});
  const std::string place = "https://localhost:" + std::to_string(nobody_.port) + "/healthz";
  const Finished fetched = run("curl", {"-sS", "--cacert", certificate, place});
  EXPECT_EQ(fetched.out, "ok\n") << fetched.err;
  EXPECT_NE(run("curl", {"-sS", "--tls-max", "1.1", "--cacert", certificate, place}).status, 0) << "too old";
  EXPECT_EQ(nobody_.get("/healthz").status, 0) << "nothing is said in clear";
}

TEST_F(Serve, makes_a_certificate_of_its_own_where_others_reach_it) {
  serving_->signal(SIGINT);
  static_cast<void>(serving_->wait());
  const std::filesystem::path tls = folder_.path() / "data" / "tls";
  std::string printed;
  for (int starts = 0; starts < 2; ++starts) {
    serving_ = std::make_unique<Running>(program(), std::vector<std::string>{"serve", "--listen", "0.0.0.0:0", "--data",
                                                                             (folder_.path() / "data").string()});
    ASSERT_TRUE(serving_->says("compare it in the browser")) << serving_->wait().err;
    const std::string out = serving_->out();
    std::smatch match;
    ASSERT_TRUE(std::regex_search(out, match, std::regex{R"(https://0\.0\.0\.0:(\d+)/\n.*SHA-256 ([0-9A-F:]{95}):)"}))
        << out;
    const Finished shown =
        run("openssl", {"x509", "-in", tls / "certificate.pem", "-noout", "-fingerprint", "-sha256"});
    EXPECT_THAT(shown.out, HasSubstr(match[2].str()));
    EXPECT_TRUE(starts == 0 || match[2].str() == printed) << "the same after a restart";
    printed = match[2];
    const std::string port = match[1];
    const Finished fetched =
        run("curl", {"-sS", "--cacert", tls / "certificate.pem", "https://localhost:" + port + "/healthz"});
    EXPECT_EQ(fetched.out, "ok\n") << fetched.err;
    EXPECT_EQ(run("curl", {"-sS", "--cacert", tls / "certificate.pem", "https://127.0.0.1:" + port + "/healthz"}).out,
              "ok\n");
    serving_->signal(SIGINT);
    EXPECT_EQ(serving_->wait().status, 0);
  }
  for (const char* file : {"certificate.pem", "key.pem"})
    EXPECT_EQ(std::filesystem::status(tls / file).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::erase(printed, ':');
  for (char& c : printed) c = static_cast<char>(std::tolower(c));
  EXPECT_THAT(contents(folder_.path() / "data" / "log.jsonl"), HasSubstr(printed));
}

/// Follows the description: every operation is asked wrongly and rightly, and answers as it says.
class Description {
 public:
  explicit Description(const Client& client) : text_(client.get("/openapi.json").json()) {
    for (const auto& [path, methods] : text_["paths"].items())
      for (const auto& [method, operation] : methods.items()) places_[operation["operationId"]] = {path, method};
  }

  Json ask(const Client& client, const std::string& id, const std::map<std::string, std::string>& parameters = {},
           const Json& body = nullptr) {
    const auto& [path, method] = places_.at(id);
    const Json& operation = text_["paths"][path][method];
    const bool is_feed = id == "live" || id == "events" || id == "revealed";
    const Answer answer = client.ask(upper(method), filled(path, parameters), body.is_null() ? "" : body.dump(),
                                     is_feed ? "\r\n\r\n" : "");
    const std::string status = std::to_string(answer.status);
    EXPECT_TRUE(operation["responses"].contains(status)) << id << " answers " << status << ": " << answer.body;
    EXPECT_LT(answer.status, 300) << id << ": " << answer.body;
    if (answer.status >= 300 || answer.status == 204) {
      if (answer.status == 204) done_.insert(id);
      return answer.json();
    }
    const Json& content = operation["responses"][status]["content"];
    EXPECT_THAT(answer.head, HasSubstr("Content-Type: " + content.begin().key())) << id;
    if (const Json& of = content.begin().value(); of.contains("schema")) {
      const std::string name = of["schema"]["$ref"].get<std::string>().substr(21);
      for (const Json& field : text_["components"]["schemas"][name]["required"])
        EXPECT_TRUE(answer.json().contains(field.get<std::string>())) << id << " leaves out " << field;
    }
    done_.insert(id);
    return answer.json();
  }

  /// Bodies with an unknown field, without anything, and paths to nobody.
  void ask_wrongly(const Client& client) {
    for (const auto& [id, place] : places_) {
      const auto& [path, method] = place;
      const Json& operation = text_["paths"][path][method];
      if (operation.contains("requestBody")) {
        for (const char* body :
             {R"({"nonsense": 1})", "{}", R"({"name": 7, "address": 7, "images": 7, "image": 7})", "[]"}) {
          const Answer answer = client.ask(upper(method), filled(path, {}), body);
          const bool no_change = id == "changeUser" && std::string{body} == "{}";
          EXPECT_TRUE(answer.status == 400 || answer.status == 404 || (no_change && answer.status == 404))
              << id << " answers " << answer.status << " to " << body;
          EXPECT_THAT(answer.head, HasSubstr("application/problem+json")) << id;
          for (const char* part : {"doing", "cause", "remedy"}) EXPECT_TRUE(answer.json().contains(part)) << id;
        }
      } else if (path.find('{') != std::string::npos) {
        EXPECT_EQ(client.ask(upper(method), filled(path, {})).status, 404) << id;
      }
    }
  }

  [[nodiscard]] std::set<std::string> left() const {
    std::set<std::string> rest;
    for (const auto& [id, place] : places_)
      if (!done_.contains(id)) rest.insert(id);
    return rest;
  }

 private:
  static std::string upper(std::string method) {
    for (char& c : method) c = static_cast<char>(c - 'a' + 'A');
    return method;
  }
  static std::string filled(std::string path, const std::map<std::string, std::string>& parameters) {
    for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
      const std::size_t close = path.find('}');
      const auto value = parameters.find(path.substr(open + 1, close - open - 1));
      path.replace(open, close - open + 1, value == parameters.end() ? "nobody" : value->second);
    }
    return path;
  }

  Json text_;
  std::map<std::string, std::pair<std::string, std::string>> places_;
  std::set<std::string> done_;
};

TEST_F(Serve, every_operation_of_the_description_answers_as_described) {
  std::smatch match;
  ASSERT_TRUE(serving_->says("administrator"));
  const std::string out = serving_->out();
  ASSERT_TRUE(std::regex_search(out, match, std::regex{R"(#setup=([\w-]+) )"}));
  Client ada = administrator();
  Description api{ada};
  // Somebody who may do everything, so that what is refused is refused for what is wrong with it.
  api.ask_wrongly(
      user(ada, "omni", {"viewer", "operator", "enroller", "approver", "privacy_officer", "administrator", "auditor"}));
  static_cast<void>(ada.get("/v1/events?after=0", "event: track_started"));  // the lobby is live now
  for (const char* id :
       {"page", "pageStyle", "pageScript", "pageIcon", "health", "readiness", "openapi", "metrics", "whoAmI",
        "listCameras", "events", "listPeople", "listGalleries", "logHead", "logEntries", "listUsers", "listKeys"})
    api.ask(ada, id);
  api.ask(ada, "live", {{"camera", "lobby"}});
  api.ask(ada, "listSinks");
  const auto journal = folder_.path() / "data" / "journal";  // a sink of an earlier run
  test::write(journal / "webhook-1.position", "0\n");
  test::write(journal / "webhook-1.dead.jsonl", R"({"number":1,"status":410,"event":{"event":"track_ended"}})"
                                                "\n");
  EXPECT_EQ(api.ask(ada, "deadLetters", {{"sink", "webhook-1"}})["dead_letters"].size(), 1U);
  EXPECT_EQ(api.ask(ada, "replayDeadLetters", {{"sink", "webhook-1"}}, Json::parse(R"({"numbers": [1]})"))["asked"], 1);
  api.ask(ada, "addCamera", {}, {{"name", "hall"}, {"address", "/nonexistent.mp4"}, {"fps", 2}});
  api.ask(ada, "changeCamera", {{"camera", "hall"}}, Json::parse(R"({"address": "/nowhere.mp4"})"));
  api.ask(ada, "removeCamera", {{"camera", "hall"}});

  api.ask(ada, "createGallery", {}, {{"name", "staff"}, {"purpose", "access"}, {"zones", Json::array({"door"})}});
  const std::string ben = api.ask(ada, "addPerson", {}, Json::parse(R"({"name": "Ben"})"))["id"];
  const std::string face = picture(1);
  EXPECT_EQ(ada.ask("POST", "/v1/people/" + ben + "/templates", Json::object({{"images", Json::array({face})}}).dump())
                .status,
            403)
      << "without consent no template is made";
  const Json consent =
      api.ask(ada, "grantConsent", {{"person", ben}},
              {{"purposes", Json::array({"access"})}, {"controller", "Museum"}, {"policy", "https://museum.example"}});
  api.ask(ada, "enrol", {{"person", ben}}, Json::object({{"images", Json::array({face})}}));
  EXPECT_EQ(api.ask(ada, "verify", {{"person", ben}}, Json::object({{"image", picture(1, 1)}}))["match"], true);
  EXPECT_EQ(api.ask(ada, "verify", {{"person", ben}}, Json::object({{"image", picture(2)}}))["match"], false);
  const Json found = api.ask(ada, "identify", {}, {{"image", face}, {"gallery", "staff"}, {"zone", "door"}});
  ASSERT_EQ(found["identities"].size(), 1U);
  EXPECT_EQ(found["identities"][0]["name"], "Ben");
  const Json held = api.ask(ada, "showPerson", {{"person", ben}});
  EXPECT_EQ(held["templates"].size(), 1U);
  api.ask(ada, "withdrawConsent", {{"consent", consent["id"]}});
  EXPECT_EQ(ada.ask("POST", "/v1/people/" + ben + "/verify", Json::object({{"image", face}}).dump()).status, 403);
  api.ask(ada, "erasePerson", {{"person", ben}});
  EXPECT_EQ(ada.get("/v1/people/" + ben).status, 404);
  api.ask(ada, "logProof", {{"entry", "0"}});

  const Client ann = user(ada, "ann", {"approver"});
  const Client olaf = user(ada, "olaf", {"approver", "operator"});
  const std::string list = api.ask(ada, "proposeWatchlist", {},
                                   {{"gallery", "wanted"},
                                    {"legal_basis", "legal_obligation"},
                                    {"reason", "order 17 of the district court"},
                                    {"document_sha256", std::string(64, 'a')},
                                    {"zones", Json::array({"door"})}})["id"];
  const auto approve = [&](const Client& by) {
    return api.ask(by, "approveWatchlist", {{"watchlist", list}}, Json::object())["state"];
  };
  EXPECT_EQ(approve(ann), "proposed");
  EXPECT_EQ(ann.ask("POST", "/v1/watchlists/" + list + "/approvals", "{}").status, 403) << "one person, twice";
  EXPECT_EQ(approve(olaf), "active");
  api.ask(ada, "judgeAlert", {{"watchlist", list}}, {{"wrong", false}});
  EXPECT_EQ(api.ask(ada, "renewWatchlist", {{"watchlist", list}}, {{"until", "30d"}})["state"], "proposed");
  EXPECT_EQ(api.ask(ada, "showWatchlist", {{"watchlist", list}})["versions"].size(), 5U);
  EXPECT_EQ(api.ask(ada, "listWatchlists")["watchlists"].size(), 1U);
  EXPECT_EQ(api.ask(ada, "closeWatchlist", {{"watchlist", list}})["state"], "closed");

  EXPECT_EQ(ada.ask("POST", "/v1/cameras/lobby/reveal", R"({"reason": "look"})").status, 403) << "no reason";
  const Json revealed = api.ask(ada, "reveal", {{"camera", "lobby"}}, {{"reason", "somebody fell at the counter"}});
  api.ask(ada, "revealed", {{"camera", "lobby"}, {"entry", std::to_string(revealed["entry"].get<int>())}});
  EXPECT_THAT(ada.get(revealed["pictures"], "\xff\xd8\xff").body, HasSubstr("\xff\xd8\xff")) << "a JPEG picture";
  EXPECT_EQ(olaf.get(revealed["pictures"]).status, 404) << "somebody else's reason";

  const std::string bob =
      api.ask(ada, "addUser", {}, {{"name", "bob"}, {"password", password}, {"roles", Json::array({"viewer"})}})["id"];
  api.ask(ada, "changeUser", {{"user", bob}}, Json::parse(R"({"roles": ["auditor"]})"));
  api.ask(nobody_, "logIn", {}, {{"name", "bob"}, {"password", password}});
  api.ask(ada, "removeUser", {{"user", bob}});
  const std::string key = api.ask(ada, "makeKey", {}, {{"label", "x"}, {"scopes", Json::array({"see_events"})}})["id"];
  api.ask(ada, "revokeKey", {{"key", key}});
  const std::string own_id = ada.get("/v1/session").json()["actor"].get<std::string>().substr(5);  // behind user:
  regard::testing::Authenticator device{regard::testing::Authenticator::Algorithm::es256};
  const regard::testing::Authenticator::Options options{.origin = "http://localhost"};
  const Json creation = api.ask(ada, "offerPasskey", {}, Json::object({{"password", password}}));
  EXPECT_EQ(creation["rp"]["id"], "localhost");
  const Json passkey =
      api.ask(ada, "addPasskey", {},
              {{"label", "phone"}, {"credential", credential_json(device.make(creation["challenge"], options))}});
  EXPECT_EQ(api.ask(ada, "listPasskeys")["passkeys"][0], passkey);
  const Json asked = api.ask(nobody_, "challengePasskey");
  const Json proof{{"credential", credential_json(device.sign(asked["challenge"], options), creation["user"]["id"])}};
  EXPECT_EQ(api.ask(nobody_, "logInWithPasskey", {}, proof)["name"], "ada");
  EXPECT_EQ(nobody_.ask("POST", "/v1/session/passkey", proof.dump()).status, 401) << "once";
  api.ask(ada, "removePasskey", {{"passkey", passkey["id"]}});
  const Json other = api.ask(ada, "offerPasskey", {}, Json::object({{"password", password}}));
  api.ask(ada, "addPasskey", {},
          {{"label", "phone"}, {"credential", credential_json(device.make(other["challenge"], options))}});
  api.ask(ada, "forgetPasskeys", {{"user", own_id}});
  ada.take(nobody_.ask("POST", "/v1/session", Json{{"name", "ada"}, {"password", password}}.dump()));
  const std::string secret = api.ask(ada, "offerSecondFactor", {}, Json::object({{"password", password}}))["secret"];
  const Json codes =
      api.ask(ada, "enableSecondFactor", {}, Json::object({{"code", totp(secret, 0)}}))["recovery_codes"];
  api.ask(ada, "disableSecondFactor", {}, Json::object({{"password", password}, {"code", codes[0]}}));
  const std::string again = api.ask(ada, "offerSecondFactor", {}, Json::object({{"password", password}}))["secret"];
  api.ask(ada, "enableSecondFactor", {}, Json::object({{"code", totp(again, 0)}}));
  api.ask(ada, "resetSecondFactor", {{"user", own_id}});
  ada.take(nobody_.ask("POST", "/v1/session", Json{{"name", "ada"}, {"password", password}}.dump()));
  api.ask(ada, "changePassword", {}, {{"before", password}, {"after", "entirely other words"}});
  ada.take(nobody_.ask("POST", "/v1/session", R"({"name": "ada", "password": "entirely other words"})"));
  api.ask(ada, "logOut");
  EXPECT_EQ(api.left(), (std::set<std::string>{"notice", "setUp"}))
      << "not asked rightly (setUp was, to begin with; the notice has a test of its own)";

  serving_->signal(SIGINT);
  EXPECT_EQ(serving_->wait().status, 0);
  const Finished verified = run(program(), {"log", "verify", "--data", folder_.path() / "data"});
  EXPECT_EQ(verified.status, 0) << verified.err;
}

}  // namespace
}  // namespace regard::tests
