// Operations of cameras, their pictures and events.
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

}  // namespace

/// Cameras of the API outlive the program; those of the configuration are read from there.
Result<void> Api::keep_cameras() {
  const std::lock_guard lock{keeping_};
  const auto cameras = surroundings_.cameras.settings(CameraOrigin::api);
  return write_durably(data_.path() / "cameras.toml", config_text(cameras), 0600);  // addresses may hold passwords
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
