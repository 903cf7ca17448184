#include <gtest/gtest.h>

#include "serve/serve.h"

namespace regard::serve {
namespace {

using Pairs = std::map<std::string, std::string>;

TEST(Target, is_decoded) {
  const auto target = target_from("/a%20b/%C3%A9?x=1&y&z=a+b%2B&x=2#part");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b/é");
  EXPECT_EQ(target->query, (Pairs{{"x", "2"}, {"y", ""}, {"z", "a b+"}}));
  EXPECT_EQ(target_from("/a+b")->path, "/a+b") << "only queries write blanks as +";
}

TEST(Target, broken_ones_are_refused_with_advice) {
  for (const char* text : {"", "x", "http://host/", "/%", "/%2", "/%zz", "/a%00b", "/?a=%", "/?%=1", "*"}) {
    const auto target = target_from(text);
    ASSERT_FALSE(target) << text;
    EXPECT_EQ(target.error().kind, ErrorKind::invalid_input);
    EXPECT_FALSE(target.error().remedy.empty());
  }
}

TEST(Cookies, are_read_and_nonsense_is_left_out) {
  EXPECT_EQ(cookies_from("a=1; b=\"two\";  c=x=y ; nonsense; =z"), (Pairs{{"a", "1"}, {"b", "two"}, {"c", "x=y"}}));
  EXPECT_TRUE(cookies_from("").empty());
}

TEST(Resume, the_browsers_header_goes_before_the_query) {
  Request request;
  EXPECT_EQ(resume_after(request), std::nullopt);
  request.query["after"] = "3";
  EXPECT_EQ(resume_after(request), 3U);
  request.headers["last-event-id"] = "7";
  EXPECT_EQ(resume_after(request), 7U);
  request.headers["last-event-id"] = "seven";
  request.query["after"] = "-1";
  EXPECT_EQ(resume_after(request), std::nullopt);
}

}  // namespace
}  // namespace regard::serve
