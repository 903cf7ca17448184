#include <cmath>
#include <nlohmann/json.hpp>

#include "cast/cast.h"

namespace regard::cast {
namespace {

using Json = nlohmann::ordered_json;

/// Hundredths are finer than any truth here and keep the lines short.
double rounded(float value) { return std::round(static_cast<double>(value) * 100.0) / 100.0; }

Json json_of(const PixelBox& box) { return {rounded(box.x), rounded(box.y), rounded(box.width), rounded(box.height)}; }

Json json_of(const ActorTruth& actor) {
  Json json;
  json["person"] = actor.person;
  json["body"] = json_of(actor.body);
  json["face"] = json_of(actor.face);
  if (actor.points) {
    Json points = Json::array();
    for (const PixelPoint& p : actor.points->in_order()) points.push_back({rounded(p.x), rounded(p.y)});
    json["points"] = std::move(points);
  } else {
    json["points"] = nullptr;
  }
  json["pose"] = {
      {"yaw", rounded(actor.pose.yaw)}, {"pitch", rounded(actor.pose.pitch)}, {"roll", rounded(actor.pose.roll)}};
  json["visible_body"] = rounded(actor.visible_body);
  json["visible_face"] = rounded(actor.visible_face);
  return json;
}

}  // namespace

std::string to_json(const FrameTruth& truth) {
  Json json;
  json["frame"] = truth.frame;
  json["seconds"] = seconds(truth.position);
  json["actors"] = Json::array();
  for (const ActorTruth& actor : truth.actors) json["actors"].push_back(json_of(actor));
  json["crossings"] = Json::array();
  for (const Crossing& c : truth.crossings)
    json["crossings"].push_back({{"person", c.person}, {"line", c.line}, {"direction", c.direction}});
  if (!truth.action.empty()) json["action"] = truth.action;
  if (!truth.attack.empty()) json["attack"] = truth.attack;
  return json.dump();
}

}  // namespace regard::cast
