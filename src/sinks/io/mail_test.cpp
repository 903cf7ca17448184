// Against a real mail server (aiosmtpd), with and without TLS and login.
#include "sinks/mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "certificate.h"
#include "files.h"

namespace regard::sinks {
namespace {

using test::Certificate;
using test::certificate_for;
using ::testing::HasSubstr;

/// tests/servers/smtp_server.py; what it took lies in files.
class MailServer {
 public:
  explicit MailServer(const Certificate* certificate = nullptr) {
    const std::string out = folder_ / "out";
    const std::string program = REGARD_SOURCE_DIR "/tests/servers/smtp_server.py";
    child_ = ::fork();
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (std::freopen(out.c_str(), "w", stdout) == nullptr) ::_exit(126);
      if (certificate == nullptr)
        ::execl(program.c_str(), program.c_str(), folder_.path().c_str(), static_cast<char*>(nullptr));
      else
        ::execl(program.c_str(), program.c_str(), folder_.path().c_str(), certificate->certificate.c_str(),
                certificate->key.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    std::string said;
    while (!said.ends_with('\n') && ::waitpid(child_, nullptr, WNOHANG) == 0) {
      ::usleep(10'000);  // it has no other way to say that it is there
      said = test::contents(out);
    }
    if (said.starts_with("port ")) port_ = std::stoi(said.substr(5));
  }
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;
  ~MailServer() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  [[nodiscard]] bool is_there() const { return port_ != 0; }
  [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const {
    return "smtp://" + host + ":" + std::to_string(port_);
  }
  [[nodiscard]] std::string mail(int number) const {
    return test::contents(folder_ / (std::to_string(number) + ".eml"));
  }

 private:
  test::TemporaryFolder folder_;
  int port_ = 0;
  pid_t child_ = 0;
};

const std::vector<Journal::Record> records{
    {1, R"({"event":"track_started","camera":"door"})"},
    {2, R"({"event":"identified","camera":"door","name":"Ada Lovelace","gallery":"wanted"})"},
    {3, R"({"event":"track_ended","camera":"door"})"},
    {4, R"({"event":"camera_state","camera":"door","state":"failed","detail":".gone"})"}};

MailOptions to(const std::string& url, const std::string& recipient = "guard@example.org") {
  return {.url = url, .from = "regard@example.org", .to = {recipient}, .galleries = {"wanted"}, .cameras = true};
}

class MailOutlet : public ::testing::Test {
 protected:
  Outlet::Outcome deliver(const MailOptions& options) {
    auto mail = open_mail(options, *clock_);
    EXPECT_TRUE(mail) << mail.error().message();
    return (*mail)->deliver(records, {});
  }
  std::unique_ptr<Clock> clock_ = system_clock();
};

TEST_F(MailOutlet, sends_all_alerts_that_wait_in_one_mail) {
  const MailServer server;
  if (!server.is_there()) GTEST_SKIP() << "no aiosmtpd: script/setup --test installs it";
  MailOptions options = to(server.url());
  const auto refused = deliver(options);
  ASSERT_TRUE(refused.problem) << "without TLS nothing is sent unless that is allowed";
  EXPECT_THAT(refused.problem->message(), HasSubstr("offers no TLS"));
  EXPECT_EQ(refused.done, 1U) << "what is no alert needs no mail";
  EXPECT_EQ(server.mail(1), "");
  options.plain = MailOptions::Plain::allowed;
  const auto sent = deliver(options);
  EXPECT_FALSE(sent.problem) << sent.problem->message();
  EXPECT_EQ(sent.done, records.size());
  EXPECT_THAT(server.mail(1), HasSubstr("Subject: Regard: 2 alerts\r\n"));
  EXPECT_THAT(server.mail(1), HasSubstr("door: Ada Lovelace was identified (gallery wanted) [event 2]\r\n"));
  EXPECT_THAT(server.mail(1), HasSubstr("the camera is failed: .gone [event 4]\r\n"));
}

TEST_F(MailOutlet, starts_tls_and_logs_in) {
  const test::TemporaryFolder folder;
  const Certificate made = certificate_for("localhost", folder.path());
  const MailServer server{&made};
  if (!server.is_there()) GTEST_SKIP() << "no aiosmtpd: script/setup --test installs it";
  MailOptions options = to(server.url("localhost"));
  options.authorities = made.authority;
  options.login = Login{"regard", "rightword"};
  const auto sent = deliver(options);
  EXPECT_FALSE(sent.problem) << sent.problem->message();
  EXPECT_THAT(server.mail(1), HasSubstr("X-Tls: True"));

  options.login = Login{"regard", "wrongword"};
  const auto denied = deliver(options);
  ASSERT_TRUE(denied.problem);
  EXPECT_EQ(denied.problem->kind, ErrorKind::denied) << denied.problem->message();
  EXPECT_EQ(denied.problem->message().find("wrongword"), std::string::npos);
  EXPECT_FALSE(denied.refused) << "a wrong password makes no dead letters";

  options.authorities.clear();
  const auto unknown = deliver(options);
  ASSERT_TRUE(unknown.problem);
  EXPECT_THAT(unknown.problem->remedy, HasSubstr("mail.ca_file"));
  EXPECT_EQ(server.mail(2), "");
}

TEST_F(MailOutlet, tells_what_is_refused_for_good_from_what_may_come_later) {
  MailServer server;
  if (!server.is_there()) GTEST_SKIP() << "no aiosmtpd: script/setup --test installs it";
  MailOptions options = to(server.url(), "nobody@refused.example");
  options.plain = MailOptions::Plain::allowed;
  const auto refused = deliver(options);
  ASSERT_TRUE(refused.refused);
  EXPECT_EQ(refused.refused->status, 550);
  EXPECT_EQ(refused.done, 1U) << "the record behind those is the dead letter";
  options.to = {"somebody@later.example"};
  const auto later = deliver(options);
  EXPECT_FALSE(later.refused);
  ASSERT_TRUE(later.problem);
  EXPECT_EQ(later.problem->kind, ErrorKind::unavailable);
  options.url = "smtp://127.0.0.1:1";
  EXPECT_TRUE(deliver(options).problem);
}

}  // namespace
}  // namespace regard::sinks
