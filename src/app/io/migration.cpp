#include "app/migration.h"

#include "app/people.h"
#include "image/image.h"

namespace regard::app {
namespace {

/// Makes new templates of the kept pictures of one person. Errors: denied (no consent now), and those of the picture.
Result<void> renew(DataFolder& data, const PictureNetworks& networks, const consent::Actor& actor,
                   const consent::GalleryName& gallery, const consent::SubjectId& person) {
  auto release = data.gate().release({actor, person});
  if (!release) return pass_on(std::move(release));
  auto images = data.vault().images(std::move(*release), gallery);
  if (!images) return pass_on(std::move(images));
  std::vector<FacePicture> faces;
  for (const crypto::SecretBytes& image : *images) {
    const std::string name = "a kept picture of " + person.value;
    auto pixels = image::decode(image.bytes(), name);
    if (!pixels) return pass_on(std::move(pixels));
    auto face = only_face(networks, capture::make_picture(std::move(*pixels)), name, embed::Strictness::probe);
    if (!face) return pass_on(std::move(face));
    faces.push_back(std::move(*face));
  }
  // Asked for when it is used at once: it lives for seconds.
  auto permit = data.gate().enrol({actor, person, gallery});
  if (!permit) return pass_on(std::move(permit));
  std::vector<embed::Template> templates;
  for (const FacePicture& face : faces) {
    auto made = networks.embedder.embed(*face.picture, *face.face.points, *permit);
    if (!made) return pass_on(std::move(made));
    templates.push_back(std::move(*made));
  }
  return data.vault().renew(std::move(*permit), std::move(templates));
}

/// What concerns one person only; anything else ends the move for now.
bool is_about_the_person(ErrorKind kind) {
  return kind == ErrorKind::denied || kind == ErrorKind::invalid_input || kind == ErrorKind::limit;
}

}  // namespace

Result<MigrationReport> migrate(DataFolder& data, const PictureNetworks& networks, const consent::Actor& actor,
                                const consent::GalleryName& gallery) {
  const embed::TemplateVersion& to = networks.embedder.version();
  auto found = data.vault().migration(gallery, to);
  if (!found) return pass_on(std::move(found));
  MigrationReport report{.found = std::move(*found), .hindrances = {}, .entry = {}};
  if (report.found.from.value.empty() || report.found.from == to) return report;
  for (const consent::SubjectId& person : report.found.without_image) {
    report.hindrances.push_back({person, "a template's picture was not kept",
                                 "erase the templates with `regard consent withdraw " + person.value +
                                     "`, and enrol this person again after the move"});
  }
  for (const consent::SubjectId& person : report.found.waiting) {
    auto renewed = renew(data, networks, actor, gallery, person);
    if (renewed) {
      ++report.people;
      continue;
    }
    if (!is_about_the_person(renewed.error().kind)) return pass_on(std::move(renewed));
    report.hindrances.push_back({person, renewed.error().cause, renewed.error().remedy});
  }
  if (!report.hindrances.empty()) return report;
  // The entry comes first, as everywhere: nothing happens off the record.
  auto entry = data.facts().note({.kind = consent::EntryKind::gallery_migrated,
                                  .time = data.clock().now(),
                                  .actor = actor,
                                  .gallery = gallery,
                                  .digest = crypto::to_hex(crypto::sha256(crypto::bytes_of(to.value))),
                                  .count = report.found.templates});
  if (!entry) return pass_on(std::move(entry));
  if (auto moved = data.vault().finish_migration(gallery); !moved) return pass_on(std::move(moved));
  report.entry = *entry;
  return report;
}

}  // namespace regard::app
