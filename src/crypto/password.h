// Passwords of people, kept so that they cannot be read back. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/core.h"

namespace regard::crypto {

/// argon2id (RFC 9106) with a fresh salt, as text that names its own cost: 64 MiB and 2 passes, some 100 ms. Errors:
/// unavailable (not enough memory).
[[nodiscard]] Result<std::string> password_hash(std::string_view password);
/// Whether `hash` was made of `password`; false for what is no hash at all, or when memory does not suffice.
[[nodiscard]] bool password_matches(const std::string& hash, std::string_view password);

}  // namespace regard::crypto
