// Secrets of galleries, and galleries on their way to other networks: gallery::Rows.
#include "store/io/state.h"

namespace regard::store {

using consent::GalleryName;
using crypto::Bytes;
using gallery::GallerySecret;
using gallery::RenewableRow;
using gallery::SealedTemplate;

tl::unexpected<Error> no_gallery(const std::string& doing) {
  return fail(ErrorKind::not_found, doing, "there is no such gallery", "look at `regard gallery list`");
}

void update_secret(Connection& writer, std::int64_t gallery, const GallerySecret& secret) {
  writer.run("UPDATE gallery_secrets SET sealed_seed = ?2, version = ?3, threshold = ?4 WHERE gallery = ?1", gallery,
             secret.sealed_seed, secret.version.value, secret.threshold);
}

std::optional<GallerySecret> secret_of(Connection& connection, const GalleryName& name) {
  Query query = connection.query(
      "SELECT sealed_seed, version, threshold FROM gallery_secrets"
      " WHERE gallery = (SELECT number FROM galleries WHERE name = ?)",
      name.value);
  if (!query.next()) return std::nullopt;
  return GallerySecret{query.bytes(0), {query.text(1)}, static_cast<float>(query.real(2))};
}

Result<void> see_that_it_is(Connection& writer, const GalleryName& name, const GallerySecret& read,
                            const std::string& doing) {
  if (secret_of(writer, name) == read) return {};
  return fail(ErrorKind::unavailable, doing, "its secret was changed meanwhile", "try again");
}

Result<std::optional<GallerySecret>> Database::secret(const GalleryName& gallery) {
  const std::string doing = "reading the secret of gallery " + gallery.value;
  return state_->read(
      doing, [&](Connection& reader) -> Result<std::optional<GallerySecret>> { return secret_of(reader, gallery); });
}

Result<void> Database::create_secret(const GalleryName& gallery, const GallerySecret& secret) {
  const std::string doing = "giving gallery " + gallery.value + " its secret";
  return state_->write(doing, [&](Connection& writer) -> Result<void> {
    Writing writing{writer};
    const auto number = number_of(writer, gallery);
    if (!number) return no_gallery(doing);
    if (secret_of(writer, gallery)) {
      return fail(ErrorKind::invalid_input, doing, "it has one", "choose another name for a new gallery");
    }
    writer.run("INSERT INTO gallery_secrets (gallery, sealed_seed, version, threshold) VALUES (?, ?, ?, ?)", *number,
               secret.sealed_seed, secret.version.value, secret.threshold);
    static_cast<void>(next_revision(writer));
    writing.commit();
    return {};
  });
}

Result<void> Database::change_secret(const GalleryName& gallery, const GallerySecret& read,
                                     const GallerySecret& secret) {
  CHECK(read.sealed_seed == secret.sealed_seed);
  const std::string doing = "changing the secret of gallery " + gallery.value;
  return state_->write(doing, [&](Connection& writer) -> Result<void> {
    Writing writing{writer};
    const auto number = number_of(writer, gallery);
    if (!number) return no_gallery(doing);
    if (auto same = see_that_it_is(writer, gallery, read, doing); !same) return same;
    update_secret(writer, *number, secret);
    static_cast<void>(next_revision(writer));
    writing.commit();
    return {};
  });
}

Result<std::vector<GalleryName>> Database::with_secret() {
  return state_->read("listing galleries", [&](Connection& reader) -> Result<std::vector<GalleryName>> {
    std::vector<GalleryName> names;
    Query query =
        reader.query("SELECT g.name FROM galleries g JOIN gallery_secrets s ON s.gallery = g.number ORDER BY g.name");
    while (query.next()) names.push_back({query.text(0)});
    return names;
  });
}

namespace {

/// The secret of a move that is under way.
std::optional<GallerySecret> renewal_of(Connection& connection, const GalleryName& name) {
  Query query = connection.query(
      "SELECT sealed_seed, version FROM renewals WHERE gallery = (SELECT number FROM galleries WHERE name = ?)",
      name.value);
  if (!query.next()) return std::nullopt;
  return GallerySecret{query.bytes(0), {query.text(1)}, 0};
}

/// What a move that was given up leaves: templates by networks that are not used, and their gallery's secret.
void trace_renewal(Connection& writer, std::int64_t gallery, Traces& traces) {
  Query rows = writer.query(
      "SELECT sealed FROM renewed_templates WHERE row IN (SELECT row FROM templates WHERE gallery = ?)"
      " UNION ALL SELECT sealed_seed FROM renewals WHERE gallery = ?1",
      gallery);
  while (rows.next()) traces.add_random(rows.bytes(0));
}

void forget_renewal(Connection& writer, std::int64_t gallery) {
  writer.run("DELETE FROM renewed_templates WHERE row IN (SELECT row FROM templates WHERE gallery = ?)", gallery);
  writer.run("DELETE FROM renewals WHERE gallery = ?", gallery);
}

tl::unexpected<Error> another_move(const std::string& doing) {
  return fail(ErrorKind::unavailable, doing, "another move was begun or finished meanwhile", "begin again");
}

/// Every row's new bytes in the place of its old ones, which `traces` get.
std::uint64_t take_renewed(Connection& writer, std::int64_t gallery, const GallerySecret& renewed, Traces& traces) {
  {
    Query old = writer.query("SELECT sealed FROM templates WHERE gallery = ?", gallery);
    while (old.next()) traces.add_random(old.bytes(0));
  }
  const int count = writer.run(
      "UPDATE templates SET version = ?, revision = ?,"
      " sealed = (SELECT r.sealed FROM renewed_templates r WHERE r.row = templates.row) WHERE gallery = ?",
      renewed.version.value, next_revision(writer), gallery);
  update_secret(writer, gallery, renewed);
  forget_renewal(writer, gallery);
  return static_cast<std::uint64_t>(count);
}

}  // namespace

Result<std::optional<GallerySecret>> Database::renewal(const GalleryName& gallery) {
  const std::string doing = "reading how far gallery " + gallery.value + " was moved";
  return state_->read(
      doing, [&](Connection& reader) -> Result<std::optional<GallerySecret>> { return renewal_of(reader, gallery); });
}

Result<void> Database::begin_renewal(const GalleryName& gallery, const GallerySecret& secret) {
  const std::string doing = "beginning to move gallery " + gallery.value;
  return write_and_scrub(*state_, doing, [&](Connection& writer, Traces& traces) -> Result<void> {
    const auto number = number_of(writer, gallery);
    if (!number) return no_gallery(doing);
    trace_renewal(writer, *number, traces);
    forget_renewal(writer, *number);
    writer.run("INSERT INTO renewals (gallery, sealed_seed, version) VALUES (?, ?, ?)", *number, secret.sealed_seed,
               secret.version.value);
    return {};
  });
}

Result<std::vector<RenewableRow>> Database::renewable(const GalleryName& gallery) {
  const std::string doing = "reading how far gallery " + gallery.value + " was moved";
  return state_->read(doing, [&](Connection& reader) -> Result<std::vector<RenewableRow>> {
    std::vector<RenewableRow> all;
    Query query = reader.query(
        "SELECT t.row, s.id, i.row IS NOT NULL, r.row IS NOT NULL FROM templates t"
        " JOIN subjects s ON s.number = t.subject LEFT JOIN template_images i ON i.row = t.row"
        " LEFT JOIN renewed_templates r ON r.row = t.row"
        " WHERE t.gallery = (SELECT number FROM galleries WHERE name = ?) ORDER BY t.row",
        gallery.value);
    while (query.next()) {
      all.push_back({query.count(0), {query.text(1)}, query.number(2) != 0, query.number(3) != 0});
    }
    return all;
  });
}

Result<void> Database::add_renewed(const GalleryName& gallery, const Bytes& sealed_seed,
                                   std::span<const SealedTemplate> rows) {
  const std::string doing = "keeping new templates of gallery " + gallery.value;
  return state_->write(doing, [&](Connection& writer) -> Result<void> {
    Writing writing{writer};
    const auto number = number_of(writer, gallery);
    if (!number) return no_gallery(doing);
    const auto renewal = renewal_of(writer, gallery);
    if (!renewal || renewal->sealed_seed != sealed_seed) return another_move(doing);
    for (const SealedTemplate& row : rows) {
      const bool there =
          writer.number("SELECT EXISTS (SELECT 1 FROM templates WHERE row = ? AND gallery = ?)", row.row, *number) != 0;
      if (!there) return fail(ErrorKind::unavailable, doing, "somebody was erased meanwhile", "try again");
      // What is there already is as good: made of the same picture by the same networks.
      writer.run("INSERT OR IGNORE INTO renewed_templates (row, sealed) VALUES (?, ?)", row.row, row.sealed);
    }
    writing.commit();
    return {};
  });
}

Result<std::uint64_t> Database::finish_renewal(const GalleryName& gallery, const GallerySecret& read,
                                               const Bytes& sealed_seed) {
  const std::string doing = "moving gallery " + gallery.value;
  return write_and_scrub(*state_, doing, [&](Connection& writer, Traces& traces) -> Result<std::uint64_t> {
    const auto number = number_of(writer, gallery);
    if (!number) return no_gallery(doing);
    if (auto same = see_that_it_is(writer, gallery, read, doing); !same) return pass_on(std::move(same));
    const auto renewal = renewal_of(writer, gallery);
    if (!renewal || renewal->sealed_seed != sealed_seed) return another_move(doing);
    const std::int64_t missing = writer.number(
        "SELECT count(*) FROM templates WHERE gallery = ? AND row NOT IN (SELECT row FROM renewed_templates)", *number);
    if (missing != 0) {
      return fail(ErrorKind::unavailable, doing, std::to_string(missing) + " templates were not made anew",
                  "renew everybody first; erase those whose pictures were not kept, and enrol them again");
    }
    traces.add_random(read.sealed_seed);
    return take_renewed(writer, *number, *renewal, traces);
  });
}

}  // namespace regard::store
