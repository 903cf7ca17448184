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

/// RFC 4648 section 4, padding as it should be; nothing else.
std::optional<std::string> from_base64(const std::string& text) {
  static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  int count = 0;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  for (const char c : std::string_view{text}.substr(0, text.size() - padding)) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
  }
  return bytes;
}

/// A picture of a request: base64 of a JPEG, PNG or WebP file. Nothing of it is kept.
Result<std::shared_ptr<const capture::Picture>> picture_from(const Json& value, const std::string& name) {
  const auto bytes = value.is_string() ? from_base64(value.get_ref<const std::string&>()) : std::nullopt;
  if (!bytes)
    return fail(ErrorKind::invalid_input, "reading " + name, "it is no base64 (RFC 4648 section 4)",
                "send the file's bytes in base64 with padding");
  auto pixels =
      image::decode(std::span{reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()}, name, limits);
  if (!pixels) {
    Error error = std::move(pixels).error();
    if (error.kind == ErrorKind::corrupt) error.kind = ErrorKind::invalid_input;  // the client's mistake, not ours
    return tl::unexpected<Error>{std::move(error)};
  }
  return capture::make_picture(std::move(*pixels));
}

Result<consent::Subject> person_of(DataFolder& data, const Call& call) {
  const std::string& id = call.parameters.at("person");
  auto subject = data.database().subject({id});
  if (!subject) return pass_on(std::move(subject));
  if (!*subject)
    return fail(ErrorKind::not_found, "looking for person " + id, "there is none of that id", "GET /v1/people");
  return **subject;
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
    auto subject = person_of(data_, call);
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
    Json quality = Json::array();
    for (const FacePicture& one : *faces) quality.push_back(quality_json(one));
    return json_response({{"person", subject->id.value},
                          {"gallery", gallery->value},
                          {"templates", report->templates},
                          {"permit", report->permit.value},
                          {"entry", report->enrolled.value},
                          {"quality", quality}},
                         201);
  });
  on("verify", [this](const Call& call) -> Result<Response> {
    if (auto known = call.only({"image", "gallery"}); !known) return pass_on(std::move(known));
    auto subject = person_of(data_, call);
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
    Json json{{"match", found->has_value()}, {"person", subject->id.value}};
    if (*found) json.update(identity_json(**found, subject->name));
    json["quality"] = quality_json(*face);
    return json_response(json);
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
    Json identities = Json::array();
    for (const Identified& one : *found) identities.push_back(identified_json(one));
    return json_response({{"identities", identities}});
  });
}

}  // namespace regard::app
