// Whom limits count together.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace regard::serve {

/// An IPv6 address as limits count it: its /64, "2001:db8:0:1::/64", since one household or machine has a whole one
/// (RFC 6177) and could take another address for each try; an IPv4 address inside IPv6 (RFC 4291 2.5.5.2) as
/// "192.0.2.1"; ::1 as itself. Pure.
[[nodiscard]] std::string peer_of(const std::array<std::uint8_t, 16>& address);

}  // namespace regard::serve
