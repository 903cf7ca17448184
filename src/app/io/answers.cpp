#include "app/io/answers.h"

namespace regard::app {

using Json = nlohmann::ordered_json;

Json quality_json(const FacePicture& face) {
  Json components = Json::object();
  for (const embed::QualityComponent& one : face.quality.components) components[one.name] = one.value;
  return {{"unified", face.quality.unified}, {"components", components}};
}

Json identity_json(const gallery::Identity& identity, const std::string& name) {
  return {{"person", identity.subject().value},  {"name", name},
          {"gallery", identity.gallery().value}, {"score", identity.score()},
          {"threshold", identity.threshold()},   {"margin", identity.margin()},
          {"entry", identity.entry().value}};
}

Json identified_json(const Identified& one) {
  Json json = identity_json(one.identity, one.name);
  json["box"] = {one.box.x, one.box.y, one.box.width, one.box.height};
  return json;
}

Json gallery_json(const consent::Gallery& gallery, std::uint64_t enrolled) {
  Json zones = Json::array();
  for (const consent::ZoneName& zone : gallery.zones) zones.push_back(zone.value);
  return {{"gallery", gallery.name.value},
          {"purpose", consent::to_string(gallery.purpose)},
          {"zones", zones},
          {"enrolled", enrolled},
          {"cap", gallery.cap}};
}

}  // namespace regard::app
