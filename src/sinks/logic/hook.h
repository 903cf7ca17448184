// What a webhook sends, to whom it may, and what an answer means, as docs/sinks.md says. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/core.h"
#include "sinks/outlets.h"

namespace regard::sinks {

/// RFC 2104 with SHA-256, in lower-case hexadecimal.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);
/// "v1=" and the HMAC of "<timestamp>.<number>.<body>": neither may be changed, and an old request not be sent again as
/// a new one. `timestamp` in seconds since 1970.
[[nodiscard]] std::string signature_of(std::string_view secret, std::int64_t timestamp, std::uint64_t number,
                                       std::string_view body);

/// Whether an address (4 or 16 bytes) leads to this machine, its network, or nowhere: everything that the registries of
/// special-purpose addresses (RFC 6890 and its successors at IANA) call not globally reachable, IPv4 inside IPv6 too.
[[nodiscard]] bool is_private(std::span<const std::uint8_t> address);

enum class Verdict {
  delivered,
  refused,  ///< trying again as it is will hardly help
  later,    ///< overloaded, restarting, or out of reach
};
/// Of an HTTP status; redirects count as refusals, for they could lead anywhere.
[[nodiscard]] Verdict verdict_of(long status);

/// Errors: invalid_input: no https URL (or, when private addresses are allowed, http), a user or password in it, a
/// secret of less than 16 bytes.
[[nodiscard]] Result<void> check_webhook(const WebhookOptions& options);
/// "webhook-" and digits of the URL's hash.
[[nodiscard]] std::string webhook_name(std::string_view url);
/// The URL without what follows its path, where keys are often put: for messages.
[[nodiscard]] std::string shown_url(std::string_view url);

}  // namespace regard::sinks
