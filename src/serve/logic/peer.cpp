#include "serve/peer.h"

#include <algorithm>
#include <charconv>
#include <span>

namespace regard::serve {

std::string peer_of(const std::array<std::uint8_t, 16>& address) {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  std::string text;
  if (std::ranges::equal(mapped, std::span{address}.first<12>())) {
    for (std::size_t i = 12; i < 16; ++i) text += (text.empty() ? "" : ".") + std::to_string(address[i]);
    return text;
  }
  if (address.back() == 1 && std::all_of(address.begin(), address.end() - 1, [](std::uint8_t b) { return b == 0; }))
    return "::1";
  for (std::size_t i = 0; i < 8; i += 2) {
    std::array<char, 4> digits{};
    const auto [end, failure] =
        std::to_chars(digits.data(), digits.data() + digits.size(), address[i] << 8U | address[i + 1], 16);
    text.append(digits.data(), end);
    text += ':';
  }
  return text + ":/64";
}

}  // namespace regard::serve
