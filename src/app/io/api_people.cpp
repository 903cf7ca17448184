// Operations of people, what they agreed to, and galleries.
#include <algorithm>

#include "app/io/answers.h"
#include "app/io/api.h"
#include "app/io/held.h"
#include "app/people_commands.h"
#include "app/rights.h"

namespace regard::app {
namespace {

using serve::Response;

constexpr std::uint64_t most_people = 1000;  // of one page

/// By id, from behind the one that the page before ended with: who comes or goes meanwhile shifts nothing.
Result<Response> list_people(DataFolder& data, const Call& call) {
  auto limit = call.query("limit", 100, most_people);
  if (!limit) return pass_on(std::move(limit));
  const auto cursor = call.request.query.find("cursor");
  const std::string after = cursor == call.request.query.end() ? "" : cursor->second;
  auto subjects = data.database().subjects();
  if (!subjects) return pass_on(std::move(subjects));
  std::ranges::sort(*subjects, {}, [](const consent::Subject& one) { return one.id.value; });
  Json people = Json::array();
  Json next = nullptr;
  for (const consent::Subject& subject : *subjects) {
    if (subject.id.value <= after) continue;
    if (people.size() == *limit) {
      if (!people.empty()) next = people.back()["id"];
      break;
    }
    auto held = data.database().held(subject.id);
    if (!held) return pass_on(std::move(held));
    people.push_back(person_json(subject, held->size()));
  }
  return json_response({{"people", people}, {"next", next}});
}

Result<Response> add_person(DataFolder& data, const Call& call) {
  if (auto known = call.only({"name"}); !known) return pass_on(std::move(known));
  auto name = call.needed("name");
  if (!name) return pass_on(std::move(name));
  const consent::Subject subject{{crypto::random_id("person_")}, *name, data.clock().now()};
  auto entry = data.facts().add(call.who->actor, subject);
  if (!entry) return pass_on(std::move(entry));
  return json_response({{"id", subject.id.value}, {"name", subject.name}, {"entry", entry->value}}, 201);
}

Result<Response> grant(DataFolder& data, const Call& call) {
  if (auto known = call.only(
          {"purposes", "legal_basis", "jurisdiction", "controller", "policy", "method", "from", "until", "retention"});
      !known)
    return pass_on(std::move(known));
  auto subject = call.person(data);
  if (!subject) return pass_on(std::move(subject));
  ConsentWishes wishes;
  auto purposes = call.texts("purposes");
  if (!purposes) return pass_on(std::move(purposes));
  wishes.purposes = *purposes;
  for (const auto& [name, wish] : {std::pair{"legal_basis", &wishes.basis},
                                   {"jurisdiction", &wishes.jurisdiction},
                                   {"controller", &wishes.controller},
                                   {"policy", &wishes.policy},
                                   {"method", &wishes.method},
                                   {"from", &wishes.from},
                                   {"until", &wishes.until},
                                   {"retention", &wishes.retention}}) {
    auto value = call.text(name);
    if (!value) return pass_on(std::move(value));
    if (!value->empty()) *wish = *value;
  }
  auto granted = grant_consent(data, call.who->actor, subject->id, wishes);
  if (!granted) return pass_on(std::move(granted));
  return json_response(granted_json(*granted), 201);
}

Result<Response> create_one_gallery(DataFolder& data, const Call& call) {
  if (auto known = call.only({"name", "purpose", "zones", "cap"}); !known) return pass_on(std::move(known));
  auto name = call.needed("name");
  if (!name) return pass_on(std::move(name));
  auto word = call.needed("purpose");
  if (!word) return pass_on(std::move(word));
  auto purpose = consent::purpose_from(*word);
  if (!purpose) return pass_on(std::move(purpose));
  if (*purpose == consent::Purpose::watchlist)
    return fail(ErrorKind::invalid_input, "creating gallery " + *name,
                "a watchlist's gallery is made with its proposal", "use regard watchlist propose");
  auto zones = call.texts("zones");
  if (!zones) return pass_on(std::move(zones));
  auto cap = call.number("cap");
  if (!cap) return pass_on(std::move(cap));
  consent::Gallery gallery{.name = {*name}, .purpose = *purpose};
  if (*cap) gallery.cap = static_cast<std::uint64_t>(std::clamp(**cap, 0.0, 1e9));
  for (const std::string& zone : *zones) gallery.zones.insert({zone});
  auto entry = create_gallery(data, call.who->actor, gallery);
  if (!entry) return pass_on(std::move(entry));
  return json_response({{"gallery", *name}, {"entry", entry->value}}, 201);
}

}  // namespace

void Api::add_people() {
  on("listPeople", [this](const Call& call) { return list_people(data_, call); });
  on("addPerson", [this](const Call& call) { return add_person(data_, call); });
  on("showPerson", [this](const Call& call) -> Result<Response> {
    auto subject = call.person(data_);
    if (!subject) return pass_on(std::move(subject));
    auto held = everything_held(data_, *subject);
    if (!held) return pass_on(std::move(held));
    return json_response(to_json(*held));
  });
  on("erasePerson", [this](const Call& call) -> Result<Response> {
    auto subject = call.person(data_);
    if (!subject) return pass_on(std::move(subject));
    auto erased = erase_person(data_, call.who->actor, subject->id);
    if (!erased) return pass_on(std::move(erased));
    return json_response(erased_json(subject->id, *erased));
  });
  on("grantConsent", [this](const Call& call) { return grant(data_, call); });
  on("withdrawConsent", [this](const Call& call) -> Result<Response> {
    const std::string& id = call.parameters.at("consent");
    auto known = data_.database().consent({id});
    if (!known) return pass_on(std::move(known));
    if (!*known)
      return fail(ErrorKind::not_found, "withdrawing consent " + id, "there is none of that id",
                  "GET /v1/people/{person} lists a person's consents");
    auto entry = data_.facts().withdraw(call.who->actor, {id});
    if (!entry) return pass_on(std::move(entry));
    return json_response({{"id", id}, {"entry", entry->value}});
  });
  on("listGalleries", [this](const Call&) -> Result<Response> {
    auto galleries = data_.database().galleries();
    if (!galleries) return pass_on(std::move(galleries));
    Json all = Json::array();
    for (const consent::Gallery& gallery : *galleries) {
      auto enrolled = data_.database().enrolled(gallery.name);
      if (!enrolled) return pass_on(std::move(enrolled));
      all.push_back(gallery_json(gallery, *enrolled));
    }
    return json_response({{"galleries", all}});
  });
  on("createGallery", [this](const Call& call) { return create_one_gallery(data_, call); });
}

}  // namespace regard::app
