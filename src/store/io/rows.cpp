// Sealed templates: gallery::Rows.
#include <map>

#include "store/io/state.h"
#include "store/logic/stored_words.h"
#include "store/logic/window.h"

namespace regard::store {

using consent::GalleryName;
using consent::Purpose;
using consent::SubjectId;
using consent::Watchlist;
using consent::WatchlistId;
using crypto::Bytes;
using gallery::Confusion;
using gallery::GallerySecret;
using gallery::RowChanges;
using gallery::SealedTemplate;
using gallery::SearchableRow;

namespace {

struct KnownGallery {
  std::int64_t number = 0;
  Purpose purpose{};
  std::optional<WatchlistId> watchlist;
  std::uint64_t cap = 0;
};

std::optional<KnownGallery> find(Connection& connection, const GalleryName& name) {
  Query query = connection.query("SELECT number, purpose, watchlist, cap FROM galleries WHERE name = ?", name.value);
  if (!query.next()) return std::nullopt;
  KnownGallery gallery{query.number(0), purpose_in(query, 1), std::nullopt, query.count(3)};
  if (!query.empty(2)) gallery.watchlist = WatchlistId{query.text(2)};
  return gallery;
}

/// When a subject may be searched for in a gallery of people who consented.
Window consented(Connection& connection, std::int64_t subject, Purpose purpose, Timestamp now) {
  std::vector<Window> windows;
  Query query = connection.query(
      "SELECT c.starts, c.expires FROM consents c JOIN consent_purposes p ON p.consent = c.number"
      " WHERE c.subject = ? AND p.purpose = ? AND c.withdrawn IS NULL",
      subject, stored(purpose));
  while (query.next()) windows.push_back({query.time(0), query.time(1)});
  return cover(std::move(windows), now);
}

/// Whether there is a place for the subject in the gallery. The gate counted too, but other processes have a gate of
/// their own.
Result<void> has_place(Connection& writer, std::int64_t subject, const KnownGallery& gallery,
                       const std::string& doing) {
  const bool enrolled = writer.number("SELECT EXISTS (SELECT 1 FROM templates WHERE gallery = ? AND subject = ?)",
                                      gallery.number, subject) != 0;
  if (enrolled) return {};
  std::uint64_t cap = gallery.cap;
  if (gallery.watchlist) {
    const std::optional<Watchlist> list = latest_watchlist(writer, *gallery.watchlist);
    cap = std::min({cap, list ? list->cap : 0, consent::largest_watchlist});
  }
  const std::int64_t people =
      writer.number("SELECT count(DISTINCT subject) FROM templates WHERE gallery = ?", gallery.number);
  if (static_cast<std::uint64_t>(people) < cap) return {};
  return fail(ErrorKind::denied, doing, "the gallery's cap is reached",
              "erase people who left, or use another gallery");
}

/// Whether rows may be added at the time of their enrolment. Fails closed.
Result<void> may_add(Connection& writer, std::int64_t subject, const KnownGallery& gallery, const SealedTemplate& row,
                     const std::string& doing) {
  const auto denied = [&](const std::string& cause, const std::string& remedy) {
    return fail(ErrorKind::denied, doing, cause, remedy);
  };
  if (writer.number("SELECT EXISTS (SELECT 1 FROM erasures_pending WHERE subject = ?)", row.subject.value) != 0) {
    return denied("the subject is about to be erased", "let the erasure finish");
  }
  if (gallery.watchlist) {
    const std::optional<Watchlist> list = latest_watchlist(writer, *gallery.watchlist);
    if (list && !list->closed && list->until > row.enrolled) return {};
    return denied("the watchlist has ended", "renew it or propose a new one");
  }
  Query query = writer.query(
      "SELECT 1 FROM consents c JOIN consent_purposes p ON p.consent = c.number WHERE c.subject = ? AND p.purpose = ?"
      " AND c.withdrawn IS NULL AND c.starts <= ?3 AND c.expires > ?3",
      subject, stored(gallery.purpose), row.enrolled);
  if (query.next()) return {};
  return denied("no consent of the subject covers the gallery's purpose", "ask for consent first");
}

/// Keeps the subject's key, or sees that it is the one that is kept already.
Result<void> keep_key(Connection& writer, std::int64_t subject, const Bytes& wrapped, const std::string& doing) {
  Query query = writer.query("SELECT wrapped FROM subject_keys WHERE subject = ?", subject);
  if (!query.next()) {
    writer.run("INSERT INTO subject_keys (subject, wrapped) VALUES (?, ?)", subject, wrapped);
    return {};
  }
  if (query.bytes(0) == wrapped) return {};
  return fail(ErrorKind::unavailable, doing, "the subject got another key meanwhile", "try again");
}

Result<void> see_that_it_fits(const SubjectId& subject, const GalleryName& gallery, const GallerySecret& secret,
                              const SealedTemplate& row, const std::string& doing) {
  if (row.subject != subject || row.gallery != gallery) {
    return fail(ErrorKind::invalid_input, doing, "the rows are of several subjects or galleries",
                "add them one by one");
  }
  if (secret.version != row.version) {
    return fail(ErrorKind::invalid_input, doing,
                "the gallery holds templates of " + secret.version.value + ", not of " + row.version.value,
                "run `regard gallery migrate`, or use the networks that it was made with");
  }
  return {};
}

void insert(Connection& writer, std::int64_t subject, std::int64_t gallery, const SealedTemplate& row,
            std::uint64_t revision) {
  writer.run(
      "INSERT INTO templates (subject, gallery, version, entry, enrolled, revision, sealed) VALUES (?,?,?,?,?,?,?)",
      subject, gallery, row.version.value, row.entry.value, row.enrolled, revision, row.sealed);
  if (row.sealed_image.empty()) return;
  writer.run("INSERT INTO template_images (row, sealed) VALUES (last_insert_rowid(), ?)", row.sealed_image);
}

constexpr const char* row_columns =
    "SELECT t.row, s.id, t.version, t.entry, t.enrolled, t.sealed, g.name, i.sealed FROM templates t"
    " JOIN subjects s ON s.number = t.subject JOIN galleries g ON g.number = t.gallery"
    " LEFT JOIN template_images i ON i.row = t.row WHERE s.id = ?";

enum class Sealed { left_out, included };

SealedTemplate row_in(const Query& query, Sealed sealed) {
  SealedTemplate row;
  row.row = query.count(0);
  row.subject.value = query.text(1);
  row.version.value = query.text(2);
  row.entry.value = query.count(3);
  row.enrolled = query.time(4);
  row.gallery.value = query.text(6);
  if (sealed == Sealed::left_out) return row;
  row.sealed = query.bytes(5);
  row.sealed_image = query.bytes(7);
  return row;
}

/// Rows that were put after `revision`.
std::vector<SearchableRow> rows_after(Connection& reader, const GalleryName& name, const KnownGallery& gallery,
                                      std::uint64_t revision, Timestamp now) {
  std::optional<Window> of_list;
  if (gallery.watchlist) {
    const std::optional<Watchlist> list = latest_watchlist(reader, *gallery.watchlist);
    of_list = list ? window_of(*list) : Window{};
  }
  std::map<std::int64_t, Window> windows;
  std::vector<SearchableRow> rows;
  Query query = reader.query(
      "SELECT t.row, s.id, t.version, t.entry, t.enrolled, t.sealed, k.wrapped, coalesce(o.lowered, 0), t.subject"
      " FROM templates t JOIN subjects s ON s.number = t.subject JOIN subject_keys k ON k.subject = t.subject"
      " LEFT JOIN offsets o ON o.subject = t.subject AND o.gallery = t.gallery"
      " WHERE t.gallery = ? AND t.revision > ?",
      gallery.number, revision);
  while (query.next()) {
    SearchableRow row;
    row.sealed.row = query.count(0);
    row.sealed.subject.value = query.text(1);
    row.sealed.gallery = name;
    row.sealed.version.value = query.text(2);
    row.sealed.entry.value = query.count(3);
    row.sealed.enrolled = query.time(4);
    row.sealed.sealed = query.bytes(5);
    row.wrapped_key = query.bytes(6);
    row.offset = static_cast<float>(query.real(7));
    const std::int64_t subject = query.number(8);
    auto window = windows.find(subject);
    if (window == windows.end()) {
      window = windows.emplace(subject, of_list ? *of_list : consented(reader, subject, gallery.purpose, now)).first;
    }
    row.from = window->second.from;
    row.until = window->second.until;
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Sees that a new secret comes with all rows of the gallery: others could not be read any more.
Result<void> see_that_it_is_all(Connection& writer, std::int64_t gallery, std::size_t rows, const std::string& doing) {
  const std::int64_t there = writer.number("SELECT count(*) FROM templates WHERE gallery = ?", gallery);
  if (static_cast<std::uint64_t>(there) == rows) return {};
  return fail(ErrorKind::unavailable, doing, "somebody was enrolled or erased meanwhile", "try again");
}

Result<void> replace_one(Connection& writer, std::int64_t gallery, const SealedTemplate& row, std::uint64_t revision,
                         Traces& traces, const std::string& doing) {
  {
    Query query = writer.query(
        "SELECT t.sealed, i.sealed FROM templates t LEFT JOIN template_images i ON i.row = t.row"
        " WHERE t.row = ? AND t.gallery = ?",
        row.row, gallery);
    if (!query.next()) {
      return fail(ErrorKind::unavailable, doing, "somebody was erased meanwhile", "try again");
    }
    traces.add_random(query.bytes(0));
    if (!row.sealed_image.empty()) traces.add_random(query.bytes(1));
  }
  writer.run("UPDATE templates SET sealed = ?, version = ?, revision = ? WHERE row = ?", row.sealed, row.version.value,
             revision, row.row);
  if (row.sealed_image.empty()) return {};
  writer.run("INSERT OR REPLACE INTO template_images (row, sealed) VALUES (?, ?)", row.row, row.sealed_image);
  return {};
}

}  // namespace

Result<std::optional<Bytes>> Database::wrapped_key(const SubjectId& subject) {
  const std::string doing = "reading the key of " + subject.value;
  return state_->read(doing, [&](Connection& reader) -> Result<std::optional<Bytes>> {
    Query query = reader.query(
        "SELECT k.wrapped FROM subject_keys k JOIN subjects s ON s.number = k.subject WHERE s.id = ?", subject.value);
    if (!query.next()) return std::nullopt;
    return query.bytes(0);
  });
}

Result<void> Database::add(const SubjectId& subject, const Bytes& wrapped_key, const Bytes& sealed_seed,
                           std::span<const SealedTemplate> rows) {
  const std::string doing = "enrolling " + subject.value;
  if (rows.empty()) return {};
  return state_->write(doing, [&](Connection& writer) -> Result<void> {
    Writing writing{writer};
    const GalleryName& name = rows.front().gallery;
    const auto number = number_of(writer, subject);
    if (!number) return fail(ErrorKind::denied, doing, "there is no such subject (any more)", "add the person first");
    const auto gallery = find(writer, name);
    if (!gallery) return no_gallery(doing);
    const std::optional<GallerySecret> secret = secret_of(writer, name);
    if (!secret) return fail(ErrorKind::not_found, doing, "the gallery has no secret", "create it again");
    if (secret->sealed_seed != sealed_seed)
      return fail(ErrorKind::unavailable, doing, "the gallery got another secret meanwhile", "try again");
    if (auto kept = keep_key(writer, *number, wrapped_key, doing); !kept) return kept;
    if (auto place = has_place(writer, *number, *gallery, doing); !place) return place;
    const std::uint64_t revision = next_revision(writer);
    for (const SealedTemplate& row : rows) {
      if (auto fits = see_that_it_fits(subject, name, *secret, row, doing); !fits) return fits;
      if (auto may = may_add(writer, *number, *gallery, row, doing); !may) return may;
      insert(writer, *number, gallery->number, row, revision);
    }
    writing.commit();
    return {};
  });
}

Result<void> Database::replace(const GalleryName& gallery, const GallerySecret& read, const GallerySecret& secret,
                               std::span<const SealedTemplate> rows) {
  const std::string doing = "renewing gallery " + gallery.value;
  return write_and_scrub(*state_, doing, [&](Connection& writer, Traces& traces) -> Result<void> {
    const auto number = number_of(writer, gallery);
    if (!number) return no_gallery(doing);
    if (auto same = see_that_it_is(writer, gallery, read, doing); !same) return same;
    if (auto all = see_that_it_is_all(writer, *number, rows.size(), doing); !all) return all;
    if (read.sealed_seed != secret.sealed_seed) traces.add_random(read.sealed_seed);
    const std::uint64_t revision = next_revision(writer);
    for (const SealedTemplate& row : rows) {
      auto replaced = replace_one(writer, *number, row, revision, traces, doing);
      if (!replaced) return replaced;
    }
    update_secret(writer, *number, secret);
    return {};
  });
}

Result<RowChanges> Database::changes(const GalleryName& gallery, std::uint64_t revision) {
  const std::string doing = "reading the changes of gallery " + gallery.value;
  return state_->read(doing, [&](Connection& reader) -> Result<RowChanges> {
    if (reader.number("PRAGMA data_version") == state_->known_version && revision == state_->known_revision) {
      return RowChanges{revision, {}, {}};
    }
    const Reading one_state{reader};
    RowChanges changes;
    changes.revision = static_cast<std::uint64_t>(reader.number("SELECT value FROM revision"));
    state_->known_version = reader.number("PRAGMA data_version");
    state_->known_revision = changes.revision;
    if (changes.revision == revision) return changes;
    const auto known = find(reader, gallery);
    if (!known) return changes;
    changes.put = rows_after(reader, gallery, *known, revision, state_->clock->now());
    if (revision == 0) return changes;  // whoever holds nothing needs no removals
    Query removed = reader.query("SELECT row FROM template_removals WHERE gallery = ? AND revision > ? ORDER BY row",
                                 known->number, revision);
    while (removed.next()) changes.removed.push_back(removed.count(0));
    return changes;
  });
}

Result<std::vector<Confusion>> Database::confusions(const GalleryName& gallery) {
  const std::string doing = "reading the confusions of gallery " + gallery.value;
  return state_->read(doing, [&](Connection& reader) -> Result<std::vector<Confusion>> {
    std::vector<Confusion> all;
    Query query = reader.query(
        "SELECT a.id, b.id, c.lowered FROM confusions c JOIN subjects a ON a.number = c.claimed"
        " JOIN subjects b ON b.number = c.truly JOIN galleries g ON g.number = c.gallery WHERE g.name = ?"
        " ORDER BY a.id, b.id",
        gallery.value);
    while (query.next()) all.push_back({{query.text(0)}, {query.text(1)}, static_cast<float>(query.real(2))});
    return all;
  });
}

Result<void> Database::put_confusion(const GalleryName& gallery, const Confusion& confusion) {
  const std::string doing = "telling " + confusion.claimed.value + " from " + confusion.truly.value;
  return state_->write(doing, [&](Connection& writer) -> Result<void> {
    Writing writing{writer};
    const auto number = number_of(writer, gallery);
    if (!number) return no_gallery(doing);
    const auto claimed = number_of(writer, confusion.claimed);
    const auto truly = number_of(writer, confusion.truly);
    if (!claimed || !truly) {
      return fail(ErrorKind::not_found, doing, "one of them is not there", "look at `regard person list`");
    }
    writer.run("INSERT OR REPLACE INTO confusions (gallery, claimed, truly, lowered) VALUES (?, ?, ?, ?)", *number,
               *claimed, *truly, confusion.offset);
    static_cast<void>(next_revision(writer));
    writing.commit();
    return {};
  });
}

Result<void> Database::put_offset(const GalleryName& gallery, const SubjectId& subject, float offset) {
  const std::string doing = "lowering the scores of " + subject.value;
  return state_->write(doing, [&](Connection& writer) -> Result<void> {
    Writing writing{writer};
    const auto number = number_of(writer, gallery);
    if (!number) return no_gallery(doing);
    const auto person = number_of(writer, subject);
    if (!person) return fail(ErrorKind::not_found, doing, "there is no such subject", "look at `regard person list`");
    writer.run("INSERT OR REPLACE INTO offsets (subject, gallery, lowered) VALUES (?, ?, ?)", *person, *number, offset);
    writer.run("UPDATE templates SET revision = ? WHERE gallery = ? AND subject = ?", next_revision(writer), *number,
               *person);
    writing.commit();
    return {};
  });
}

Result<std::vector<SealedTemplate>> Database::held(const SubjectId& id) {
  return state_->read("reading what is held on " + id.value, [&](Connection& reader) {
    static const std::string sql = std::string{row_columns} + " ORDER BY t.row";
    std::vector<SealedTemplate> all;
    Query query = reader.query(sql.c_str(), id.value);
    while (query.next()) all.push_back(row_in(query, Sealed::left_out));
    return Result<std::vector<SealedTemplate>>{std::move(all)};
  });
}

Result<std::optional<SealedTemplate>> Database::row(const GalleryName& gallery, std::uint64_t number) {
  return state_->read("reading a row of gallery " + gallery.value, [&](Connection& reader) {
    Query query = reader.query(
        "SELECT t.row, s.id, t.version, t.entry, t.enrolled, t.sealed, g.name, NULL FROM templates t"
        " JOIN subjects s ON s.number = t.subject JOIN galleries g ON g.number = t.gallery"
        " WHERE t.row = ? AND g.name = ?",
        number, gallery.value);
    std::optional<SealedTemplate> found;
    if (query.next()) found = row_in(query, Sealed::included);
    return Result<std::optional<SealedTemplate>>{std::move(found)};
  });
}

Result<std::vector<SealedTemplate>> Database::rows(const GalleryName& gallery, const SubjectId& id) {
  return state_->read("reading the rows of " + id.value, [&](Connection& reader) {
    static const std::string sql = std::string{row_columns} + " AND g.name = ? ORDER BY t.row";
    std::vector<SealedTemplate> all;
    Query query = reader.query(sql.c_str(), id.value, gallery.value);
    while (query.next()) all.push_back(row_in(query, Sealed::included));
    return Result<std::vector<SealedTemplate>>{std::move(all)};
  });
}

Result<void> Database::touch(const SubjectId& id, const GalleryName& gallery, Timestamp at) {
  const std::string doing = "keeping when " + id.value + " was last recognised";
  return state_->write(doing, [&](Connection& writer) -> Result<void> {
    // Retention is counted in days: a match within a minute of the last one is not worth a write to the disk.
    constexpr Duration worth_a_write = std::chrono::minutes{1};
    const auto last = writer.maybe_number(
        "SELECT at FROM last_matches WHERE subject = (SELECT number FROM subjects WHERE id = ?)"
        " AND gallery = (SELECT number FROM galleries WHERE name = ?)",
        id.value, gallery.value);
    if (last && at < Timestamp{Duration{*last}} + worth_a_write) return {};
    writer.run(
        "INSERT OR REPLACE INTO last_matches (subject, gallery, at)"
        " SELECT s.number, g.number, ?3 FROM subjects s, galleries g WHERE s.id = ?1 AND g.name = ?2",
        id.value, gallery.value, at);
    return {};
  });
}

}  // namespace regard::store
