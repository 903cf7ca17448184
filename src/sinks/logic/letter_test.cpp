#include "sinks/logic/letter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace regard::sinks {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

MailOptions options() {
  return {.url = "smtp://mail.example.org",
          .from = "regard@example.org",
          .to = {"a@example.org", "b@example.org"},
          .galleries = {"wanted"},
          .cameras = true};
}

const std::string identified =
    R"({"event":"identified","camera":"door","time":"2026-11-24T18:55:00.000Z","person":"p1","name":"Ada","gallery":"wanted"})";

TEST(Letter, is_written_about_chosen_galleries_and_failing_cameras_alone) {
  const std::string failed = R"({"event":"camera_state","camera":"door","state":"failed"})";
  EXPECT_TRUE(is_alert(identified, options()));
  EXPECT_TRUE(is_alert(failed, options()));
  for (const char* text : {R"({"event":"identified","gallery":"staff"})", R"({"event":"camera_state","state":"live"})",
                           R"({"event":"track_started","state":"failed","gallery":"wanted"})", "[]", "", "{"})
    EXPECT_FALSE(is_alert(text, options())) << text;
  MailOptions quiet = options();
  quiet.cameras = false;
  EXPECT_FALSE(is_alert(failed, quiet));
}

TEST(Letter, tells_each_alert_on_a_line_of_its_own) {
  const std::vector<Journal::Record> alerts{
      {7, identified},
      {9,
       R"({"event":"camera_state","camera":"hall","time":"t","state":"failed","detail":"a\r\nBcc: x@y.z\r\n\r\n."})"},
      {11, R"({"event":"identified","camera":"door","time":"t","person":"p2","redacted":true,"gallery":"wanted"})"}};
  const Timestamp at{std::chrono::seconds{1'795'546'500}};
  EXPECT_EQ(to_rfc3339(at), "2026-11-24T18:55:00.000Z");
  EXPECT_EQ(letter_about(alerts, options(), at),
            "Date: Tue, 24 Nov 2026 18:55:00 +0000\r\n"
            "From: Regard <regard@example.org>\r\n"
            "To: <a@example.org>,\r\n <b@example.org>\r\n"
            "Subject: Regard: 3 alerts\r\n"
            "Message-ID: <7.1795546500000000@example.org>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 8bit\r\n\r\n"
            "2026-11-24T18:55:00.000Z  door: Ada was identified (gallery wanted) [event 7]\r\n"
            "t  hall: the camera is failed: a  Bcc: x@y.z    . [event 9]\r\n"
            "t  door: somebody who may not be named any more was identified (gallery wanted) [event 11]\r\n");
}

TEST(Letter, needs_addresses_that_are_no_more_than_addresses) {
  EXPECT_TRUE(check_mail(options()));
  const auto refused = [](const std::function<void(MailOptions&)>& spoil) {
    MailOptions spoilt = options();
    spoil(spoilt);
    const auto checked = check_mail(spoilt);
    return checked ? "" : checked.error().message();
  };
  for (const char* url :
       {"", "http://x", "smtp://", "smtp://:25", "smtp://me:hunter2@x", "smtp://x/y", "smtp://x\r\n"}) {
    const std::string said = refused([&](MailOptions& one) { one.url = url; });
    EXPECT_THAT(said, HasSubstr("mail.url")) << url;
    EXPECT_THAT(said, Not(HasSubstr("hunter2")));
  }
  for (const char* address : {"", "x", "@x", "x@", "a b@x", "a@x\r\nRCPT TO:<y@z>", "<a@x>", "a@x,b@x", "a@b@c"}) {
    EXPECT_THAT(refused([&](MailOptions& one) { one.from = address; }), HasSubstr("mail.from")) << address;
    EXPECT_THAT(refused([&](MailOptions& one) { one.to = {"a@x", address}; }), HasSubstr("mail.to")) << address;
  }
  EXPECT_THAT(refused([](MailOptions& one) { one.to.clear(); }), HasSubstr("mail.to"));
  EXPECT_THAT(refused([](MailOptions& one) {
                one.galleries.clear();
                one.cameras = false;
              }),
              HasSubstr("nothing would be an alert"));
}

}  // namespace
}  // namespace regard::sinks
