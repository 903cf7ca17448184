#include "capture/logic/address.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace regard::capture {
namespace {

struct Scheme {
  std::string_view name;
  std::string_view protocols;
};

// Which lower protocols each scheme needs, from the protocol chapter of FFmpeg 5.1's manual.
constexpr std::array schemes{
    Scheme{"rtsp", "rtsp,rtp,udp,tcp"},
    Scheme{"rtsps", "rtsp,rtsps,rtp,srtp,udp,tcp,tls"},
    Scheme{"http", "http,https,httpproxy,tcp,tls,crypto"},
    Scheme{"https", "https,http,httpproxy,tcp,tls,crypto"},
    Scheme{"rtmp", "rtmp,rtmpt,http,tcp"},
    Scheme{"rtmps", "rtmps,tcp,tls"},
    Scheme{"srt", "srt,udp"},
    Scheme{"udp", "udp"},
    Scheme{"rtp", "rtp,udp"},
};

// Query keys whose values cameras and protocols use as secrets.
constexpr std::array<std::string_view, 16> secret_keys{
    "user", "usr",   "username", "login", "pass",   "passwd",  "password", "passphrase",
    "pwd",  "token", "secret",   "key",   "apikey", "api_key", "auth",     "loginpas"};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::string lower(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

// The length of the scheme when `text` starts with one ("rtsp" of "rtsp://"), per RFC 3986 section 3.1; else 0.
std::size_t scheme_length(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end == 0) return 0;
  if (std::isalpha(static_cast<unsigned char>(text[0])) == 0) return 0;
  const bool valid = std::ranges::all_of(text.substr(0, end), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
  });
  return valid ? end : 0;
}

// Where the user name and password end in what follows "://"; 0 when there are none. People write passwords with '@'
// and '/' unescaped, so the last '@' counts, and one behind a '/' counts when what stands before cannot be a port.
std::size_t userinfo_length(std::string_view rest) {
  const std::string_view before_query = rest.substr(0, rest.find_first_of("?# \t\r\n\"'"));
  const std::string_view authority = before_query.substr(0, before_query.find('/'));
  std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) return at + 1;
  at = before_query.rfind('@');
  if (at == std::string_view::npos || authority.starts_with('[')) return 0;
  const std::size_t colon = authority.find(':');
  if (colon == std::string_view::npos) return 0;
  const std::string_view port = authority.substr(colon + 1);
  return std::ranges::all_of(port, is_digit) ? 0 : at + 1;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char small = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

// RFC 3986 section 2.3: only unreserved characters stay as they are.
std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      result += c;
    } else {
      result += '%';
      result += digits[byte >> 4];
      result += digits[byte & 15];
    }
  }
  return result;
}

Credentials credentials_in(std::string_view userinfo) {
  if (userinfo.ends_with('@')) userinfo.remove_suffix(1);
  const std::size_t colon = userinfo.find(':');
  if (colon == std::string_view::npos) return {percent_decode(userinfo), {}};
  return {percent_decode(userinfo.substr(0, colon)), percent_decode(userinfo.substr(colon + 1))};
}

// Replaces the values of secret keys: "?pwd=abc&x=1" becomes "?pwd=***&x=1".
std::string redact_query(std::string_view text) {
  std::string result;
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '?' && text[i] != '&') continue;
    const std::size_t equals = text.find('=', i);
    if (equals == std::string_view::npos) break;
    if (std::ranges::find(secret_keys, lower(text.substr(i + 1, equals - i - 1))) == secret_keys.end()) continue;
    const std::size_t end = std::min(text.find_first_of("&# \t\r\n\"'", equals), text.size());
    result.append(text.substr(done, equals + 1 - done));
    result += "***";
    done = end;
    i = end - 1;
  }
  result.append(text.substr(done));
  return result;
}

std::string_view take_number(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  std::string_view number = text.substr(0, length);
  text.remove_prefix(length);
  while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
  return number;
}

}  // namespace

Address read_address(std::string_view text) {
  constexpr std::string_view cast = "cast:";
  constexpr std::string_view file = "file";
  if (text.starts_with(cast)) return {AddressForm::cast, "cast", std::string{text.substr(cast.size())}, {}};
  const std::size_t length = scheme_length(text);
  if (length == 0) {
    const bool device = text.starts_with("/dev/video");
    return {device ? AddressForm::device : AddressForm::path, {}, std::string{text}, {}};
  }
  const std::string scheme = lower(text.substr(0, length));
  const std::string_view rest = text.substr(length + 3);
  if (scheme == file) return {AddressForm::path, {}, percent_decode(rest), {}};
  const std::size_t userinfo = userinfo_length(rest);
  const bool known = std::ranges::any_of(schemes, [&](const Scheme& s) { return s.name == scheme; });
  return {known ? AddressForm::network : AddressForm::unknown, scheme,
          scheme + "://" + std::string{rest.substr(userinfo)}, credentials_in(rest.substr(0, userinfo))};
}

std::string with_credentials(const Address& address, const Credentials& credentials) {
  if (address.form != AddressForm::network || credentials.user.empty()) return address.location;
  const std::size_t start = address.scheme.size() + 3;
  return address.location.substr(0, start) + percent_encode(credentials.user) + ":" +
         percent_encode(credentials.password) + "@" + address.location.substr(start);
}

std::string protocols_for(std::string_view scheme) {
  for (const Scheme& known : schemes) {
    if (known.name == scheme) return std::string{known.protocols};
  }
  return "file";
}

std::string known_schemes() {
  std::string result = "a file or folder, /dev/videoN, cast:SCENE";
  for (const Scheme& scheme : schemes) result += ", " + std::string{scheme.name} + "://";
  return result;
}

std::string redact(std::string_view text) {
  std::string result;
  while (true) {
    const std::size_t marker = text.find("://");
    if (marker == std::string_view::npos) break;
    result.append(text.substr(0, marker + 3));
    text.remove_prefix(marker + 3);
    text.remove_prefix(userinfo_length(text));
  }
  result.append(text);
  return redact_query(result);
}

std::string percent_decode(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      result += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string printable_address(const std::string& address) { return redact(address); }

bool naturally_before(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a;
  const std::string_view whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view number_a = take_number(a);
      const std::string_view number_b = take_number(b);
      if (number_a.size() != number_b.size()) return number_a.size() < number_b.size();
      if (number_a != number_b) return number_a < number_b;
    } else {
      if (a.front() != b.front()) return a.front() < b.front();
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;  // equal but for leading zeros: any fixed order will do
}

}  // namespace regard::capture
