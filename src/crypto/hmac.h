// Keyed digests that other programs chose. Any thread. Pure.
#pragma once

#include <array>
#include <cstdint>

#include "crypto/crypto.h"

namespace regard::crypto {

/// HMAC-SHA-1 (RFC 2104), which codes of authenticator apps are made with (RFC 6238): as a keyed digest it still holds,
/// though SHA-1 alone does not.
[[nodiscard]] std::array<std::uint8_t, 20> hmac_sha1(BytesView key, BytesView message);

}  // namespace regard::crypto
