#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <utility>

#include "sinks/io/curl.h"
#include "sinks/logic/hook.h"
#include "sinks/outlets.h"

namespace regard::sinks {
namespace {

constexpr long connect_timeout_s = 5;
constexpr long timeout_s = 15;

std::span<const std::uint8_t> bytes_of(const curl_sockaddr& address) {
  if (address.family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address.addr);
    return {reinterpret_cast<const std::uint8_t*>(&v4.sin_addr), 4};
  }
  if (address.family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address.addr);
    return {reinterpret_cast<const std::uint8_t*>(&v6.sin6_addr), 16};
  }
  return {};
}

/// One request under way.
struct Attempt {
  const std::stop_token& stop;
  WebhookOptions::Private private_addresses;
  bool met_private = false;
};

/// Asked with the address that the connection really goes to, so no name that is looked up twice gets past it.
curl_socket_t open_socket(void* attempt_of_ours, curlsocktype, curl_sockaddr* address) {
  auto& attempt = *static_cast<Attempt*>(attempt_of_ours);
  if (attempt.private_addresses == WebhookOptions::Private::refused && is_private(bytes_of(*address))) {
    attempt.met_private = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int ask_whether_to_stop(void* attempt, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Attempt*>(attempt)->stop.stop_requested() ? 1 : 0;
}

/// The answer's body does not matter; it is read so that the connection can be used again, but not for ever.
std::size_t ignore_body(char*, std::size_t, std::size_t count, void*) { return count; }

class Webhook final : public Outlet {
 public:
  Webhook(WebhookOptions options, const Clock& clock)
      : options_{std::move(options)},
        clock_{clock},
        name_{webhook_name(options_.url)},
        doing_{"telling the webhook " + shown_url(options_.url)} {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] std::string address() const override { return shown_url(options_.url); }
  [[nodiscard]] Outcome deliver(std::span<const Journal::Record> records, const std::stop_token& stop) override;

 private:
  struct Answer {
    long status = 0;  ///< 0: none came
    std::string cause;
    Duration wait{};
    bool was_private = false;
  };
  [[nodiscard]] Answer post(const Journal::Record& record, const std::stop_token& stop);
  [[nodiscard]] Error problem_of(const Answer& answer) const;

  const WebhookOptions options_;
  const Clock& clock_;
  const std::string name_;
  const std::string doing_;
  std::unique_ptr<CURL, CurlDeleter> curl_{curl_easy_init()};  ///< kept for its connection
  std::uint64_t refused_number_ = 0;                           ///< the record that was refused last
  int refusals_ = 0;                                           ///< of it
};

Webhook::Answer Webhook::post(const Journal::Record& record, const std::stop_token& stop) {
  CURL* curl = curl_.get();
  if (curl == nullptr) return {.status = 0, .cause = "libcurl did not start"};
  curl_easy_reset(curl);
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
  curl_slist* list = nullptr;
  for (const std::string& header :
       {std::string{"Content-Type: application/json"}, "Regard-Event: " + std::to_string(record.number),
        "Regard-Timestamp: " + std::to_string(now),
        "Regard-Signature: " + signature_of(options_.secret, now, record.number, record.text),
        std::string{"Expect:"}}) {
    list = curl_slist_append(list, header.c_str());
  }
  const std::unique_ptr<curl_slist, ListDeleter> headers{list};
  Attempt attempt{stop, options_.private_addresses};
  std::array<char, CURL_ERROR_SIZE> text{};
  curl_easy_setopt(curl, CURLOPT_URL, options_.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // a proxy would look up the name itself
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_timeout_s);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, timeout_s);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "regard");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(record.text.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, record.text.data());
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &attempt);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ask_whether_to_stop);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &attempt);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore_body);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, text.data());
  const CURLcode code = curl_easy_perform(curl);
  Answer answer;
  answer.was_private = attempt.met_private;
  if (code != CURLE_OK) {
    answer.cause = text[0] != '\0' ? text.data() : curl_easy_strerror(code);
    return answer;
  }
  curl_off_t wait_s = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait_s);
  answer.wait = std::chrono::seconds{std::min<curl_off_t>(wait_s, 24 * 3600)};
  answer.cause = "it answered " + std::to_string(answer.status);
  return answer;
}

Error Webhook::problem_of(const Answer& answer) const {
  if (answer.was_private) {
    return {ErrorKind::denied, doing_, "its address is private: this machine or its network",
            "if that is meant, add --webhook-allow-private, or webhook.allow_private to the configuration"};
  }
  return {ErrorKind::unavailable, doing_, answer.cause, "look at the endpoint, or correct the address"};
}

Outlet::Outcome Webhook::deliver(std::span<const Journal::Record> records, const std::stop_token& stop) {
  // One at a time: whatever is acknowledged is known, and what follows a failure waits its turn.
  const Journal::Record& record = records.front();
  const Answer answer = post(record, stop);
  const Verdict verdict = verdict_of(answer.status);
  if (verdict == Verdict::delivered) return {1, std::nullopt, {}};
  if (verdict == Verdict::refused) {
    refusals_ = record.number == refused_number_ ? refusals_ + 1 : 1;
    refused_number_ = record.number;
    if (refusals_ >= options_.most_refusals) {
      return {0, std::nullopt, {}, Refusal{static_cast<int>(answer.status), answer.cause, std::exchange(refusals_, 0)}};
    }
  }
  return {0, problem_of(answer), answer.wait};
}

}  // namespace

Result<std::unique_ptr<Outlet>> open_webhook(const WebhookOptions& options, const Clock& clock) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) {
    return fail(ErrorKind::unavailable, "preparing the webhook", "libcurl did not start", "check its installation");
  }
  if (auto checked = check_webhook(options); !checked) return pass_on(std::move(checked));
  return std::make_unique<Webhook>(options, clock);
}

}  // namespace regard::sinks
