#include <algorithm>
#include <set>

#include "consent/logic/rules.h"

namespace regard::consent {

ConsentState state_of(const Consent& consent, Timestamp now) {
  if (consent.withdrawn) return ConsentState::withdrawn;
  if (now >= consent.expires) return ConsentState::expired;
  return now < consent.starts ? ConsentState::issued : ConsentState::active;
}

std::size_t valid_approvals(const Watchlist& watchlist) {
  std::set<Actor> approvers;
  for (const Approval& approval : watchlist.approvals) {
    // Counted here and not believed from the records: a row written past the Register activates nothing.
    if (approval.approver != watchlist.proposer) approvers.insert(approval.approver);
  }
  return approvers.size();
}

WatchlistState state_of(const Watchlist& watchlist, Timestamp now) {
  if (watchlist.closed) return WatchlistState::closed;
  if (now >= watchlist.until) return WatchlistState::expired;
  if (watchlist.suspended) return WatchlistState::suspended;
  return valid_approvals(watchlist) < approvals_needed ? WatchlistState::proposed : WatchlistState::active;
}

std::optional<Refusal> judge(const Watchlist& watchlist, Timestamp now) {
  switch (state_of(watchlist, now)) {
    case WatchlistState::active:
      return {};
    case WatchlistState::proposed:
      return Refusal::watchlist_not_approved;
    case WatchlistState::suspended:
      return Refusal::watchlist_suspended;
    case WatchlistState::expired:
      return Refusal::watchlist_expired;
    case WatchlistState::closed:
      break;
  }
  return Refusal::watchlist_closed;
}

std::optional<Refusal> judge_approval(const Watchlist& watchlist, const Actor& actor, Timestamp now) {
  const WatchlistState state = state_of(watchlist, now);
  if (state == WatchlistState::closed) return Refusal::watchlist_closed;
  if (state == WatchlistState::expired) return Refusal::watchlist_expired;
  if (actor == watchlist.proposer) return Refusal::own_proposal;
  const bool known =
      std::ranges::any_of(watchlist.approvals, [&](const Approval& approval) { return approval.approver == actor; });
  if (known || state == WatchlistState::active) return Refusal::already_approved;
  return {};
}

// A budget, not a test of significance: when more false alerts were judged than it allows, the list stops, and whoever
// watches has to show two people why it should go on. A lower confidence bound (Wilson) would turn the burden of proof
// round: with a budget of 1 in 1,000 and 4,000 people compared it lets 7 false alerts pass where the budget allows 4.
// The first false alert never suspends by itself, or every list would end with the first one among its first 1,000
// passers-by.
bool exceeds_budget(const Watchlist& watchlist) {
  const double allowed = std::max(1.0, watchlist.false_alert_budget * static_cast<double>(watchlist.compared));
  return static_cast<double>(watchlist.false_alerts) > allowed;
}

std::vector<Purpose> uncovered(const Consent& ended, std::span<const Consent> consents, Timestamp now) {
  std::set<Purpose> left = ended.purposes;
  for (const Consent& consent : consents) {
    if (consent.id == ended.id || state_of(consent, now) != ConsentState::active) continue;
    for (const Purpose purpose : consent.purposes) left.erase(purpose);
  }
  return {left.begin(), left.end()};
}

bool outlived(Purpose purpose, Timestamp last_used, std::span<const Consent> consents, Timestamp now) {
  for (const Consent& consent : consents) {
    if (state_of(consent, now) != ConsentState::active || !consent.purposes.contains(purpose)) continue;
    if (now - last_used < consent.retention) return false;
  }
  return true;
}

}  // namespace regard::consent
