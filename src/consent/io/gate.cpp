// The gate: facts, judgement, entry, permit, in this order. It stands in io/ because it reads the clock and locks; what
// it decides by is in logic/judge.cpp.
#include <algorithm>
#include <set>

#include "consent/logic/rules.h"

namespace regard::consent {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// A permit lives as long as the one thing it is for takes, so that a forgotten one is worth nothing. Product decisions,
// not measurements:
constexpr Duration enrol_lifetime = seconds{120};    // several pictures are taken and embedded, a person poses for them
constexpr Duration verify_lifetime = seconds{10};    // one person at a door or a login: a few frames and one comparison
constexpr Duration identify_lifetime = seconds{10};  // the same for one track
constexpr Duration associate_lifetime = hours{1};    // the hour for which a body may be followed on one site
constexpr Duration export_lifetime = seconds{60};    // unsealing a few images of one person
constexpr Duration evaluate_lifetime = hours{6};     // a data set of some 10,000 pictures on a small machine

/// Gathers facts until the records fail. What does not exist stays empty: the rules refuse it.
class Fetch {
 public:
  explicit Fetch(Records& records) : records_{records} {}

  Fetch& subject(const SubjectId& id) {
    return take(facts_.subject, [&] { return records_.subject(id); });
  }
  Fetch& consents(const SubjectId& id) {
    return take(facts_.consents, [&] { return records_.consents(id); });
  }
  Fetch& zone(const ZoneName& name) {
    return take(facts_.zone, [&] { return records_.zone(name); });
  }
  Fetch& gallery(const GalleryName& name) {
    take(facts_.gallery, [&] { return records_.gallery(name); });
    take(facts_.enrolled, [&] { return records_.enrolled(name); });
    if (!facts_.gallery || !facts_.gallery->watchlist) return *this;
    return take(facts_.watchlist, [&] { return records_.watchlist(*facts_.gallery->watchlist); });
  }
  Fetch& is_enrolled(const SubjectId& id, const GalleryName& name) {
    return take(facts_.is_enrolled, [&] { return records_.is_enrolled(id, name); });
  }
  [[nodiscard]] Result<Facts> facts() {
    if (error_) return tl::unexpected<Error>{std::move(*error_)};
    return std::move(facts_);
  }

 private:
  template <typename T, typename Ask>
  Fetch& take(T& target, Ask ask) {
    if (error_) return *this;
    if (auto answer = ask()) {
      target = std::move(*answer);
    } else {
      error_ = std::move(answer).error();
    }
    return *this;
  }

  Records& records_;
  Facts facts_;
  std::optional<Error> error_;
};

/// What an entry says about a request. Only ids that the records know: a person's name typed in place of an id must not
/// reach the log, not even in a refusal.
Entry entry_of(EntryKind kind, const Actor& actor, const Facts& facts, Timestamp now) {
  Entry entry{.kind = kind, .time = now, .actor = actor};
  if (facts.subject) entry.subject = facts.subject->id;
  if (facts.zone) entry.zone = facts.zone->name;
  if (facts.watchlist) entry.watchlist = facts.watchlist->id;
  if (facts.gallery) {
    entry.gallery = facts.gallery->name;
    entry.purpose = facts.gallery->purpose;
  }
  return entry;
}

std::optional<CameraName> known_camera(const std::optional<CameraName>& camera, const Facts& facts) {
  return camera && facts.zone && facts.zone->cameras.contains(*camera) ? camera : std::nullopt;
}

std::optional<std::string> digest_only(const std::string& digest) {
  return is_digest(digest) ? std::optional{digest} : std::nullopt;
}

}  // namespace

Gate::Gate(Records& records, Ledger& ledger, const Clock& clock) : records_{records}, ledger_{ledger}, clock_{clock} {}

Result<EntryId> Gate::enter(Entry entry, const std::optional<Refusal>& refusal, const std::string& doing) {
  if (const Result<void> named = check(entry.actor); !named) return failed(named.error());
  if (refusal) {
    entry.kind = EntryKind::refused;
    entry.refusal = refusal;
  }
  Result<EntryId> id = ledger_.append(entry);
  if (id && refusal) return tl::unexpected<Error>{explain(*refusal, doing)};
  return id;
}

/// Different people beside this one who hold a live permit to be enrolled in the gallery and are not yet.
Result<std::uint64_t> Gate::places_taken(const EnrolRequest& request, Duration elapsed) {
  std::erase_if(places_, [&](const Place& place) { return place.until <= elapsed; });
  std::set<SubjectId> waiting;
  for (auto place = places_.begin(); place != places_.end();) {
    if (place->gallery != request.gallery) {
      ++place;
      continue;
    }
    const Result<std::optional<Subject>> subject = records_.subject(place->subject);
    if (!subject) return failed(subject.error());
    const Result<bool> enrolled = records_.is_enrolled(place->subject, place->gallery);
    if (!enrolled) return failed(enrolled.error());
    if (*enrolled || !*subject) {  // counted by the records from now on; or erased, and will never come
      place = places_.erase(place);
      continue;
    }
    if (place->subject != request.subject) waiting.insert(place->subject);
    ++place;
  }
  return waiting.size();
}

