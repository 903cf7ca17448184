#include "accounts/second_factor.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "crypto/hmac.h"

namespace regard::accounts {

std::uint64_t totp_step(Timestamp at) {
  constexpr std::int64_t seconds = 30;  // RFC 6238 section 4.1, the default X
  const auto since = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
  return since < 0 ? 0 : static_cast<std::uint64_t>(since / seconds);
}

std::string totp_code(crypto::BytesView secret, std::uint64_t step) {
  std::array<std::uint8_t, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) counter[i] = static_cast<std::uint8_t>(step >> (56 - 8 * i));
  const auto digest = crypto::hmac_sha1(secret, counter);
  // RFC 4226 section 5.3: dynamic truncation.
  const std::size_t at = digest.back() & 15U;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) bits = bits << 8U | digest[at + i];
  std::string code = std::to_string((bits & 0x7FFF'FFFFU) % 1'000'000U);
  return std::string(6 - code.size(), '0') + code;
}

std::optional<std::uint64_t> matching_step(crypto::BytesView secret, std::string_view code, std::uint64_t now,
                                           std::uint64_t last) {
  for (std::uint64_t step = now == 0 ? 0 : now - 1; step <= now + 1; ++step) {
    const std::string right = totp_code(secret, step);
    if (step > last && crypto::same(crypto::bytes_of(right), crypto::bytes_of(code))) return step;
  }
  return std::nullopt;
}

std::string to_base32(crypto::BytesView bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const std::uint8_t byte : bytes) {
    bits = (bits << 8U | byte) & 0xFFFU;  // at most 4 bits are left over
    for (count += 8; count >= 5; count -= 5) text += letters[bits >> (count - 5) & 31U];
  }
  if (count > 0) text += letters[bits << (5 - count) & 31U];
  return text;
}

std::string otpauth_uri(const std::string& name, std::string_view secret_base32) {
  return "otpauth://totp/Regard:" + name + "?secret=" + std::string{secret_base32} +
         "&issuer=Regard&algorithm=SHA1&digits=6&period=30";
}

std::string recovery_code_from(crypto::BytesView ten_bytes) {
  std::string code = to_base32(ten_bytes);
  for (std::size_t at = 4; at < code.size(); at += 5) code.insert(at, 1, '-');
  return code;
}

std::string plain_recovery_code(std::string_view typed) {
  constexpr std::size_t longest = 64;
  std::string code;
  if (typed.size() > longest) return code;
  for (const char c : typed) {
    if (c == '-' || c == ' ') continue;
    code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return code;
}

}  // namespace regard::accounts
