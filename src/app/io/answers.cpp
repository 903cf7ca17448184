#include "app/io/answers.h"

namespace regard::app {
namespace {

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

}  // namespace

Json person_json(const consent::Subject& subject, std::size_t templates) {
  return {{"id", subject.id.value},
          {"name", subject.name},
          {"created", to_rfc3339(subject.created)},
          {"templates", templates}};
}

Json granted_json(const Granted& granted) {
  return {{"id", granted.consent.id.value},
          {"person", granted.consent.subject.value},
          {"expires", to_rfc3339(granted.consent.expires)},
          {"entry", granted.entry.value},
          {"receipt", granted.consent.receipt}};
}

Json erased_json(const consent::SubjectId& subject, const Erased& erased) {
  return {{"id", subject.value}, {"entry", erased.entry.value}, {"certificate", erased.certificate}};
}

Json enrolment_json(const consent::SubjectId& subject, const consent::GalleryName& gallery, const EnrolReport& report,
                    std::span<const FacePicture> pictures) {
  Json quality = Json::array();
  for (const FacePicture& one : pictures) quality.push_back(quality_json(one));
  return {{"person", subject.value},       {"gallery", gallery.value},       {"templates", report.templates},
          {"permit", report.permit.value}, {"entry", report.enrolled.value}, {"quality", quality}};
}

Json verification_json(const consent::Subject& subject, const std::optional<gallery::Identity>& found,
                       const FacePicture& face) {
  Json json{{"match", found.has_value()}, {"person", subject.id.value}};
  if (found) json.update(identity_json(*found, subject.name));
  json["quality"] = quality_json(face);
  return json;
}

Json identities_json(std::span<const Identified> identified) {
  Json identities = Json::array();
  for (const Identified& one : identified) {
    Json json = identity_json(one.identity, one.name);
    json["box"] = {one.box.x, one.box.y, one.box.width, one.box.height};
    identities.push_back(std::move(json));
  }
  return {{"identities", identities}};
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

Json watchlist_json(const consent::Watchlist& list, Timestamp now) {
  Json zones = Json::array();
  for (const consent::ZoneName& zone : list.zones) zones.push_back(zone.value);
  Json approvals = Json::array();
  for (const consent::Approval& one : list.approvals)
    approvals.push_back({{"by", one.approver.value}, {"at", to_rfc3339(one.at)}});
  return {{"id", list.id.value},
          {"gallery", list.gallery.value},
          {"state", consent::to_string(consent::state_of(list, now))},
          {"version", list.version},
          {"proposer", list.proposer.value},
          {"legal_basis", consent::to_string(list.basis)},
          {"reason", list.reason},
          {"document_sha256", list.document_digest},
          {"until", to_rfc3339(list.until)},
          {"cap", list.cap},
          {"zones", zones},
          {"false_alert_budget", list.false_alert_budget},
          {"approvals", approvals},
          {"compared", list.compared},
          {"false_alerts", list.false_alerts}};
}

Json camera_json(const CameraStatus& camera) {
  return {{"name", camera.name},
          {"address", camera.address},
          {"gallery", camera.gallery},
          {"zone", camera.zone},
          {"state", camera.state},
          {"detail", camera.detail},
          {"frames",
           {{"decoded", camera.counts.decoded},
            {"analysed", camera.counts.analysed},
            {"still", camera.counts.still},
            {"dropped", camera.counts.dropped}}},
          {"reconnections", camera.counts.reconnections},
          {"tracks", Json(camera.counts.tracks)},
          {"viewers", camera.viewers}};
}

Json letter_json(const sinks::DeadLetter& letter) {
  const Json event = Json::parse(letter.text, nullptr, false);
  return Json{{"number", letter.number},
              {"time", to_rfc3339(letter.time)},
              {"status", letter.status},
              {"cause", letter.cause},
              {"attempts", letter.attempts},
              {"asked_again", letter.is_asked_again},
              {"event", event.is_discarded() ? Json(letter.text) : event}};
}

}  // namespace regard::app