Result<EnrolPermit> Gate::enrol(const EnrolRequest& request) {
  const std::scoped_lock lock{mutex_};
  const Timestamp now = clock_.now();
  Result<Facts> facts = Fetch{records_}
                            .subject(request.subject)
                            .consents(request.subject)
                            .gallery(request.gallery)
                            .is_enrolled(request.subject, request.gallery)
                            .facts();
  if (!facts) return pass_on(std::move(facts));
  const Result<std::uint64_t> taken = places_taken(request, clock_.elapsed());
  if (!taken) return failed(taken.error());
  facts->enrolled += *taken;

  const std::optional<Refusal> refusal = judge(request, *facts, now);
  Result<EntryId> entry = enter(entry_of(EntryKind::enrol_permitted, request.actor, *facts, now), refusal, "enrolling");
  if (!entry) return pass_on(std::move(entry));
  const Duration expires = clock_.elapsed() + std::min(enrol_lifetime, granted_until(*facts, now) - now);
  if (!facts->is_enrolled) places_.push_back({request.gallery, request.subject, expires});
  return EnrolPermit{*entry, expires, request.subject, request.gallery};
}

Result<VerifyPermit> Gate::verify(const VerifyRequest& request) {
  const Timestamp now = clock_.now();
  Result<Facts> facts = Fetch{records_}
                            .subject(request.subject)
                            .consents(request.subject)
                            .gallery(request.gallery)
                            .is_enrolled(request.subject, request.gallery)
                            .facts();
  if (!facts) return pass_on(std::move(facts));
  const std::optional<Refusal> refusal = judge(request, *facts, now);
  Result<EntryId> entry =
      enter(entry_of(EntryKind::verify_permitted, request.actor, *facts, now), refusal, "verifying");
  if (!entry) return pass_on(std::move(entry));
  const Duration expires = clock_.elapsed() + std::min(verify_lifetime, granted_until(*facts, now) - now);
  return VerifyPermit{*entry, expires, request.subject, request.gallery};
}

Result<IdentifyPermit> Gate::identify(const IdentifyRequest& request) {
  const Timestamp now = clock_.now();
  Result<Facts> facts = Fetch{records_}.gallery(request.gallery).zone(request.zone).facts();
  if (!facts) return pass_on(std::move(facts));
  const std::optional<Refusal> refusal = judge(request, *facts, now);
  Entry asked = entry_of(EntryKind::identify_permitted, request.actor, *facts, now);
  asked.camera = known_camera(request.camera, *facts);
  Result<EntryId> entry = enter(std::move(asked), refusal, "identifying");
  if (!entry) return pass_on(std::move(entry));

  Duration lifetime = identify_lifetime;
  if (facts->gallery->purpose == Purpose::watchlist) {
    // Counted here and nowhere else, so that nobody can make a budget look kept by counting people who did not pass.
    const Result<void> counted = records_.apply(CountCompared{facts->watchlist->id, 1});
    if (!counted) return failed(counted.error());
    lifetime = std::min(lifetime, granted_until(*facts, now) - now);
  }
  return IdentifyPermit{*entry, clock_.elapsed() + lifetime, request.gallery, request.zone, facts->gallery->purpose};
}

Result<AssociatePermit> Gate::associate(const AssociateRequest& request) {
  const Timestamp now = clock_.now();
  Result<Facts> facts = Fetch{records_}.zone(request.zone).facts();
  if (!facts) return pass_on(std::move(facts));
  const std::optional<Refusal> refusal = judge(request, *facts, now);
  Entry asked = entry_of(EntryKind::associate_permitted, request.actor, *facts, now);
  asked.camera = known_camera(request.camera, *facts);
  asked.purpose = Purpose::association;
  asked.digest = digest_only(request.reason_digest);
  Result<EntryId> entry = enter(std::move(asked), refusal, "associating bodies");
  if (!entry) return pass_on(std::move(entry));
  return AssociatePermit{*entry, clock_.elapsed() + associate_lifetime, request.zone};
}

Result<RevealPermit> Gate::reveal(const RevealRequest& request) {
  const Timestamp now = clock_.now();
  const std::optional<Refusal> refusal = judge(request, Facts{}, now);
  Entry asked = entry_of(EntryKind::reveal_permitted, request.actor, Facts{}, now);
  asked.camera = request.camera;
  asked.digest = digest_only(request.reason_digest);
  Result<EntryId> entry = enter(std::move(asked), refusal, "revealing unblurred pictures");
  if (!entry) return pass_on(std::move(entry));
  return RevealPermit{*entry, clock_.elapsed() + RevealPermit::lifetime, request.camera};
}

Result<ExportPermit> Gate::release(const ExportRequest& request) {
  const Timestamp now = clock_.now();
  Result<Facts> facts = Fetch{records_}.subject(request.subject).facts();
  if (!facts) return pass_on(std::move(facts));
  const std::optional<Refusal> refusal = judge(request, *facts, now);
  Entry asked = entry_of(EntryKind::export_permitted, request.actor, *facts, now);
  asked.subject = request.subject;
  Result<EntryId> entry = enter(std::move(asked), refusal, "releasing the images held on a person");
  if (!entry) return pass_on(std::move(entry));
  return ExportPermit{*entry, clock_.elapsed() + export_lifetime, request.subject};
}

Result<EvaluatePermit> Gate::evaluate(const EvaluateRequest& request) {
  const Timestamp now = clock_.now();
  const std::optional<Refusal> refusal = judge(request, Facts{}, now);
  Entry asked = entry_of(EntryKind::evaluation_permitted, request.actor, Facts{}, now);
  asked.digest = digest_only(request.data_set_digest);
  asked.count = request.templates;
  Result<EntryId> entry = enter(std::move(asked), refusal, "evaluating on a data set");
  if (!entry) return pass_on(std::move(entry));
  return EvaluatePermit{*entry, clock_.elapsed() + evaluate_lifetime, request.templates};
}

}  // namespace regard::consent
