// Facts, read: consent::Records and the lists for people.
#include "store/io/state.h"
#include "store/logic/stored_words.h"

namespace regard::store {

using consent::Consent;
using consent::ConsentId;
using consent::Gallery;
using consent::GalleryName;
using consent::Purpose;
using consent::Subject;
using consent::SubjectId;
using consent::Watchlist;
using consent::WatchlistId;
using consent::Zone;
using consent::ZoneName;

namespace {

Subject subject_in(const Query& query) { return {{query.text(0)}, query.text(1), query.time(2)}; }

consent::LegalBasis basis_in(const Query& query, int column) {
  const auto basis = basis_stored_as(query.text(column));
  if (!basis) throw SQLite::Exception{"an unknown legal basis", SQLITE_CORRUPT};
  return *basis;
}

constexpr const char* consent_columns =
    "SELECT c.number, c.id, s.id, c.basis, c.jurisdiction, c.controller, c.policy_address, c.method, c.issued,"
    " c.starts, c.expires, c.retention, c.sensitive, c.receipt, c.withdrawn, c.purged"
    " FROM consents c JOIN subjects s ON s.number = c.subject WHERE ";

Consent consent_in(Connection& connection, const Query& query) {
  Consent consent;
  Query purposes =
      connection.query("SELECT purpose FROM consent_purposes WHERE consent = ? ORDER BY purpose", query.number(0));
  while (purposes.next()) consent.purposes.insert(purpose_in(purposes, 0));
  consent.id.value = query.text(1);
  consent.subject.value = query.text(2);
  consent.basis = basis_in(query, 3);
  consent.jurisdiction = query.text(4);
  consent.controller = query.text(5);
  consent.policy_address = query.text(6);
  consent.method = query.text(7);
  consent.issued = query.time(8);
  consent.starts = query.time(9);
  consent.expires = query.time(10);
  consent.retention = Duration{query.number(11)};
  consent.sensitive = query.flag(12);
  consent.receipt = query.text(13);
  consent.withdrawn = query.maybe_time(14);
  consent.purged = query.maybe_time(15);
  return consent;
}

std::optional<Zone> zone_named(Connection& connection, const ZoneName& name) {
  Query found = connection.query("SELECT name FROM zones WHERE name = ?", name.value);
  if (!found.next()) return std::nullopt;
  Zone zone{name, {}};
  Query cameras = connection.query("SELECT camera FROM zone_cameras WHERE zone = ?", name.value);
  while (cameras.next()) zone.cameras.insert(CameraName{cameras.text(0)});
  return zone;
}

std::optional<Gallery> gallery_named(Connection& connection, const GalleryName& name) {
  Query found =
      connection.query("SELECT number, purpose, cap, watchlist, created FROM galleries WHERE name = ?", name.value);
  if (!found.next()) return std::nullopt;
  Gallery gallery{name, purpose_in(found, 1), {}, found.count(2), {}, found.time(4)};
  if (!found.empty(3)) gallery.watchlist = WatchlistId{found.text(3)};
  Query zones = connection.query("SELECT zone FROM gallery_zones WHERE gallery = ?", found.number(0));
  while (zones.next()) gallery.zones.insert(ZoneName{zones.text(0)});
  return gallery;
}

constexpr const char* watchlist_columns =
    "SELECT id, version, gallery, proposer, basis, reason, document_digest, proposed, until, cap, false_alert_budget,"
    " compared, false_alerts, suspended, closed FROM watchlists WHERE id = ?";

Watchlist watchlist_in(Connection& connection, const Query& query) {
  Watchlist list;
  list.id.value = query.text(0);
  list.version = query.count(1);
  list.gallery.value = query.text(2);
  list.proposer.value = query.text(3);
  list.basis = basis_in(query, 4);
  list.reason = query.text(5);
  list.document_digest = query.text(6);
  list.proposed = query.time(7);
  list.until = query.time(8);
  list.cap = query.count(9);
  list.false_alert_budget = query.real(10);
  list.compared = query.count(11);
  list.false_alerts = query.count(12);
  list.suspended = query.flag(13);
  list.closed = query.flag(14);
  Query zones =
      connection.query("SELECT zone FROM watchlist_zones WHERE id = ? AND version = ?", list.id.value, list.version);
  while (zones.next()) list.zones.insert(ZoneName{zones.text(0)});
  Query approvals =
      connection.query("SELECT approver, at FROM watchlist_approvals WHERE id = ? AND version = ? ORDER BY position",
                       list.id.value, list.version);
  while (approvals.next()) list.approvals.push_back({{approvals.text(0)}, approvals.time(1)});
  return list;
}

/// The first column of all rows.
std::vector<std::string> texts(Query query) {
  std::vector<std::string> all;
  while (query.next()) all.push_back(query.text(0));
  return all;
}

}  // namespace

Purpose purpose_in(const Query& query, int column) {
  const auto purpose = purpose_stored_as(query.text(column));
  if (!purpose) throw SQLite::Exception{"an unknown purpose", SQLITE_CORRUPT};
  return *purpose;
}

std::vector<Consent> consents_of(Connection& connection, const SubjectId& id) {
  static const std::string sql = std::string{consent_columns} + "s.id = ? ORDER BY c.issued, c.number";
  std::vector<Consent> consents;
  Query query = connection.query(sql.c_str(), id.value);
  while (query.next()) consents.push_back(consent_in(connection, query));
  return consents;
}

std::optional<Watchlist> latest_watchlist(Connection& connection, const WatchlistId& id) {
  static const std::string sql = std::string{watchlist_columns} + " ORDER BY version DESC LIMIT 1";
  Query query = connection.query(sql.c_str(), id.value);
  if (!query.next()) return std::nullopt;
  Watchlist list = watchlist_in(connection, query);
  const auto compared = connection.maybe_number("SELECT compared FROM watchlist_counters WHERE id = ?", id.value);
  if (compared) list.compared = static_cast<std::uint64_t>(*compared);
  return list;
}

Result<std::optional<Subject>> Database::subject(const SubjectId& id) {
  return state_->read("reading subject " + id.value, [&](Connection& reader) -> Result<std::optional<Subject>> {
    Query query = reader.query("SELECT id, name, created FROM subjects WHERE id = ?", id.value);
    if (!query.next()) return std::nullopt;
    return subject_in(query);
  });
}

Result<std::vector<Consent>> Database::consents(const SubjectId& id) {
  return state_->read("reading the consents of " + id.value, [&](Connection& reader) -> Result<std::vector<Consent>> {
    const Reading one_state{reader};
    return consents_of(reader, id);
  });
}

Result<std::optional<Consent>> Database::consent(const ConsentId& id) {
  return state_->read("reading consent " + id.value, [&](Connection& reader) -> Result<std::optional<Consent>> {
    static const std::string sql = std::string{consent_columns} + "c.id = ?";
    const Reading one_state{reader};
    Query query = reader.query(sql.c_str(), id.value);
    if (!query.next()) return std::nullopt;
    return consent_in(reader, query);
  });
}

Result<std::optional<Gallery>> Database::gallery(const GalleryName& name) {
  return state_->read("reading gallery " + name.value, [&](Connection& reader) -> Result<std::optional<Gallery>> {
    const Reading one_state{reader};
    return gallery_named(reader, name);
  });
}

Result<std::optional<Zone>> Database::zone(const ZoneName& name) {
  return state_->read("reading zone " + name.value, [&](Connection& reader) -> Result<std::optional<Zone>> {
    const Reading one_state{reader};
    return zone_named(reader, name);
  });
}

Result<std::optional<Watchlist>> Database::watchlist(const WatchlistId& id) {
  return state_->read("reading watchlist " + id.value, [&](Connection& reader) -> Result<std::optional<Watchlist>> {
    const Reading one_state{reader};
    return latest_watchlist(reader, id);
  });
}

Result<std::uint64_t> Database::enrolled(const GalleryName& name) {
  return state_->read("counting who is in gallery " + name.value, [&](Connection& reader) -> Result<std::uint64_t> {
    return static_cast<std::uint64_t>(
        reader.number("SELECT count(DISTINCT t.subject) FROM templates t JOIN galleries g ON g.number = t.gallery"
                      " WHERE g.name = ?",
                      name.value));
  });
}

Result<bool> Database::is_enrolled(const SubjectId& id, const GalleryName& name) {
  return state_->read("looking for " + id.value + " in gallery " + name.value, [&](Connection& reader) -> Result<bool> {
    return reader.number(
               "SELECT EXISTS (SELECT 1 FROM templates WHERE gallery = (SELECT number FROM galleries WHERE name = ?)"
               " AND subject = (SELECT number FROM subjects WHERE id = ?))",
               name.value, id.value) != 0;
  });
}

Result<std::optional<Timestamp>> Database::last_used(const SubjectId& id, Purpose purpose) {
  const std::string doing = "reading when " + id.value + " was last recognised";
  return state_->read(doing, [&](Connection& reader) -> Result<std::optional<Timestamp>> {
    Query query = reader.query(
        "SELECT max(max(t.enrolled, coalesce(m.at, t.enrolled))) FROM templates t"
        " JOIN subjects s ON s.number = t.subject JOIN galleries g ON g.number = t.gallery"
        " LEFT JOIN last_matches m ON m.subject = t.subject AND m.gallery = t.gallery"
        " WHERE s.id = ? AND g.purpose = ?",
        id.value, stored(purpose));
    if (!query.next()) return std::nullopt;
    return query.maybe_time(0);
  });
}

Result<std::vector<Subject>> Database::subjects() {
  return state_->read("listing subjects", [&](Connection& reader) -> Result<std::vector<Subject>> {
    std::vector<Subject> all;
    Query query = reader.query("SELECT id, name, created FROM subjects ORDER BY number");
    while (query.next()) all.push_back(subject_in(query));
    return all;
  });
}

Result<Subject> Database::find_subject(const std::string& id_or_name) {
  const std::string doing = "looking for person " + id_or_name;
  return state_->read(doing, [&](Connection& reader) -> Result<Subject> {
    Query by_id = reader.query("SELECT id, name, created FROM subjects WHERE id = ?", id_or_name);
    if (by_id.next()) return subject_in(by_id);
    Query by_name = reader.query("SELECT id, name, created FROM subjects WHERE name = ? LIMIT 2", id_or_name);
    if (!by_name.next()) {
      return fail(ErrorKind::not_found, doing, "nobody has that id or name", "look at `regard person list`");
    }
    Subject subject = subject_in(by_name);
    if (by_name.next()) {
      return fail(ErrorKind::invalid_input, doing, "several people have that name",
                  "give the id instead, from `regard person list`");
    }
    return subject;
  });
}

Result<std::vector<Gallery>> Database::galleries() {
  return state_->read("listing galleries", [&](Connection& reader) -> Result<std::vector<Gallery>> {
    const Reading one_state{reader};
    std::vector<Gallery> all;
    for (const std::string& name : texts(reader.query("SELECT name FROM galleries ORDER BY name"))) {
      all.push_back(gallery_named(reader, {name}).value());
    }
    return all;
  });
}

Result<std::vector<Zone>> Database::zones() {
  return state_->read("listing zones", [&](Connection& reader) -> Result<std::vector<Zone>> {
    const Reading one_state{reader};
    std::vector<Zone> all;
    for (const std::string& name : texts(reader.query("SELECT name FROM zones ORDER BY name"))) {
      all.push_back(zone_named(reader, {name}).value());
    }
    return all;
  });
}

Result<std::vector<Watchlist>> Database::watchlists() {
  return state_->read("listing watchlists", [&](Connection& reader) -> Result<std::vector<Watchlist>> {
    const Reading one_state{reader};
    std::vector<Watchlist> all;
    for (const std::string& id : texts(reader.query("SELECT DISTINCT id FROM watchlists ORDER BY id"))) {
      all.push_back(latest_watchlist(reader, {id}).value());
    }
    return all;
  });
}

Result<std::vector<Watchlist>> Database::watchlist_versions(const WatchlistId& id) {
  const std::string doing = "reading the versions of watchlist " + id.value;
  return state_->read(doing, [&](Connection& reader) -> Result<std::vector<Watchlist>> {
    static const std::string sql = std::string{watchlist_columns} + " ORDER BY version";
    const Reading one_state{reader};
    std::vector<Watchlist> all;
    Query query = reader.query(sql.c_str(), id.value);
    while (query.next()) all.push_back(watchlist_in(reader, query));
    return all;
  });
}

Result<std::vector<SubjectId>> Database::expired(Timestamp now) {
  return state_->read("looking for what has expired", [&](Connection& reader) -> Result<std::vector<SubjectId>> {
    // Of several consents to one purpose, the longest retention counts; whether it does is for the rules to judge.
    Query query = reader.query(
        "SELECT s.id FROM subjects s WHERE EXISTS ("
        "  SELECT 1 FROM consents c WHERE c.subject = s.number AND c.expires <= ?1 AND c.withdrawn IS NULL"
        "  AND c.purged IS NULL)"
        " OR EXISTS ("
        "  SELECT 1 FROM templates t JOIN galleries g ON g.number = t.gallery"
        "  LEFT JOIN last_matches m ON m.subject = t.subject AND m.gallery = t.gallery"
        "  WHERE t.subject = s.number AND g.purpose <> 'watchlist'"
        "  AND max(t.enrolled, coalesce(m.at, t.enrolled)) + coalesce("
        "    (SELECT max(c.retention) FROM consents c JOIN consent_purposes p ON p.consent = c.number"
        "     WHERE c.subject = s.number AND p.purpose = g.purpose AND c.withdrawn IS NULL AND c.expires > ?1),"
        "    -9000000000000000000) <= ?1)"
        " ORDER BY s.number",
        now);
    std::vector<SubjectId> all;
    while (query.next()) all.push_back({query.text(0)});
    return all;
  });
}

}  // namespace regard::store
