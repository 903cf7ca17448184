#include <curl/curl.h>

#include <array>
#include <memory>

#include "infer/io/fetch.h"

namespace regard::infer {
namespace {

constexpr long connect_timeout_s = 15;
// A transfer slower than this for half a minute is as good as dead.
constexpr long slowest_bytes_per_s = 1000;
constexpr long slowest_for_s = 30;
constexpr long most_redirects = 5;

struct CurlDeleter {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};

/// What one download hands to curl's callbacks.
struct Transfer {
  Writer& writer;
  std::uint64_t most;
  const Tick& tick;
  std::uint64_t total = 0;
  bool too_much = false;
  std::optional<Error> write_failure;
};

std::size_t on_bytes(char* bytes, std::size_t, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.total += count;
  if (transfer.total > transfer.most) {
    transfer.too_much = true;
    return 0;
  }
  if (auto wrote = transfer.writer.write(as_bytes({bytes, count})); !wrote) {
    transfer.write_failure = std::move(wrote).error();
    return 0;
  }
  if (transfer.tick) transfer.tick(transfer.total);
  return count;
}

/// The URL as it may be shown: without "user:password@".
std::string shown(const std::string& url) {
  const std::size_t host = url.find("//") + 2;
  const std::size_t at = url.substr(0, url.find('/', host)).rfind('@');
  return at == std::string::npos ? url : url.substr(0, host) + url.substr(at + 1);
}

void configure(CURL* curl, const std::string& url, Transfer& transfer, char* problem) {
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  // A page that was asked for over TLS must not be answered from a place without.
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, url.starts_with("https:") ? "https" : "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, most_redirects);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_timeout_s);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, slowest_bytes_per_s);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, slowest_for_s);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "regard");
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, problem);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
}

tl::unexpected<Error> refused(CURL* curl, CURLcode code, const std::string& doing, const char* problem) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  const std::string cause = problem[0] != '\0' ? problem : curl_easy_strerror(code);
  if (code == CURLE_HTTP_RETURNED_ERROR && (status == 404 || status == 410)) {
    return fail(ErrorKind::not_found, doing, cause, "check the address");
  }
  if (code == CURLE_HTTP_RETURNED_ERROR && (status == 401 || status == 403)) {
    return fail(ErrorKind::denied, doing, cause, "check the rights to that address");
  }
  if (code == CURLE_UNSUPPORTED_PROTOCOL) {
    return fail(ErrorKind::invalid_input, doing, cause, "use an http or https address");
  }
  return fail(ErrorKind::unavailable, doing, cause, "check the network, or give a mirror that can be reached");
}

}  // namespace

Result<void> fetch_from_url(const std::string& url, const std::filesystem::path& to, std::uint64_t most,
                            const Tick& tick) {
  const std::string doing = "downloading " + shown(url);
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, CurlDeleter> curl{started == CURLE_OK ? curl_easy_init() : nullptr};
  if (!curl) return fail(ErrorKind::unavailable, doing, "libcurl did not start", "check the installation of libcurl");
  auto writer = Writer::create(to);
  if (!writer) return pass_on(std::move(writer));
  Transfer transfer{*writer, most, tick, 0, false, std::nullopt};
  std::array<char, CURL_ERROR_SIZE> problem{};
  configure(curl.get(), url, transfer, problem.data());
  const CURLcode code = curl_easy_perform(curl.get());
  if (transfer.write_failure) return tl::unexpected{std::move(*transfer.write_failure)};
  if (transfer.too_much) {
    return fail(ErrorKind::limit, doing, "it has more than the " + std::to_string(most) + " bytes that were expected",
                "check the address");
  }
  if (code != CURLE_OK) return refused(curl.get(), code, doing, problem.data());
  return writer->finish();
}

}  // namespace regard::infer
