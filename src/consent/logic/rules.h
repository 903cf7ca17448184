// The rules of changes: what Register asks before it appends and applies. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consent/consent.h"

namespace regard::consent {

[[nodiscard]] inline tl::unexpected<Error> failed(const Error& error) { return tl::unexpected<Error>{error}; }

/// Lower-case letters, digits, - and _; 1 to 64 of them.
[[nodiscard]] bool is_plain_name(std::string_view text);
/// 64 lower-case hexadecimal digits.
[[nodiscard]] bool is_digest(std::string_view text);
/// Letters of any script in UTF-8; digits, blanks and punctuation do not count.
[[nodiscard]] std::size_t count_letters(std::string_view text);

/// At least so many letters make a reason (for a reveal or a case), a written legal basis of a watchlist.
inline constexpr std::size_t shortest_reason = 10;
inline constexpr std::size_t shortest_legal_basis = 20;

/// Whether a value may be added at all, in itself. Errors: invalid_input.
[[nodiscard]] Result<void> check(const Actor& actor);
[[nodiscard]] Result<void> check(const Subject& subject);
[[nodiscard]] Result<void> check(const Consent& consent, Timestamp now);
[[nodiscard]] Result<void> check(const Gallery& gallery);
[[nodiscard]] Result<void> check(const Zone& zone);
[[nodiscard]] Result<void> check(const Watchlist& watchlist, Timestamp now);

/// Whether an entry of this kind may be written by others than Gate and Register.
[[nodiscard]] bool may_be_noted(EntryKind kind);

/// Why nothing may be done under this list now; empty when it is active.
[[nodiscard]] std::optional<Refusal> judge(const Watchlist& watchlist, Timestamp now);
/// Whether `actor` may approve this version of the list.
[[nodiscard]] std::optional<Refusal> judge_approval(const Watchlist& watchlist, const Actor& actor, Timestamp now);
/// Different approvers of this version who are not its proposer.
[[nodiscard]] std::size_t valid_approvals(const Watchlist& watchlist);
/// Whether a list with these counts must be suspended.
[[nodiscard]] bool exceeds_budget(const Watchlist& watchlist);

/// Until when what was granted at `now` stays granted if nobody changes the facts: the end of the consent or list that
/// carries it, for the purpose of `facts.gallery`.
[[nodiscard]] Timestamp granted_until(const Facts& facts, Timestamp now);

/// Purposes of `ended` that no other consent covers at `now`.
[[nodiscard]] std::vector<Purpose> uncovered(const Consent& ended, std::span<const Consent> consents, Timestamp now);
/// Whether templates last used at `last_used` have outlived the retention of every active consent that covers them.
/// When none covers them, they have: each of two withdrawals at the same moment may have counted on the other consent.
[[nodiscard]] bool outlived(Purpose purpose, Timestamp last_used, std::span<const Consent> consents, Timestamp now);

}  // namespace regard::consent
