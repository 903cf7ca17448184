// Codes of authenticator apps (RFC 6238 with SHA-1, six digits, thirty seconds: what all of them speak), and recovery
// codes for whoever lost theirs. Pure: time is an argument.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/core.h"
#include "crypto/crypto.h"

namespace regard::accounts {

/// Which stretch of 30 s since 1970 a time is in.
[[nodiscard]] std::uint64_t totp_step(Timestamp at);
/// Six digits.
[[nodiscard]] std::string totp_code(crypto::BytesView secret, std::uint64_t step);
/// The step whose code this is: `now`, or one before or after it (RFC 6238 section 5.2), but none up to `last`, the one
/// that counted last. Nothing when it is none of theirs.
[[nodiscard]] std::optional<std::uint64_t> matching_step(crypto::BytesView secret, std::string_view code,
                                                         std::uint64_t now, std::uint64_t last);

/// RFC 4648 section 6, without padding: how apps take a secret that is typed.
[[nodiscard]] std::string to_base32(crypto::BytesView bytes);
/// What a QR code for authenticator apps says. `name` is one that check_user_name lets through.
[[nodiscard]] std::string otpauth_uri(const std::string& name, std::string_view secret_base32);

/// 80 random bits as "ABCD-EFGH-IJKL-MNOP".
[[nodiscard]] std::string recovery_code_from(crypto::BytesView ten_bytes);
/// A recovery code as it is digested: upper case, without what people put between. Empty: too long to be one.
[[nodiscard]] std::string plain_recovery_code(std::string_view typed);

}  // namespace regard::accounts
