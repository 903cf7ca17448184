#include "sinks/mail.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

#include "sinks/io/curl.h"
#include "sinks/logic/letter.h"

namespace regard::sinks {
namespace {

constexpr long connect_timeout_s = 10;
constexpr long timeout_s = 25;

/// What is still to be sent of a letter.
struct Rest {
  std::string_view text;
  const std::stop_token& stop;
};

std::size_t give(char* to, std::size_t size, std::size_t count, void* rest_of_ours) {
  auto& rest = *static_cast<Rest*>(rest_of_ours);
  const std::size_t length = std::min(rest.text.size(), size * count);
  std::memcpy(to, rest.text.data(), length);
  rest.text.remove_prefix(length);
  return length;
}

int ask_whether_to_stop(void* rest, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Rest*>(rest)->stop.stop_requested() ? 1 : 0;
}

class Mail final : public Outlet {
 public:
  Mail(MailOptions options, const Clock& clock)
      : options_{std::move(options)}, clock_{clock}, doing_{"sending mail through " + options_.url} {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] std::string address() const override { return options_.url; }
  [[nodiscard]] Outcome deliver(std::span<const Journal::Record> records, const std::stop_token& stop) override;

 private:
  struct Answer {
    CURLcode code = CURLE_FAILED_INIT;
    long status = 0;  ///< the server's last word
    std::string cause;
  };
  [[nodiscard]] Answer send(const std::string& letter, const std::stop_token& stop) const;
  [[nodiscard]] Error problem_of(const Answer& answer) const;

  const MailOptions options_;
  const Clock& clock_;
  const std::string name_{"mail"};
  const std::string doing_;
};

Mail::Answer Mail::send(const std::string& letter, const std::stop_token& stop) const {
  const std::unique_ptr<CURL, CurlDeleter> owned{curl_easy_init()};
  CURL* curl = owned.get();
  if (curl == nullptr) return {.code = CURLE_FAILED_INIT, .status = 0, .cause = "libcurl did not start"};
  curl_slist* list = nullptr;
  for (const std::string& one : options_.to) list = curl_slist_append(list, one.c_str());
  const std::unique_ptr<curl_slist, ListDeleter> recipients{list};
  Rest rest{letter, stop};
  std::array<char, CURL_ERROR_SIZE> text{};
  curl_easy_setopt(curl, CURLOPT_URL, options_.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_timeout_s);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, timeout_s);
  const bool is_plain = options_.plain == MailOptions::Plain::allowed;
  curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(is_plain ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  if (!options_.authorities.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options_.authorities.c_str());
  if (options_.login) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, options_.login->user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, options_.login->password.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, options_.from.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
  curl_easy_setopt(curl, CURLOPT_READDATA, &rest);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ask_whether_to_stop);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &rest);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, text.data());
  Answer answer;
  answer.code = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  answer.cause = text[0] != '\0' ? text.data() : curl_easy_strerror(answer.code);
  return answer;
}

Error Mail::problem_of(const Answer& answer) const {
  switch (answer.code) {
    case CURLE_LOGIN_DENIED:
      return {ErrorKind::denied, doing_, "the mail server refused the user or the password",
              "correct mail.credentials_file"};
    case CURLE_USE_SSL_FAILED:
      return {ErrorKind::denied, doing_, "the mail server offers no TLS",
              "use one that does, or mail.allow_plain for one on this machine"};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {ErrorKind::denied, doing_, answer.cause,
              "address it by the name in its certificate, and name who vouches for that with mail.ca_file"};
    default:
      return {ErrorKind::unavailable, doing_, answer.cause, "look at the mail server, or correct mail.url"};
  }
}

Outlet::Outcome Mail::deliver(std::span<const Journal::Record> records, const std::stop_token& stop) {
  std::vector<Journal::Record> alerts;
  std::size_t before_first = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!is_alert(records[i].text, options_)) continue;
    if (alerts.empty()) before_first = i;
    alerts.push_back(records[i]);
  }
  if (alerts.empty()) return {records.size(), std::nullopt, {}};
  const Answer answer = send(letter_about(alerts, options_, clock_.now()), stop);
  if (answer.code == CURLE_OK) return {records.size(), std::nullopt, {}};
  // RFC 5321 4.2.1: 5yz is for good, unless it is about who we are.
  const bool is_refused = answer.status >= 500 && answer.status < 600 && answer.code != CURLE_LOGIN_DENIED &&
                          answer.code != CURLE_USE_SSL_FAILED && answer.status != 530 && answer.status != 535;
  if (is_refused) return {before_first, std::nullopt, {}, Refusal{static_cast<int>(answer.status), answer.cause, 1}};
  return {before_first, problem_of(answer), {}};
}

}  // namespace

Result<std::unique_ptr<Outlet>> open_mail(const MailOptions& options, const Clock& clock) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK)
    return fail(ErrorKind::unavailable, "preparing mail", "libcurl did not start", "check its installation");
  if (auto checked = check_mail(options); !checked) return pass_on(std::move(checked));
  if (!options.authorities.empty() && !std::ifstream{options.authorities})
    return fail(ErrorKind::not_found, "reading who vouches for the mail server, " + options.authorities,
                "it cannot be read", "check its name and rights");
  return std::make_unique<Mail>(options, clock);
}

}  // namespace regard::sinks
