// Changes to people, consents, galleries and zones: judged, then appended, then applied.
#include <algorithm>

#include "consent/logic/rules.h"

namespace regard::consent {
namespace {

tl::unexpected<Error> taken(const std::string& doing, const std::string& what) {
  return fail(ErrorKind::invalid_input, doing, "there is already " + what + " of that name", "choose another name");
}

}  // namespace

Register::Register(Records& records, Ledger& ledger, const Clock& clock)
    : records_{records}, ledger_{ledger}, clock_{clock} {}

tl::unexpected<Error> Register::refuse(Entry entry, Refusal refusal, const std::string& doing) {
  entry.kind = EntryKind::refused;
  entry.refusal = refusal;
  const Result<EntryId> appended = ledger_.append(entry);
  return appended ? tl::unexpected<Error>{explain(refusal, doing)} : failed(appended.error());
}

Result<EntryId> Register::make(const Entry& entry, const Change& change) {
  Result<EntryId> id = ledger_.append(entry);
  if (!id) return id;
  const Result<void> applied = records_.apply(change);
  return applied ? id : failed(applied.error());
}

Result<EntryId> Register::add(const Actor& actor, const Subject& subject) {
  const std::scoped_lock lock{mutex_};
  if (const auto named = check(actor); !named) return failed(named.error());
  if (const auto good = check(subject); !good) return failed(good.error());
  const auto known = records_.subject(subject.id);
  if (!known) return failed(known.error());
  if (*known) return taken("adding a person", "a person");
  Entry entry{.kind = EntryKind::subject_added, .time = clock_.now(), .actor = actor};
  entry.subject = subject.id;
  return make(entry, AddSubject{subject});
}

Result<EntryId> Register::grant(const Actor& actor, const Consent& consent) {
  const std::scoped_lock lock{mutex_};
  const Timestamp now = clock_.now();
  if (const auto named = check(actor); !named) return failed(named.error());
  if (const auto good = check(consent, now); !good) return failed(good.error());
  Entry entry{.kind = EntryKind::consent_granted, .time = now, .actor = actor};
  const auto subject = records_.subject(consent.subject);
  if (!subject) return failed(subject.error());
  if (!*subject) return refuse(entry, Refusal::unknown_subject, "granting a consent");
  const auto known = records_.consent(consent.id);
  if (!known) return failed(known.error());
  if (*known) return taken("granting a consent", "a consent");
  entry.subject = consent.subject;
  entry.consent = consent.id;
  return make(entry, AddConsent{consent});
}

Result<EntryId> Register::withdraw(const Actor& actor, const ConsentId& id) {
  const std::scoped_lock lock{mutex_};
  const Timestamp now = clock_.now();
  if (const auto named = check(actor); !named) return failed(named.error());
  Entry entry{.kind = EntryKind::consent_withdrawn, .time = now, .actor = actor};
  const auto consent = records_.consent(id);
  if (!consent) return failed(consent.error());
  if (!*consent) return refuse(entry, Refusal::unknown_consent, "withdrawing a consent");
  entry.consent = id;
  entry.subject = (*consent)->subject;
  if ((*consent)->withdrawn) return refuse(entry, Refusal::consent_withdrawn, "withdrawing a consent");
  const auto all = records_.consents((*consent)->subject);
  if (!all) return failed(all.error());
  return make(entry, WithdrawConsent{id, (*consent)->subject, now, uncovered(**consent, *all, now)});
}

Result<EntryId> Register::erase(const Actor& actor, const SubjectId& id) {
  const std::scoped_lock lock{mutex_};
  const Timestamp now = clock_.now();
  if (const auto named = check(actor); !named) return failed(named.error());
  Entry entry{.kind = EntryKind::erased, .time = now, .actor = actor};
  const auto subject = records_.subject(id);
  if (!subject) return failed(subject.error());
  if (!*subject) return refuse(entry, Refusal::unknown_subject, "erasing a person");
  entry.subject = id;
  // Announced first: after a crash between the entry and the erasure the store still knows what it owes.
  if (const auto announced = records_.apply(IntendErasure{id}); !announced) return failed(announced.error());
  Result<EntryId> appended = ledger_.append(entry);
  if (!appended) return appended;
  const auto erased = records_.apply(EraseSubject{id, *appended, now});
  if (!erased) return failed(erased.error());
  return appended;
}

/// Ends the consents that ran out. Returns whether there was any.
Result<bool> Register::expire_one(const SubjectId& id, Timestamp now) {
  const auto consents = records_.consents(id);
  if (!consents) return failed(consents.error());
  bool touched = false;
  for (const Consent& consent : *consents) {
    if (consent.purged || state_of(consent, now) != ConsentState::expired) continue;
    Entry entry{.kind = EntryKind::consent_expired, .time = now, .actor = Actor{"regard:expiry"}};
    entry.subject = id;
    entry.consent = consent.id;
    const Result<EntryId> ended = make(entry, EraseTemplates{id, now, uncovered(consent, *consents, now), consent.id});
    if (!ended) return failed(ended.error());
    touched = true;
  }
  Result<bool> outlived = end_retention(id, *consents, now);
  if (!outlived) return outlived;
  return touched || *outlived;
}

/// Erases templates that nobody used for longer than was agreed. Returns whether there were any.
Result<bool> Register::end_retention(const SubjectId& id, const std::vector<Consent>& consents, Timestamp now) {
  bool touched = false;
  for (const Purpose purpose : {Purpose::access, Purpose::authentication}) {
    const auto used = records_.last_used(id, purpose);
    if (!used) return failed(used.error());
    if (!*used || !outlived(purpose, **used, consents, now)) continue;
    Entry entry{.kind = EntryKind::retention_ended, .time = now, .actor = Actor{"regard:expiry"}};
    entry.subject = id;
    entry.purpose = purpose;
    const Result<EntryId> ended = make(entry, EraseTemplates{id, now, {purpose}, {}});
    if (!ended) return failed(ended.error());
    touched = true;
  }
  return touched;
}

Result<std::vector<SubjectId>> Register::expire(std::span<const SubjectId> candidates) {
  const std::scoped_lock lock{mutex_};
  const Timestamp now = clock_.now();
  std::vector<SubjectId> touched;
  for (const SubjectId& id : candidates) {
    const Result<bool> ended = expire_one(id, now);
    if (!ended) return failed(ended.error());
    if (*ended) touched.push_back(id);
  }
  return touched;
}

Result<EntryId> Register::create(const Actor& actor, const Gallery& gallery) {
  const std::scoped_lock lock{mutex_};
  if (const auto named = check(actor); !named) return failed(named.error());
  if (const auto good = check(gallery); !good) return failed(good.error());
  const auto known = records_.gallery(gallery.name);
  if (!known) return failed(known.error());
  if (*known) return taken("creating a gallery", "a gallery");
  Entry entry{.kind = EntryKind::gallery_created, .time = clock_.now(), .actor = actor};
  entry.purpose = gallery.purpose;
  for (const ZoneName& name : gallery.zones) {
    const auto zone = records_.zone(name);
    if (!zone) return failed(zone.error());
    if (!*zone) return refuse(entry, Refusal::unknown_zone, "creating a gallery");
  }
  if (gallery.watchlist) {
    const auto list = records_.watchlist(*gallery.watchlist);
    if (!list) return failed(list.error());
    if (!*list || (*list)->gallery != gallery.name)
      return refuse(entry, Refusal::unknown_watchlist, "creating a gallery");
    entry.watchlist = gallery.watchlist;
    if (!std::ranges::includes((*list)->zones, gallery.zones))
      return refuse(entry, Refusal::zone_not_in_gallery, "creating a gallery");
  }
  entry.gallery = gallery.name;
  return make(entry, AddGallery{gallery});
}

Result<EntryId> Register::create(const Actor& actor, const Zone& zone) {
  const std::scoped_lock lock{mutex_};
  if (const auto named = check(actor); !named) return failed(named.error());
  if (const auto good = check(zone); !good) return failed(good.error());
  Entry entry{.kind = EntryKind::zone_created, .time = clock_.now(), .actor = actor};
  entry.zone = zone.name;
  entry.count = zone.cameras.size();
  return make(entry, PutZone{zone});
}

Result<EntryId> Register::note(Entry entry) {
  if (const auto named = check(entry.actor); !named) return failed(named.error());
  if (!may_be_noted(entry.kind))
    return fail(ErrorKind::invalid_input, "writing an entry", "only the gate or the register may say this",
                "make the request or the change itself");
  entry.time = clock_.now();
  return ledger_.append(entry);
}

}  // namespace regard::consent
