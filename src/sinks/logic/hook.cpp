#include "sinks/logic/hook.h"

#include <algorithm>
#include <array>

#include "crypto/crypto.h"

namespace regard::sinks {
namespace {

constexpr std::size_t block = 64;  // of SHA-256, in bytes
constexpr std::size_t shortest_secret = 16;

struct Network {
  std::array<std::uint8_t, 16> prefix;
  int bits;
};

bool is_in(std::span<const std::uint8_t> address, const Network& network) {
  for (int bit = 0; bit < network.bits; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    const int mask = 0x80 >> (bit % 8);
    if (((address[byte] ^ network.prefix[byte]) & mask) != 0) return false;
  }
  return true;
}

// https://www.iana.org/assignments/iana-ipv4-special-registry and multicast, RFC 1112.
constexpr std::array<Network, 15> private_v4{{{{0}, 8},
                                              {{10}, 8},
                                              {{100, 64}, 10},
                                              {{127}, 8},
                                              {{169, 254}, 16},
                                              {{172, 16}, 12},
                                              {{192, 0, 0}, 24},
                                              {{192, 0, 2}, 24},
                                              {{192, 88, 99}, 24},
                                              {{192, 168}, 16},
                                              {{198, 18}, 15},
                                              {{198, 51, 100}, 24},
                                              {{203, 0, 113}, 24},
                                              {{224}, 4},
                                              {{240}, 4}}};
// https://www.iana.org/assignments/iana-ipv6-special-registry: outside 2000::/3 nothing is reachable from everywhere
// but NAT64, and inside it these are not.
constexpr Network global_v6{{0x20}, 3};
constexpr std::array<Network, 4> private_v6{
    {{{0x20, 0x01, 0x00}, 23}, {{0x20, 0x01, 0x0d, 0xb8}, 32}, {{0x3f, 0xff}, 20}, {{0x3f, 0xfe}, 16}}};
constexpr Network translated{{0x00, 0x64, 0xff, 0x9b}, 96};  // NAT64, RFC 6052
constexpr Network mapped{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
constexpr Network six_to_four{{0x20, 0x02}, 16};  // RFC 3056

tl::unexpected<Error> bad_webhook(const std::string& cause, const std::string& remedy) {
  return fail(ErrorKind::invalid_input, "preparing the webhook", cause, remedy);
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::array<std::uint8_t, block> inner{};
  if (key.size() > block) {
    const crypto::Digest shortened = crypto::sha256(crypto::bytes_of(key));
    std::copy(shortened.begin(), shortened.end(), inner.begin());
  } else {
    std::copy(key.begin(), key.end(), inner.begin());
  }
  std::array<std::uint8_t, block> outer = inner;
  for (std::uint8_t& byte : inner) byte ^= 0x36;
  for (std::uint8_t& byte : outer) byte ^= 0x5c;
  const std::array<crypto::BytesView, 2> first{inner, crypto::bytes_of(message)};
  const crypto::Digest digest = crypto::sha256(first);
  const std::array<crypto::BytesView, 2> second{outer, digest};
  const crypto::Digest result = crypto::sha256(second);
  crypto::wipe(inner);
  crypto::wipe(outer);
  return crypto::to_hex(result);
}

std::string signature_of(std::string_view secret, std::int64_t timestamp, std::uint64_t number, std::string_view body) {
  return "v1=" +
         hmac_sha256(secret, std::to_string(timestamp) + '.' + std::to_string(number) + '.' + std::string{body});
}

bool is_private(std::span<const std::uint8_t> address) {
  const auto in = [&](const Network& network) { return is_in(address, network); };
  if (address.size() == 4) return std::any_of(private_v4.begin(), private_v4.end(), in);
  if (address.size() != 16) return true;
  if (in(mapped) || in(translated)) return is_private(address.subspan(12));
  if (in(six_to_four)) return is_private(address.subspan(2, 4));
  return !in(global_v6) || std::any_of(private_v6.begin(), private_v6.end(), in);
}

Verdict verdict_of(long status) {
  if (status >= 200 && status < 300) return Verdict::delivered;
  // RFC 9110 and 6585: request timeout, too early, too many requests.
  if (status == 408 || status == 425 || status == 429 || status >= 500 || status < 200) return Verdict::later;
  return Verdict::refused;
}

Result<void> check_webhook(const WebhookOptions& options) {
  const bool open = options.url.starts_with("http://");
  if (!open && !options.url.starts_with("https://")) {
    return bad_webhook("\"" + options.url.substr(0, options.url.find(':')) + "\" is another scheme",
                       "write https://HOST/PATH");
  }
  if (open && options.private_addresses == WebhookOptions::Private::refused) {
    return bad_webhook(
        "over http everybody on the way reads who was where",
        "use https, or allow endpoints of this network with --webhook-allow-private or webhook.allow_private");
  }
  const std::string_view rest = std::string_view{options.url}.substr(options.url.find("//") + 2);
  const std::string_view place = rest.substr(0, rest.find_first_of("/?#"));
  if (place.empty() || place.front() == ':') return bad_webhook("the address names no host", "write https://HOST/PATH");
  if (place.find('@') != std::string_view::npos) {
    return bad_webhook("the address holds a user or a password",
                       "leave them out: the endpoint knows us by the signature");
  }
  if (options.secret.size() < shortest_secret) {
    return bad_webhook(
        options.secret.empty() ? "there is no secret to sign with" : "the secret has less than 16 characters",
        "put one into REGARD_WEBHOOK_SECRET, or name a file that holds it with --webhook-secret or "
        "webhook.secret_file, and give the endpoint the same");
  }
  return {};
}

std::string webhook_name(std::string_view url) {
  return "webhook-" + crypto::to_hex(crypto::sha256(crypto::bytes_of(url))).substr(0, 8);
}

std::string shown_url(std::string_view url) { return std::string{url.substr(0, url.find_first_of("?#"))}; }

}  // namespace regard::sinks
