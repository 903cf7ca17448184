// Changes to watchlists. Every change is a new version of the list; the records keep all of them.
#include <algorithm>

#include "consent/logic/rules.h"

namespace regard::consent {
namespace {

Entry entry_at(EntryKind kind, const Actor& actor, Timestamp now) {
  return Entry{.kind = kind, .time = now, .actor = actor};
}

Entry about(EntryKind kind, const Actor& actor, Timestamp now, const Watchlist& watchlist) {
  Entry entry = entry_at(kind, actor, now);
  entry.watchlist = watchlist.id;
  entry.gallery = watchlist.gallery;
  entry.purpose = Purpose::watchlist;
  entry.count = watchlist.version;  // so that the log says which snapshot was in force
  entry.digest = watchlist.document_digest;
  return entry;
}

}  // namespace

/// The list, if it is there and not closed.
Result<Watchlist> Register::open_watchlist(const Entry& entry, const WatchlistId& id, const std::string& doing) {
  if (const auto named = check(entry.actor); !named) return failed(named.error());
  const auto known = records_.watchlist(id);
  if (!known) return failed(known.error());
  if (!*known) return refuse(entry, Refusal::unknown_watchlist, doing);
  if (!(*known)->closed) return **known;
  Entry closed = entry;
  closed.watchlist = id;
  return refuse(std::move(closed), Refusal::watchlist_closed, doing);
}

Result<EntryId> Register::propose(const Actor& actor, const Watchlist& proposal) {
  const std::scoped_lock lock{mutex_};
  const Timestamp now = clock_.now();
  const std::string doing = "proposing a watchlist";
  if (const auto named = check(actor); !named) return failed(named.error());
  if (const auto good = check(proposal, now); !good) return failed(good.error());
  const auto known = records_.watchlist(proposal.id);
  if (!known) return failed(known.error());
  const auto gallery = records_.gallery(proposal.gallery);
  if (!gallery) return failed(gallery.error());
  if (*known || *gallery)
    return fail(ErrorKind::invalid_input, doing, "the id or the gallery is taken", "choose a gallery of its own");
  const Entry entry = entry_at(EntryKind::watchlist_proposed, actor, now);
  for (const ZoneName& name : proposal.zones) {
    const auto zone = records_.zone(name);
    if (!zone) return failed(zone.error());
    if (!*zone) return refuse(entry, Refusal::unknown_zone, doing);
  }
  Watchlist watchlist = proposal;
  watchlist.version = 1;
  watchlist.proposer = actor;
  watchlist.proposed = now;
  watchlist.approvals.clear();
  watchlist.compared = 0;
  watchlist.false_alerts = 0;
  watchlist.suspended = false;
  watchlist.closed = false;
  return make(about(entry.kind, actor, now, watchlist), PutWatchlist{watchlist});
}

Result<EntryId> Register::approve(const Actor& actor, const WatchlistId& id) {
  const std::scoped_lock lock{mutex_};
  const Timestamp now = clock_.now();
  const std::string doing = "approving a watchlist";
  auto watchlist = open_watchlist(entry_at(EntryKind::watchlist_approved, actor, now), id, doing);
  if (!watchlist) return failed(watchlist.error());
  if (const auto refusal = judge_approval(*watchlist, actor, now))
    return refuse(about(EntryKind::watchlist_approved, actor, now, *watchlist), *refusal, doing);

  ++watchlist->version;
  watchlist->approvals.push_back({actor, now});
  const bool activates = valid_approvals(*watchlist) >= approvals_needed;
  if (activates) {
    watchlist->suspended = false;
    watchlist->compared = 0;
    watchlist->false_alerts = 0;
  }
  const Entry approved = about(EntryKind::watchlist_approved, actor, now, *watchlist);
  if (!activates) return make(approved, PutWatchlist{*watchlist});
  Result<EntryId> approval = ledger_.append(approved);
  if (!approval) return approval;
  Entry activated = about(EntryKind::watchlist_activated, actor, now, *watchlist);
  activated.about = *approval;
  return make(activated, PutWatchlist{*watchlist});
}

Result<EntryId> Register::renew(const Actor& actor, const WatchlistId& id, Timestamp until) {
  const std::scoped_lock lock{mutex_};
  const Timestamp now = clock_.now();
  const std::string doing = "renewing a watchlist";
  auto watchlist = open_watchlist(entry_at(EntryKind::watchlist_renewed, actor, now), id, doing);
  if (!watchlist) return failed(watchlist.error());
  ++watchlist->version;
  watchlist->until = until;
  // Who renews proposes: otherwise they could be one of the two who approve it.
  watchlist->proposer = actor;
  watchlist->approvals.clear();
  if (const auto good = check(*watchlist, now); !good) return failed(good.error());
  return make(about(EntryKind::watchlist_renewed, actor, now, *watchlist), PutWatchlist{*watchlist});
}

Result<EntryId> Register::close(const Actor& actor, const WatchlistId& id) {
  const std::scoped_lock lock{mutex_};
  const Timestamp now = clock_.now();
  auto watchlist = open_watchlist(entry_at(EntryKind::watchlist_closed, actor, now), id, "closing a watchlist");
  if (!watchlist) return failed(watchlist.error());
  ++watchlist->version;
  watchlist->closed = true;
  return make(about(EntryKind::watchlist_closed, actor, now, *watchlist), PutWatchlist{*watchlist});
}

Result<EntryId> Register::judge_alert(const Actor& actor, const WatchlistId& id, Verdict verdict) {
  const std::scoped_lock lock{mutex_};
  const Timestamp now = clock_.now();
  auto watchlist = open_watchlist(entry_at(EntryKind::alert_judged, actor, now), id, "judging an alert");
  if (!watchlist) return failed(watchlist.error());
  ++watchlist->version;
  if (verdict == Verdict::wrong) ++watchlist->false_alerts;
  Entry judged = about(EntryKind::alert_judged, actor, now, *watchlist);
  judged.count = watchlist->false_alerts;
  if (watchlist->suspended || !exceeds_budget(*watchlist)) return make(judged, PutWatchlist{*watchlist});

  watchlist->suspended = true;
  watchlist->approvals.clear();  // to go on it needs two fresh ones
  Result<EntryId> judgement = ledger_.append(judged);
  if (!judgement) return judgement;
  Entry suspended = about(EntryKind::watchlist_suspended, actor, now, *watchlist);
  suspended.about = *judgement;
  suspended.count = watchlist->false_alerts;
  const Result<EntryId> stopped = make(suspended, PutWatchlist{*watchlist});
  return stopped ? judgement : stopped;
}

}  // namespace regard::consent
