#include "app/people.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "app/people_commands.h"
#include "capture/capture.h"
#include "image/image.h"

namespace regard::app {
namespace {

/// A second face counts when it is at least this fraction of the largest face's width: passers-by in the background do
/// not spoil a portrait.
constexpr float other_face_fraction = 0.4F;
/// Frames of a camera that are looked at for an enrolment, and the least time between two that are kept.
constexpr double enrolment_rate = 5;
constexpr Duration enrolment_gap = std::chrono::milliseconds{400};
constexpr int kept_image_quality = 92;

}  // namespace

Result<std::shared_ptr<const capture::Picture>> read_picture(const std::string& file) {
  auto pixels = image::read(file);
  if (!pixels) return pass_on(std::move(pixels));
  return capture::make_picture(std::move(*pixels));
}

Result<std::vector<detect::Detection>> clear_faces(const detect::FaceDetector& detector,
                                                   const capture::Picture& picture) {
  const Score usual = detect::FaceOptions{}.threshold;  // the detector of portraits reports weaker ones too
  auto faces = detector.detect(picture);
  if (faces) std::erase_if(*faces, [usual](const detect::Detection& face) { return face.score < usual; });
  return faces;
}

Result<FacePicture> only_face(const PictureNetworks& networks, std::shared_ptr<const capture::Picture> picture,
                              const std::string& name, embed::Strictness strictness) {
  auto faces = clear_faces(networks.faces, *picture);
  if (!faces) return pass_on(std::move(faces));
  const std::string doing = "looking for a face in " + name;
  if (faces->empty())
    return fail(ErrorKind::invalid_input, doing, "there is none",
                "use a picture that shows one person from the front, not too far away");
  const auto largest =
      std::ranges::max_element(*faces, {}, [](const detect::Detection& face) { return face.box.area(); });
  const auto rivals = std::ranges::count_if(*faces, [&](const detect::Detection& face) {
    return face.box.width >= other_face_fraction * largest->box.width;
  });
  if (rivals > 1)
    return fail(ErrorKind::invalid_input, doing, fmt::format("there are {} faces", rivals),
                "use a picture of one person, or cut the others away");
  auto quality = networks.quality.measure(*picture, *largest, strictness);
  if (!quality) return pass_on(std::move(quality));
  return FacePicture{name, std::move(picture), *largest, std::move(*quality)};
}

Result<FacePicture> good_face(const PictureNetworks& networks, std::shared_ptr<const capture::Picture> picture,
                              const std::string& name) {
  auto face = only_face(networks, std::move(picture), name, embed::Strictness::enrolment);
  if (face && !face->quality.acceptable())
    return fail(ErrorKind::invalid_input, "checking the quality of the face in " + name,
                fmt::format("it is too poor to be compared with ({:.0f} of 100)", face->quality.unified),
                face->quality.advice());
  return face;
}

Result<std::vector<FacePicture>> faces_from_camera(const PictureNetworks& networks, const std::string& address,
                                                   std::size_t wanted, Duration patience) {
  capture::SourceOptions options;
  options.frames_per_second = enrolment_rate;
  auto source = capture::open_source(address, options);
  if (!source) return pass_on(std::move(source));
  const std::string name = capture::printable_address(address);
  std::vector<FacePicture> pictures;
  std::optional<Error> last;
  Duration last_kept{};
  for (;;) {
    auto frame = (*source)->next({});
    if (!frame) return pass_on(std::move(frame));
    if (!*frame || (*frame)->position > patience) break;
    if (!pictures.empty() && (*frame)->position - last_kept < enrolment_gap) continue;
    auto face = good_face(networks, (*frame)->picture, name);
    if (!face) {
      if (face.error().kind != ErrorKind::invalid_input) return pass_on(std::move(face));
      last = std::move(face).error();
      continue;
    }
    last_kept = (*frame)->position;
    pictures.push_back(std::move(*face));
    if (pictures.size() == wanted) break;
  }
  if (!pictures.empty()) return pictures;
  if (last) return tl::unexpected<Error>{std::move(*last)};
  return fail(ErrorKind::invalid_input, "looking for a face in " + name, "no picture came",
              "check the camera with `regard watch`");
}

Result<EnrolReport> enrol(DataFolder& data, const embed::FaceEmbedder& embedder, const consent::Actor& actor,
                          const consent::SubjectId& subject, const consent::GalleryName& gallery,
                          std::span<const FacePicture> pictures, const EnrolWishes& wishes) {
  auto permit = data.gate().enrol({actor, subject, gallery});
  if (!permit) return pass_on(std::move(permit));
  const consent::EntryId entry = permit->entry();
  std::vector<embed::Template> templates;
  gallery::EnrolOptions options{.accept_duplicate = wishes.accept_duplicate, .images = {}};
  for (const FacePicture& one : pictures) {
    auto made = embedder.embed(*one.picture, *one.face.points, *permit);
    if (!made) return pass_on(std::move(made));
    templates.push_back(std::move(*made));
    if (!wishes.keep_images) continue;
    std::string encoded = image::encode_jpeg(one.picture->scaled(one.picture->size()).view(), kept_image_quality);
    options.images.push_back(crypto::SecretBytes::copy_of(crypto::bytes_of(encoded)));
    crypto::wipe({reinterpret_cast<std::uint8_t*>(encoded.data()), encoded.size()});
  }
  auto enrolment = data.vault().enrol(std::move(*permit), std::move(templates), std::move(options));
  if (!enrolment) return pass_on(std::move(enrolment));
  if (enrolment->duplicate && !wishes.accept_duplicate)
    return fail(ErrorKind::invalid_input, "enrolling " + subject.value + " in " + gallery.value,
                "the gallery has somebody who looks the same: " + enrolment->duplicate->value,
                "check that it is not the same person twice; for twins, say --accept-duplicate");
  auto noted = data.facts().note({.kind = consent::EntryKind::enrolled,
                                  .time = data.clock().now(),
                                  .actor = actor,
                                  .subject = subject,
                                  .gallery = gallery,
                                  .count = enrolment->templates,
                                  .about = entry});
  if (!noted) return pass_on(std::move(noted));
  return EnrolReport{entry, *noted, enrolment->templates};
}

namespace {

/// A match is an entry, and keeps the person's templates from ageing away.
Result<std::optional<gallery::Identity>> record(DataFolder& data, const consent::Actor& actor,
                                                const std::optional<consent::ZoneName>& zone,
                                                const std::optional<CameraName>& camera,
                                                Result<std::optional<gallery::Identity>> found) {
  if (!found || !*found) return found;
  const gallery::Identity& identity = **found;
  const Timestamp now = data.clock().now();
  auto noted = data.facts().note({.kind = consent::EntryKind::matched,
                                  .time = now,
                                  .actor = actor,
                                  .subject = identity.subject(),
                                  .gallery = identity.gallery(),
                                  .zone = zone,
                                  .camera = camera,
                                  .about = identity.entry()});
  // Without the entry nobody is named.
  if (!noted) return pass_on(std::move(noted));
  if (auto touched = data.database().touch(identity.subject(), identity.gallery(), now); !touched)
    return pass_on(std::move(touched));
  return found;
}

}  // namespace

Result<std::optional<gallery::Identity>> verify(DataFolder& data, const embed::FaceEmbedder& embedder,
                                                const consent::Actor& actor, const consent::SubjectId& subject,
                                                const consent::GalleryName& gallery, const FacePicture& probe) {
  auto permit = data.gate().verify({actor, subject, gallery});
  if (!permit) return pass_on(std::move(permit));
  std::vector<embed::Template> probes;
  auto made = embedder.embed(*probe.picture, *probe.face.points, *permit);
  if (!made) return pass_on(std::move(made));
  probes.push_back(std::move(*made));
  return record(data, actor, {}, {}, data.vault().verify(std::move(*permit), std::move(probes)));
}

Result<std::optional<gallery::Identity>> identify(DataFolder& data, const embed::FaceEmbedder& embedder,
                                                  const LookUp& where, std::span<const FaceShot> shots) {
  auto permit = data.gate().identify({where.actor, where.gallery, where.zone, where.camera});
  if (!permit) return pass_on(std::move(permit));
  std::vector<embed::Template> probes;
  for (const FaceShot& shot : shots) {
    auto made = embedder.embed(*shot.picture, shot.points, *permit);
    if (!made) return pass_on(std::move(made));
    probes.push_back(std::move(*made));
  }
  return record(data, where.actor, where.zone, where.camera,
                data.vault().identify(std::move(*permit), std::move(probes)));
}

Result<consent::GalleryName> gallery_for(DataFolder& data, const consent::Actor& actor,
                                         const consent::SubjectId& subject, const std::string& named, Missing missing) {
  if (!named.empty()) return consent::GalleryName{named};
  auto consents = data.database().consents(subject);
  if (!consents) return pass_on(std::move(consents));
  auto galleries = data.database().galleries();
  if (!galleries) return pass_on(std::move(galleries));
  const Timestamp now = data.clock().now();
  std::set<consent::Purpose> purposes;
  for (const consent::Consent& one : *consents) {
    if (consent::state_of(one, now) == consent::ConsentState::active)
      purposes.insert(one.purposes.begin(), one.purposes.end());
  }
  std::vector<consent::GalleryName> fitting;
  std::string names;
  for (const consent::Gallery& gallery : *galleries) {
    if (!purposes.contains(gallery.purpose)) continue;
    fitting.push_back(gallery.name);
    names += (names.empty() ? "" : ", ") + gallery.name.value;
  }
  const std::string doing = "choosing a gallery for " + subject.value;
  if (fitting.size() == 1) return fitting.front();
  if (fitting.size() > 1)
    return fail(ErrorKind::invalid_input, doing, "several would do: " + names, "say which with --gallery");
  for (const consent::Purpose purpose : {consent::Purpose::access, consent::Purpose::authentication}) {
    if (missing == Missing::is_refused || !purposes.contains(purpose)) continue;
    const consent::GalleryName name{std::string{consent::to_string(purpose)}};
    if (auto made = create_gallery(data, actor, {.name = name, .purpose = purpose, .zones = {{name.value}}}); !made)
      return pass_on(std::move(made));
    return name;
  }
  // The rules know best why not: no consent, withdrawn, expired.
  return consent::GalleryName{galleries->empty() ? "access" : galleries->front().name.value};
}

Result<std::vector<Identified>> identify_picture(DataFolder& data, const detect::FaceDetector& detector,
                                                 const embed::FaceEmbedder& embedder, const LookUp& where,
                                                 std::shared_ptr<const capture::Picture> picture,
                                                 const std::string& name) {
  auto faces = clear_faces(detector, *picture);
  if (!faces) return pass_on(std::move(faces));
  if (faces->empty())
    return fail(ErrorKind::invalid_input, "looking for faces in " + name, "there is none",
                "use a picture in which faces can be seen from the front");
  std::vector<Identified> identities;
  for (const detect::Detection& face : *faces) {
    const FaceShot shot{picture, *face.points};
    auto found = identify(data, embedder, where, {&shot, 1});
    if (!found) return pass_on(std::move(found));
    if (!*found) continue;  // and nothing is kept of whoever it was
    auto subject = data.database().subject((*found)->subject());
    if (!subject) return pass_on(std::move(subject));
    std::string known_as = *subject ? (*subject)->name : (*found)->subject().value;
    identities.push_back({std::move(**found), std::move(known_as), normalize(face.box, picture->size())});
  }
  return identities;
}

}  // namespace regard::app
