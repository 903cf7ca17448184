#include "capture/io/onvif_client.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <memory>
#include <mutex>

#include "capture/logic/address.h"

namespace regard::capture::onvif {
namespace {

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::string base64(const std::string& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string sha1(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string fresh_nonce() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::size_t collect(const char* bytes, std::size_t size, std::size_t count, void* target) {
  auto& reply = *static_cast<std::string*>(target);
  if (reply.size() + size * count > longest_reply) return 0;  // makes the transfer fail
  reply.append(bytes, size * count);
  return size * count;
}

int progress(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

class Camera {
 public:
  Camera(std::string service, const std::optional<Credentials>& credentials, std::stop_token stop)
      : service_{std::move(service)}, credentials_{credentials}, stop_{std::move(stop)} {}

  Result<std::vector<DiscoveredStream>> streams() {
    learn_clock();
    auto capabilities = post(service_, get_capabilities(token()));
    if (!capabilities) return pass_on(std::move(capabilities));
    auto media = read_media_service(*capabilities);
    if (!media) return pass_on(std::move(media));
    if (host_of(*media) != host_of(service_)) {
      return fail(ErrorKind::denied, "asking camera " + host_of(service_) + " for its streams",
                  "it sends us on to another host, " + host_of(*media), "check the camera's network settings");
    }
    auto answer = post(*media, get_profiles(token()));
    if (!answer) return pass_on(std::move(answer));
    auto profiles = read_profiles(*answer);
    if (!profiles) return pass_on(std::move(profiles));
    std::vector<DiscoveredStream> streams;
    for (const Profile& profile : *profiles) {
      auto uri = post(*media, get_stream_uri(token(), profile.token)).and_then(read_stream_uri);
      if (!uri) return pass_on(std::move(uri));
      streams.push_back({profile.name.empty() ? profile.token : profile.name, profile.encoding, profile.size,
                         printable_address(*uri)});
    }
    return streams;
  }

 private:
  // The digest is valid only near the camera's own time, and cameras' clocks are often wrong. ONVIF Core section 5.12.
  void learn_clock() {
    const auto answer = post(service_, get_system_date_and_time());
    if (!answer) return;
    if (const auto time = read_date_and_time(*answer)) {
      clock_ahead_ = std::chrono::duration_cast<Duration>(*time - system_clock()->now());
    }
  }

  [[nodiscard]] SecurityToken token() const {
    if (!credentials_) return {};
    return sign(*credentials_, fresh_nonce(), to_rfc3339(system_clock()->now() + clock_ahead_));
  }

  Result<std::string> post(const std::string& address, const std::string& message) {
    const std::string doing = "asking camera " + printable_address(address);
    const std::unique_ptr<CURL, Free> handle{curl_easy_init()};
    const std::unique_ptr<curl_slist, Free> headers{
        curl_slist_append(nullptr, "Content-Type: application/soap+xml; charset=utf-8")};
    std::string reply;
    CURL* curl = handle.get();
    curl_easy_setopt(curl, CURLOPT_URL, address.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");  // cameras are on the local network
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 3000L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 8000L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(message.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, message.data());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stop_);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) {
      return fail(ErrorKind::unavailable, doing, curl_easy_strerror(code), "check the network and the camera");
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    // A SOAP fault comes with 400 or 500 and says more than the status does.
    if (status == 401 || (status == 403 && reply.empty())) {
      return fail(ErrorKind::denied, doing, "the user name or password is refused", "check the camera's credentials");
    }
    return reply;
  }

  const std::string service_;
  const std::optional<Credentials> credentials_;
  std::stop_token stop_;
  Duration clock_ahead_{};
};

}  // namespace

SecurityToken sign(const Credentials& credentials, const std::string& nonce, const std::string& created) {
  return {credentials.user, base64(sha1(nonce + created + credentials.password)), base64(nonce), created};
}

Result<std::vector<DiscoveredStream>> streams_of(const std::string& service,
                                                 const std::optional<Credentials>& credentials,
                                                 const std::stop_token& stop) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return Camera{service, credentials, stop}.streams();
}

}  // namespace regard::capture::onvif
