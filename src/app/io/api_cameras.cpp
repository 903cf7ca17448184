// Operations of cameras, their pictures and events.
#include <charconv>

#include "app/config.h"
#include "app/io/api.h"

namespace regard::app {
namespace {

using serve::Response;

Result<CameraSettings> settings_from(const Call& call, std::string name) {
  if (auto known = call.only({"name", "address", "fps", "classes", "rtsp_udp", "gallery", "zone"}); !known)
    return pass_on(std::move(known));
  CameraSettings camera;
  camera.name = std::move(name);
  auto address = call.needed("address");
  auto gallery = call.text("gallery");
  auto zone = call.text("zone");
  for (auto* one : {&address, &gallery, &zone})
    if (!*one) return pass_on(std::move(*one));
  camera.address = *address;
  camera.gallery = *gallery;
  camera.zone = *zone;
  auto rate = call.number("fps");
  if (!rate) return pass_on(std::move(rate));
  camera.frames_per_second = *rate;
  auto classes = call.texts("classes");
  if (!classes) return pass_on(std::move(classes));
  if (!classes->empty()) camera.classes = *classes;
  auto udp = call.flag("rtsp_udp");
  if (!udp) return pass_on(std::move(udp));
  camera.rtsp_over_udp = *udp;
  return camera;
}

Result<void> note_change(DataFolder& data, const consent::Actor& actor, const std::string& name) {
  auto noted = data.facts().note({.kind = consent::EntryKind::configuration_changed,
                                  .time = data.clock().now(),
                                  .actor = actor,
                                  .camera = CameraName{name}});
  if (!noted) return pass_on(std::move(noted));
  return {};
}

Response camera_response(const Cameras& cameras, const std::string& name, int status) {
  for (const CameraStatus& camera : cameras.statuses())
    if (camera.name == name) return json_response(camera_json(camera), status);
  return json_response(Json::object(), status);  // removed meanwhile
}

/// The entry is written before anybody sees anything, and says who asked, of which camera, and the reason's digest.
Result<Response> reveal(DataFolder& data, Cameras& cameras, const Call& call) {
  if (auto known = call.only({"reason"}); !known) return pass_on(std::move(known));
  auto reason = call.needed("reason");
  if (!reason) return pass_on(std::move(reason));
  const std::string& name = call.parameters.at("camera");
  if (!cameras.pictures(name))
    return fail(ErrorKind::not_found, "revealing what camera " + name + " sees", "there is none of that name",
                "GET /v1/cameras");
  const std::string digest = crypto::to_hex(crypto::sha256(crypto::bytes_of(*reason)));
  auto permit = data.gate().reveal({call.who->actor, CameraName{name}, *reason, digest});
  if (!permit) return pass_on(std::move(permit));
  const consent::EntryId entry = permit->entry();
  const Timestamp until = data.clock().now() + consent::RevealPermit::lifetime;
  if (auto begun = cameras.reveal(std::move(*permit), call.who->actor); !begun) return pass_on(std::move(begun));
  return json_response({{"camera", name},
                        {"entry", entry.value},
                        {"until", to_rfc3339(until)},
                        {"pictures", "/v1/cameras/" + name + "/revealed/" + std::to_string(entry.value)}},
                       201);
}

}  // namespace

/// Cameras of the API outlive the program; those of the configuration are read from there.
Result<void> Api::keep_cameras() {
  const std::lock_guard lock{keeping_};
  const auto cameras = surroundings_.cameras.settings(CameraOrigin::api);
  return write_durably(data_.path() / "cameras.toml", config_text(cameras), 0600);  // addresses may hold passwords
}

/// For the people in front of the cameras, who have no account: what runs and who answers for it, no address and no
/// state. Nothing at all before somebody has said who that is.
void Api::add_notice() {
  on("notice", [this](const Call&) -> Result<Response> {
    const Notice& notice = surroundings_.notice;
    if (notice.controller.empty())
      return fail(ErrorKind::not_found, "showing the public notice", "nobody has said who answers for these cameras",
                  "write notice.controller into the configuration");
    Json cameras = Json::array();
    for (const CameraOrigin origin : {CameraOrigin::configuration, CameraOrigin::api}) {
      for (const CameraSettings& camera : surroundings_.cameras.settings(origin))
        cameras.push_back({{"name", camera.name},
                           {"zone", camera.zone},
                           {"classes", camera.classes},
                           {"recognises", !camera.gallery.empty()}});
    }
    return json_response({{"site", notice.site},
                          {"controller", notice.controller},
                          {"contact", notice.contact},
                          {"policy", notice.policy},
                          {"cameras", cameras}});
  });
}

void Api::add_cameras() {
  on("listCameras", [this](const Call&) -> Result<Response> {
    Json cameras = Json::array();
    for (const CameraStatus& camera : surroundings_.cameras.statuses()) cameras.push_back(camera_json(camera));
    return json_response({{"cameras", cameras}});
  });
  on("addCamera", [this](const Call& call) -> Result<Response> {
    auto name = call.needed("name");
    if (!name) return pass_on(std::move(name));
    auto camera = settings_from(call, *name);
    if (!camera) return pass_on(std::move(camera));
    if (auto checked = check(*camera); !checked) return pass_on(std::move(checked));
    if (auto noted = note_change(data_, call.who->actor, *name); !noted) return pass_on(std::move(noted));
    if (auto added = surroundings_.cameras.add(call.who->actor, *camera, CameraOrigin::api); !added)
      return pass_on(std::move(added));
    if (auto kept = keep_cameras(); !kept) return pass_on(std::move(kept));
    return camera_response(surroundings_.cameras, *name, 201);
  });
  on("changeCamera", [this](const Call& call) -> Result<Response> {
    const std::string& name = call.parameters.at("camera");
    auto camera = settings_from(call, name);
    if (!camera) return pass_on(std::move(camera));
    if (auto checked = check(*camera); !checked) return pass_on(std::move(checked));
    if (!surroundings_.cameras.pictures(name))
      return fail(ErrorKind::not_found, "changing camera " + name, "there is none of that name", "add it instead");
    if (auto noted = note_change(data_, call.who->actor, name); !noted) return pass_on(std::move(noted));
    if (auto changed = surroundings_.cameras.change(call.who->actor, *camera); !changed)
      return pass_on(std::move(changed));
    if (auto kept = keep_cameras(); !kept) return pass_on(std::move(kept));
    return camera_response(surroundings_.cameras, name, 200);
  });
  on("removeCamera", [this](const Call& call) -> Result<Response> {
    const std::string& name = call.parameters.at("camera");
    if (!surroundings_.cameras.pictures(name))
      return fail(ErrorKind::not_found, "removing camera " + name, "there is none of that name", "GET /v1/cameras");
    if (auto noted = note_change(data_, call.who->actor, name); !noted) return pass_on(std::move(noted));
    if (auto removed = surroundings_.cameras.remove(name); !removed) return pass_on(std::move(removed));
    if (auto kept = keep_cameras(); !kept) return pass_on(std::move(kept));
    return no_content();
  });
  on("live", [this](const Call& call) -> Result<Response> {
    const std::string& name = call.parameters.at("camera");
    Response response;
    response.channel = surroundings_.cameras.pictures(name);
    if (!response.channel)
      return fail(ErrorKind::not_found, "showing camera " + name, "there is none of that name",
                  "/v1/cameras lists them");
    response.feed = serve::Feed::motion_jpeg;
    response.may_go_on = still_may(call.request, accounts::Action::see_live);
    return response;
  });
  on("reveal", [this](const Call& call) { return reveal(data_, surroundings_.cameras, call); });
  on("revealed", [this](const Call& call) -> Result<Response> {
    const std::string& name = call.parameters.at("camera");
    const std::string& number = call.parameters.at("entry");
    consent::EntryId entry;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), entry.value);
    Response response;
    if (error == std::errc{} && end == number.data() + number.size())
      response.channel = surroundings_.cameras.revealed(name, entry, call.who->actor);
    if (!response.channel)
      return fail(ErrorKind::not_found, "showing camera " + name + " unblurred", "nothing is revealed to you there",
                  "POST /v1/cameras/" + name + "/reveal with a reason");
    response.feed = serve::Feed::motion_jpeg;
    response.may_go_on = [this, name, entry, actor = call.who->actor,
                          still = still_may(call.request, accounts::Action::reveal)] {
      return still() && surroundings_.cameras.revealed(name, entry, actor) != nullptr;
    };
    return response;
  });
  on("events", [this](const Call& call) -> Result<Response> {
    Response response;
    response.channel = surroundings_.events;
    response.feed = serve::Feed::server_sent_events;
    response.after = serve::resume_after(call.request);
    response.told = surroundings_.told;
    response.may_go_on = still_may(call.request, accounts::Action::see_events);
    return response;
  });
}

}  // namespace regard::app
