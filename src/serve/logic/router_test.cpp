#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "serve/serve.h"

namespace regard::serve {
namespace {

Router example() {
  Router router;
  const auto say = [](const std::string& name) {
    return [name](const Request&, const Parameters& parameters) {
      Response response;
      response.body = name;
      for (const auto& [key, value] : parameters) response.body += " " + key + "=" + value;
      return response;
    };
  };
  router.add(Method::get, "/", say("root"));
  router.add(Method::get, "/people/{id}", say("person"));
  router.add(Method::post, "/people/{id}", say("change"));
  router.add(Method::get, "/people/all", say("everybody"));
  router.add(Method::get, "/people/{id}/doors/{door}", say("door"));
  return router;
}

Response asked(Method method, const std::string& path) {
  Request request;
  request.method = method;
  request.path = path;
  return example()(request);
}

std::string allow(const Response& response) {
  for (const auto& [name, value] : response.headers)
    if (name == "Allow") return value;
  return "";
}

TEST(Router, finds_handlers_and_gives_them_parameters) {
  EXPECT_EQ(asked(Method::get, "/").body, "root");
  EXPECT_EQ(asked(Method::get, "/people/7").body, "person id=7");
  EXPECT_EQ(asked(Method::post, "/people/7").body, "change id=7");
  EXPECT_EQ(asked(Method::get, "/people/7/doors/north").body, "door door=north id=7");
  EXPECT_EQ(asked(Method::head, "/people/7").body, "person id=7") << "the server leaves the body out";
}

TEST(Router, words_go_before_parameters) { EXPECT_EQ(asked(Method::get, "/people/all").body, "everybody"); }

TEST(Router, unknown_paths_are_404) {
  for (const char* path : {"/nobody", "/people", "/people/", "/people/7/", "//", "/people/7/doors/"}) {
    const Response response = asked(Method::get, path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.type, "application/problem+json");
  }
}

TEST(Router, other_methods_are_405_and_options_tells_which) {
  const Response refused = asked(Method::remove, "/people/7");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(allow(refused), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(asked(Method::options, "/people/7").status, 204);
  EXPECT_EQ(allow(asked(Method::options, "/")), "GET, HEAD, OPTIONS");
}

TEST(Problem, says_the_three_parts) {
  const Response response = problem({ErrorKind::limit, "reading a request", "it is \"long\" \xff", "send less"});
  EXPECT_EQ(response.status, 413);
  const auto json = nlohmann::json::parse(response.body);
  EXPECT_EQ(json["status"], 413);
  EXPECT_EQ(json["title"], "Content Too Large");
  EXPECT_EQ(json["doing"], "reading a request");
  EXPECT_EQ(json["remedy"], "send less");
  EXPECT_EQ(problem(429, {ErrorKind::limit, "a", "b", "c"}).status, 429);
}

TEST(Feed, events_have_number_type_and_every_line) {
  const Message message{3, "note", std::make_shared<const std::string>("one\r\ntwo\nthree\rfour")};
  EXPECT_EQ(written(message, Feed::server_sent_events),
            "id: 3\nevent: note\ndata: one\ndata: two\ndata: three\ndata: four\n\n");
}

TEST(Feed, pictures_are_parts_with_their_length) {
  const Message message{1, "picture", std::make_shared<const std::string>("JPEG")};
  EXPECT_EQ(written(message, Feed::motion_jpeg),
            "--picture\r\nContent-Type: image/jpeg\r\nContent-Length: 4\r\n\r\nJPEG\r\n");
}

TEST(RateLimit, lets_a_burst_through_and_then_the_rate) {
  using namespace std::chrono_literals;
  RateLimit limit{10, 3, 0s};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.take(0s));
  EXPECT_FALSE(limit.take(50ms));
  EXPECT_TRUE(limit.take(100ms));
  EXPECT_FALSE(limit.take(101ms));
  EXPECT_FALSE(limit.is_full(200ms));
  EXPECT_TRUE(limit.is_full(10s));
}

}  // namespace
}  // namespace regard::serve
