// Operations that need a permit: enrol, verify, identify. The functions underneath are those of the commands.
#include "app/io/answers.h"
#include "app/io/api.h"
#include "app/people.h"
#include "image/image.h"

namespace regard::app {
namespace {

using serve::Response;

constexpr std::size_t most_images = 10;
/// 8 megapixels: more only costs time, faces are looked at much smaller.
constexpr image::DecodeLimits limits{.max_pixels = 40'000'000, .max_bytes = 24LL << 20};

/// A picture of a request: base64 of a JPEG, PNG or WebP file. Nothing of it is kept.
Result<std::shared_ptr<const capture::Picture>> picture_from(const Json& value, const std::string& name) {
  const auto bytes = value.is_string() ? crypto::from_base64(value.get_ref<const std::string&>()) : std::nullopt;
  if (!bytes || bytes->empty())
    return fail(ErrorKind::invalid_input, "reading " + name, "it is no base64 (RFC 4648 section 4)",
                "send the file's bytes in base64 with padding");
  auto pixels = image::decode(*bytes, name, limits);
  if (!pixels) {
    Error error = std::move(pixels).error();
    if (error.kind == ErrorKind::corrupt) error.kind = ErrorKind::invalid_input;  // the client's mistake, not ours
    return tl::unexpected<Error>{std::move(error)};
  }
  return capture::make_picture(std::move(*pixels));
}

Result<std::shared_ptr<const capture::Picture>> image_of(const Call& call) {
  const auto image = call.body.find("image");
  return picture_from(image == call.body.end() ? Json{} : *image, "image");
}

}  // namespace

/// Opened when first needed: a server that only watches does without them.
Result<std::shared_ptr<const PictureNetworks>> Api::picture_networks() {
  const std::lock_guard lock{mutex_};
  if (!networks_) {
    auto networks = open_picture_networks(surroundings_.networks, data_.clock());
    if (!networks) return pass_on(std::move(networks));
    networks_ = std::make_shared<const PictureNetworks>(std::move(*networks));
  }
  return networks_;
}

Result<std::vector<FacePicture>> Api::faces_in(const Json& images) {
  if (!images.is_array() || images.empty() || images.size() > most_images)
    return fail(ErrorKind::invalid_input, "reading the request's body", "images is not a list of 1 to 10 pictures",
                "send each as base64");
  auto networks = picture_networks();
  if (!networks) return pass_on(std::move(networks));
  std::vector<FacePicture> faces;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::string name = "image " + std::to_string(i + 1);
    auto picture = picture_from(images[i], name);
    if (!picture) return pass_on(std::move(picture));
    auto face = good_face(**networks, std::move(*picture), name);
    if (!face) return pass_on(std::move(face));
    faces.push_back(std::move(*face));
  }
  return faces;
}

void Api::add_recognition() {
  on("enrol", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"images", "gallery", "keep_images", "accept_duplicate"}); !known)
      return pass_on(std::move(known));
    auto subject = call.person(data_);
    if (!subject) return pass_on(std::move(subject));
    auto named = call.text("gallery");
    if (!named) return pass_on(std::move(named));
    auto keep = call.flag("keep_images");
    auto accept = call.flag("accept_duplicate");
    if (!keep) return pass_on(std::move(keep));
    if (!accept) return pass_on(std::move(accept));
    auto faces = faces_in(call.body.value("images", Json::array()));
    if (!faces) return pass_on(std::move(faces));
    auto gallery = gallery_for(data_, call.who->actor, subject->id, *named, Missing::is_made);
    if (!gallery) return pass_on(std::move(gallery));
    auto networks = picture_networks();
    if (!networks) return pass_on(std::move(networks));
    auto report = enrol(data_, (*networks)->embedder, call.who->actor, subject->id, *gallery, *faces,
                        {.keep_images = *keep, .accept_duplicate = *accept});
    if (!report) return pass_on(std::move(report));
    return json_response(enrolment_json(subject->id, *gallery, *report, *faces), 201);
  });
  on("verify", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"image", "gallery"}); !known) return pass_on(std::move(known));
    auto subject = call.person(data_);
    if (!subject) return pass_on(std::move(subject));
    auto named = call.text("gallery");
    if (!named) return pass_on(std::move(named));
    auto networks = picture_networks();
    if (!networks) return pass_on(std::move(networks));
    auto picture = image_of(call);
    if (!picture) return pass_on(std::move(picture));
    auto face = only_face(**networks, std::move(*picture), "image", embed::Strictness::probe);
    if (!face) return pass_on(std::move(face));
    auto gallery = gallery_for(data_, call.who->actor, subject->id, *named, Missing::is_refused);
    if (!gallery) return pass_on(std::move(gallery));
    auto found = verify(data_, (*networks)->embedder, call.who->actor, subject->id, *gallery, *face);
    if (!found) return pass_on(std::move(found));
    return json_response(verification_json(*subject, *found, *face));
  });
  on("identify", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"image", "gallery", "zone"}); !known) return pass_on(std::move(known));
    auto gallery = call.needed("gallery");
    auto zone = call.needed("zone");
    for (auto* one : {&gallery, &zone})
      if (!*one) return pass_on(std::move(*one));
    auto networks = picture_networks();
    if (!networks) return pass_on(std::move(networks));
    auto picture = image_of(call);
    if (!picture) return pass_on(std::move(picture));
    const LookUp where{call.who->actor, {*gallery}, {*zone}, {}};
    auto found =
        identify_picture(data_, (*networks)->faces, (*networks)->embedder, where, std::move(*picture), "image");
    if (!found) return pass_on(std::move(found));
    return json_response(identities_json(*found));
  });
}

}  // namespace regard::app
