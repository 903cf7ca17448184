#include <cmath>
#include <nlohmann/json.hpp>

#include "events/events.h"

namespace regard::events {
namespace {

using Json = nlohmann::ordered_json;

/// Four decimals are a tenth of a pixel on a 1,000 pixel picture; more would be noise.
double rounded(double value, double steps = 1e4) { return std::round(value * steps) / steps; }

Json box(const NormalizedBox& box) {
  return Json::array({rounded(box.x), rounded(box.y), rounded(box.width), rounded(box.height)});
}

std::string class_label(detect::Kind kind, detect::ObjectClass object) {
  return std::string{kind == detect::Kind::face ? "face" : detect::class_name(object)};
}

Json line(const TrackEvent& event) {
  Json json{{"event", event.type == TrackEvent::Type::started ? "track_started" : "track_ended"},
            {"camera", event.camera.value},
            {"time", to_rfc3339(event.time)},
            {"track", event.track.value},
            {"kind", detect::to_string(event.kind)},
            {"class", class_label(event.kind, event.object)},
            {"box", box(event.box)},
            {"score", rounded(event.score.value)},
            {"duration", rounded(seconds(event.duration), 1e3)}};
  if (event.body.value != 0) json["body"] = event.body.value;
  return json;
}

Json line(const CameraEvent& event) {
  Json json{{"event", "camera_state"},
            {"camera", event.camera.value},
            {"time", to_rfc3339(event.time)},
            {"state", capture::to_string(event.state)}};
  if (!event.detail.empty()) json["detail"] = event.detail;
  return json;
}

Json line(const IdentifiedEvent& event) {
  Json json{{"event", "identified"},
            {"camera", event.camera.value},
            {"time", to_rfc3339(event.time)},
            {"track", event.track.value},
            {"person", event.identity.subject().value},
            {"name", event.name},
            {"gallery", event.identity.gallery().value},
            {"zone", event.zone},
            {"box", box(event.box)},
            {"score", rounded(event.identity.score())},
            {"threshold", rounded(event.identity.threshold())},
            {"margin", rounded(event.identity.margin())},
            {"entry", event.identity.entry().value}};
  if (event.body.value != 0) json["body"] = event.body.value;
  if (event.liveness) {
    json["live"] = event.liveness->live;
    json["liveness"] = rounded(event.liveness->score.value);
  }
  return json;
}

/// Names come from operators and cameras: bytes that are not UTF-8 are replaced rather than refused.
std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json frames(const Summary::Camera& camera) {
  return {{"decoded", camera.decoded},
          {"analysed", camera.analysed},
          {"skipped", camera.skipped},
          {"still", camera.still},
          {"dropped", camera.dropped}};
}

Json line(const Summary& summary) {
  Summary::Camera total;
  Json cameras = Json::array();
  for (const Summary::Camera& camera : summary.cameras) {
    total.decoded += camera.decoded;
    total.analysed += camera.analysed;
    total.skipped += camera.skipped;
    total.still += camera.still;
    total.dropped += camera.dropped;
    for (const auto& [name, count] : camera.tracks) total.tracks[name] += count;
    cameras.push_back(Json{{"camera", camera.name.value},
                           {"frames", frames(camera)},
                           {"tracks", camera.tracks},
                           {"reconnections", camera.reconnections}});
  }
  return {{"event", "summary"},
          {"time", to_rfc3339(summary.time)},
          {"frames", frames(total)},
          {"tracks", total.tracks},
          {"cpu_seconds", rounded(summary.cpu_seconds, 1e3)},
          {"wall_seconds", rounded(summary.wall_seconds, 1e3)},
          {"peak_memory_bytes", summary.peak_memory_bytes},
          {"cameras", cameras}};
}

}  // namespace

std::string to_json(const Event& event) {
  return text_of(std::visit([](const auto& one) { return line(one); }, event));
}

std::string to_json_without_names(const Event& event) {
  Json json = std::visit([](const auto& one) { return line(one); }, event);
  if (std::holds_alternative<IdentifiedEvent>(event)) json.erase("name");
  return text_of(json);
}

}  // namespace regard::events
