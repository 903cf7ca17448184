// Facts, changed: consent::Records::apply.
#include "store/io/state.h"
#include "store/logic/stored_words.h"

namespace regard::store {

using namespace consent;  // NOLINT: every change is a word of consent

namespace {

tl::unexpected<Error> missing(const std::string& doing, const std::string& what) {
  return fail(ErrorKind::not_found, doing, what + " is not there", "look at what is there, then try again");
}

std::string doing_of(const AddSubject& change) { return "adding subject " + change.subject.id.value; }
std::string doing_of(const AddConsent& change) { return "keeping consent " + change.consent.id.value; }
std::string doing_of(const WithdrawConsent& change) { return "withdrawing consent " + change.consent.value; }
std::string doing_of(const IntendErasure& change) { return "announcing the erasure of " + change.subject.value; }
std::string doing_of(const EraseSubject& change) { return "erasing " + change.subject.value; }
std::string doing_of(const AddGallery& change) { return "creating gallery " + change.gallery.name.value; }
std::string doing_of(const PutZone& change) { return "keeping zone " + change.zone.name.value; }
std::string doing_of(const EraseTemplates& change) { return "erasing templates of " + change.subject.value; }
std::string doing_of(const PutWatchlist& change) { return "keeping watchlist " + change.watchlist.id.value; }
std::string doing_of(const CountCompared& change) { return "counting for watchlist " + change.watchlist.value; }

Result<void> make(Connection& writer, const AddSubject& change, Traces&) {
  if (number_of(writer, change.subject.id)) {
    return fail(ErrorKind::invalid_input, doing_of(change), "that id is taken", "choose another id");
  }
  writer.run("INSERT INTO subjects (id, name, created) VALUES (?, ?, ?)", change.subject.id.value, change.subject.name,
             change.subject.created);
  return {};
}

Result<void> make(Connection& writer, const AddConsent& change, Traces&) {
  const Consent& consent = change.consent;
  const auto subject = number_of(writer, consent.subject);
  if (!subject) return missing(doing_of(change), "subject " + consent.subject.value);
  writer.run(
      "INSERT INTO consents (id, subject, basis, jurisdiction, controller, policy_address, method, issued, starts,"
      " expires, retention, sensitive, receipt, withdrawn, purged) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      consent.id.value, *subject, stored(consent.basis), consent.jurisdiction, consent.controller,
      consent.policy_address, consent.method, consent.issued, consent.starts, consent.expires, consent.retention,
      consent.sensitive, consent.receipt, consent.withdrawn, consent.purged);
  const std::int64_t number = writer.number("SELECT number FROM consents WHERE id = ?", consent.id.value);
  for (const Purpose purpose : consent.purposes) {
    writer.run("INSERT INTO consent_purposes (consent, purpose) VALUES (?, ?)", number, stored(purpose));
  }
  mark_rows_of(writer, *subject, next_revision(writer));
  return {};
}

Result<void> make(Connection& writer, const WithdrawConsent& change, Traces& traces) {
  const auto subject = number_of(writer, change.subject);
  if (!subject) return missing(doing_of(change), "subject " + change.subject.value);
  const auto consent =
      writer.maybe_number("SELECT number FROM consents WHERE id = ? AND subject = ?", change.consent.value, *subject);
  if (!consent) return missing(doing_of(change), "this consent of " + change.subject.value);
  writer.run("UPDATE consents SET withdrawn = ? WHERE number = ? AND withdrawn IS NULL", change.at, *consent);
  for (const Purpose purpose : change.uncovered) erase_rows(writer, *subject, purpose, traces);
  mark_rows_of(writer, *subject, next_revision(writer));
  return {};
}

Result<void> make(Connection& writer, const IntendErasure& change, Traces&) {
  if (!number_of(writer, change.subject)) return missing(doing_of(change), "subject " + change.subject.value);
  writer.run("INSERT OR IGNORE INTO erasures_pending (subject) VALUES (?)", change.subject.value);
  return {};
}

Result<void> make(Connection& writer, const EraseSubject& change, Traces& traces) {
  const auto subject = number_of(writer, change.subject);
  if (!subject) {
    // Erased before; perhaps not yet from every byte, which the scrub behind this finishes.
    const bool erased =
        writer.number("SELECT EXISTS (SELECT 1 FROM erasures WHERE subject = ?)", change.subject.value) != 0;
    if (erased) return {};
    return missing(doing_of(change), "subject " + change.subject.value);
  }
  erase_everything(writer, *subject, traces);
  // Stays announced until the bytes are gone too.
  writer.run("INSERT OR IGNORE INTO erasures_pending (subject) VALUES (?)", change.subject.value);
  writer.run("INSERT OR REPLACE INTO erasures (subject, entry, at) VALUES (?, ?, ?)", change.subject.value,
             change.entry.value, change.at);
  return {};
}

Result<void> make(Connection& writer, const AddGallery& change, Traces&) {
  const Gallery& gallery = change.gallery;
  if (number_of(writer, gallery.name)) {
    return fail(ErrorKind::invalid_input, doing_of(change), "a gallery of that name is there", "choose another name");
  }
  std::optional<std::string> watchlist;
  if (gallery.watchlist) watchlist = gallery.watchlist->value;
  writer.run("INSERT INTO galleries (name, purpose, cap, watchlist, created) VALUES (?, ?, ?, ?, ?)",
             gallery.name.value, stored(gallery.purpose), gallery.cap, watchlist, gallery.created);
  const std::int64_t number = number_of(writer, gallery.name).value();
  for (const ZoneName& zone : gallery.zones) {
    writer.run("INSERT INTO gallery_zones (gallery, zone) VALUES (?, ?)", number, zone.value);
  }
  return {};
}

Result<void> make(Connection& writer, const PutZone& change, Traces&) {
  const std::string& name = change.zone.name.value;
  writer.run("INSERT OR IGNORE INTO zones (name) VALUES (?)", name);
  writer.run("DELETE FROM zone_cameras WHERE zone = ?", name);
  for (const CameraName& camera : change.zone.cameras) {
    writer.run("INSERT INTO zone_cameras (zone, camera) VALUES (?, ?)", name, camera.value);
  }
  return {};
}

Result<void> make(Connection& writer, const EraseTemplates& change, Traces& traces) {
  const auto subject = number_of(writer, change.subject);
  if (!subject) return missing(doing_of(change), "subject " + change.subject.value);
  if (change.expired) {
    writer.run("UPDATE consents SET purged = ? WHERE id = ? AND subject = ? AND purged IS NULL", change.at,
               change.expired->value, *subject);
  }
  for (const Purpose purpose : change.purposes) erase_rows(writer, *subject, purpose, traces);
  return {};
}

void insert(Connection& writer, const Watchlist& list) {
  writer.run(
      "INSERT INTO watchlists (id, version, gallery, proposer, basis, reason, document_digest, proposed, until, cap,"
      " false_alert_budget, compared, false_alerts, suspended, closed) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      list.id.value, list.version, list.gallery.value, list.proposer.value, stored(list.basis), list.reason,
      list.document_digest, list.proposed, list.until, list.cap, list.false_alert_budget, list.compared,
      list.false_alerts, list.suspended, list.closed);
  for (const ZoneName& zone : list.zones) {
    writer.run("INSERT INTO watchlist_zones (id, version, zone) VALUES (?, ?, ?)", list.id.value, list.version,
               zone.value);
  }
  int position = 0;
  for (const Approval& approval : list.approvals) {
    writer.run("INSERT INTO watchlist_approvals (id, version, position, approver, at) VALUES (?, ?, ?, ?, ?)",
               list.id.value, list.version, position++, approval.approver.value, approval.at);
  }
}

Result<void> make(Connection& writer, const PutWatchlist& change, Traces& traces) {
  const Watchlist& list = change.watchlist;
  const auto latest = writer.maybe_number("SELECT max(version) FROM watchlists WHERE id = ?", list.id.value);
  if (latest && static_cast<std::uint64_t>(*latest) >= list.version) {
    return fail(ErrorKind::invalid_input, doing_of(change), "it was changed by somebody else meanwhile",
                "look at it again with `regard watchlist show`");
  }
  insert(writer, list);
  // Zero starts the count afresh; any other number may be older than what was counted meanwhile.
  writer.run(
      "INSERT INTO watchlist_counters (id, compared) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE"
      " SET compared = iif(?2 = 0, 0, max(compared, ?2))",
      list.id.value, list.compared);
  const auto gallery = writer.maybe_number("SELECT number FROM galleries WHERE watchlist = ?", list.id.value);
  if (!gallery) return {};
  if (list.closed) erase_gallery(writer, *gallery, traces);
  writer.run("UPDATE templates SET revision = ? WHERE gallery = ?", next_revision(writer), *gallery);
  return {};
}

Result<void> make(Connection& writer, const CountCompared& change, Traces&) {
  const int counted = writer.run("UPDATE watchlist_counters SET compared = compared + ? WHERE id = ?", change.count,
                                 change.watchlist.value);
  if (counted == 0) return missing(doing_of(change), "the watchlist");
  return {};
}

}  // namespace

Result<void> Database::apply(const Change& change) {
  const std::string doing = std::visit([](const auto& one) { return doing_of(one); }, change);
  const bool erases = std::holds_alternative<EraseSubject>(change) || std::holds_alternative<WithdrawConsent>(change);
  return write_and_scrub(
      *state_, doing,
      [&](Connection& writer, Traces& traces) {
        return std::visit([&](const auto& one) { return make(writer, one, traces); }, change);
      },
      erases ? Scrub::always : Scrub::when_something_was_deleted);
}

}  // namespace regard::store
