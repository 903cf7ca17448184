#include <fmt/core.h>

#include "app/io/answers.h"
#include "app/io/data_command.h"
#include "app/migration.h"
#include "app/networks.h"
#include "app/people.h"
#include "app/people_commands.h"

namespace regard::app {

Result<void> make_zones(DataFolder& data, const consent::Actor& actor, const std::set<consent::ZoneName>& zones) {
  for (const consent::ZoneName& name : zones) {
    auto zone = data.database().zone(name);
    if (!zone) return pass_on(std::move(zone));
    if (*zone) continue;
    if (auto made = data.facts().create(actor, consent::Zone{name, {}}); !made) return pass_on(std::move(made));
  }
  return {};
}

Result<consent::EntryId> create_gallery(DataFolder& data, const consent::Actor& actor, consent::Gallery gallery) {
  if (auto made = make_zones(data, actor, gallery.zones); !made) return pass_on(std::move(made));
  gallery.created = data.clock().now();
  auto entry = data.facts().create(actor, gallery);
  if (!entry) return entry;
  if (auto made = data.vault().create(gallery.name); !made) return pass_on(std::move(made));
  return entry;
}

Result<void> check_place(DataFolder& data, const consent::GalleryName& gallery, const consent::ZoneName& zone,
                         const std::string& doing) {
  auto known = data.database().gallery(gallery);
  if (!known) return pass_on(std::move(known));
  if (!*known)
    return fail(ErrorKind::not_found, doing, "there is no such gallery", "regard gallery list shows those there are");
  if (!(*known)->zones.contains(zone))
    return fail(ErrorKind::denied, doing, "it may not be used in zone " + zone.value,
                "name one of its zones: regard gallery list shows them");
  return {};
}

Result<void> put_cameras(DataFolder& data, const consent::Actor& actor, const consent::ZoneName& name,
                         const std::vector<CameraName>& cameras) {
  auto known = data.database().zone(name);
  if (!known) return pass_on(std::move(known));
  consent::Zone zone = known->value_or(consent::Zone{name, {}});
  const std::size_t before = zone.cameras.size();
  zone.cameras.insert(cameras.begin(), cameras.end());
  if (*known && zone.cameras.size() == before) return {};
  if (auto made = data.facts().create(actor, zone); !made) return pass_on(std::move(made));
  return {};
}

namespace {

struct GalleryOptions : DataCommand {
  std::string name;
  std::string purpose;
  std::vector<std::string> zones;
  std::vector<std::string> cameras;
  std::uint64_t cap = 100'000;
  std::string person;
  std::string truly;
  NetworkOptions networks;
};

Result<int> create(DataFolder& data, const GalleryOptions& options) {
  auto purpose = consent::purpose_from(options.purpose);
  if (!purpose) return pass_on(std::move(purpose));
  consent::Gallery gallery{.name = {options.name}, .purpose = *purpose, .cap = options.cap};
  if (*purpose == consent::Purpose::watchlist)
    return fail(ErrorKind::invalid_input, "creating gallery " + options.name,
                "a watchlist's gallery is made with its proposal", "use regard watchlist propose");
  for (const std::string& zone : options.zones) gallery.zones.insert({zone});
  auto entry = create_gallery(data, command_line_actor(), gallery);
  if (!entry) return pass_on(std::move(entry));
  if (options.json)
    print_json(Json{{"gallery", options.name}, {"entry", entry->value}});
  else
    fmt::print("gallery {} for {} is there (log entry {})\n", options.name, options.purpose, entry->value);
  return 0;
}

Result<int> list(DataFolder& data, const GalleryOptions& options) {
  auto galleries = data.database().galleries();
  if (!galleries) return pass_on(std::move(galleries));
  Json all = Json::array();
  for (const consent::Gallery& gallery : *galleries) {
    auto enrolled = data.database().enrolled(gallery.name);
    if (!enrolled) return pass_on(std::move(enrolled));
    all.push_back(gallery_json(gallery, *enrolled));
    if (!options.json)
      fmt::print("{:20} for {:15} {} of at most {} people; zones {}\n", gallery.name.value,
                 consent::to_string(gallery.purpose), *enrolled, gallery.cap, all.back()["zones"].dump());
  }
  if (options.json)
    print_json(Json{{"galleries", all}});
  else if (galleries->empty())
    fmt::print("none\n");
  return 0;
}

Result<int> rekey(DataFolder& data, const GalleryOptions& options) {
  auto rows = data.vault().rekey({options.name});
  if (!rows) return pass_on(std::move(rows));
  auto entry = data.facts().note({.kind = consent::EntryKind::gallery_rekeyed,
                                  .time = data.clock().now(),
                                  .actor = command_line_actor(),
                                  .gallery = consent::GalleryName{options.name},
                                  .count = *rows});
  if (!entry) return pass_on(std::move(entry));
  if (options.json)
    print_json(Json{{"gallery", options.name}, {"templates", *rows}, {"entry", entry->value}});
  else
    fmt::print("{} templates of {} have a new secret: what leaked before matches nothing any more (log entry {})\n",
               *rows, options.name, entry->value);
  return 0;
}

Json json_of(const std::vector<Hindrance>& hindrances) {
  Json all = Json::array();
  for (const Hindrance& one : hindrances)
    all.push_back({{"person", one.person.value}, {"cause", one.cause}, {"remedy", one.remedy}});
  return all;
}

Result<int> migrate_gallery(DataFolder& data, const GalleryOptions& options) {
  auto networks = open_picture_networks(options.networks, data.clock());
  if (!networks) return pass_on(std::move(networks));
  auto report = migrate(data, *networks, command_line_actor(), {options.name});
  if (!report) return pass_on(std::move(report));
  const std::string& to = networks->embedder.version().value;
  const bool done = report->hindrances.empty();
  if (options.json) {
    print_json(Json{{"gallery", options.name},
                    {"from", report->found.from.value},
                    {"to", to},
                    {"moved", report->entry.has_value()},
                    {"templates", report->found.templates},
                    {"people", report->people},
                    {"hindrances", json_of(report->hindrances)},
                    {"entry", report->entry ? Json(report->entry->value) : Json(nullptr)}});
  } else if (report->entry) {
    fmt::print("{} templates of {} are now of {} (log entry {})\n", report->found.templates, options.name, to,
               report->entry->value);
  } else if (done) {
    fmt::print("nothing to move: {} {}\n", options.name,
               report->found.from.value.empty() ? "is empty" : "has templates of these networks already");
  } else {
    fmt::print("{} stays as it is, of {}; what was made anew is kept. Before it can move:\n", options.name,
               report->found.from.value);
    for (const Hindrance& one : report->hindrances)
      fmt::print("  {}: {}; {}\n", one.person.value, one.cause, one.remedy);
  }
  return done ? 0 : failed;
}

/// Sees that a person is in the gallery, before the log speaks of it.
Result<consent::Subject> enrolled_person(DataFolder& data, const std::string& named, const std::string& gallery) {
  auto subject = data.database().find_subject(named);
  if (!subject) return subject;
  auto enrolled = data.database().is_enrolled(subject->id, {gallery});
  if (!enrolled) return pass_on(std::move(enrolled));
  if (*enrolled) return subject;
  return fail(ErrorKind::not_found, "noting a mistaken identity in gallery " + gallery,
              subject->id.value + " is not enrolled in it", "see who is with `regard person list`");
}

Result<int> mistaken(DataFolder& data, const GalleryOptions& options) {
  auto claimed = enrolled_person(data, options.person, options.name);
  if (!claimed) return pass_on(std::move(claimed));
  std::optional<consent::SubjectId> truly;
  if (!options.truly.empty()) {
    auto other = enrolled_person(data, options.truly, options.name);
    if (!other) return pass_on(std::move(other));
    truly = other->id;
    if (truly == claimed->id)
      return fail(ErrorKind::invalid_input, "noting a mistaken identity in gallery " + options.name,
                  "both are the same person", "name two");
  }
  auto entry = data.facts().note({.kind = consent::EntryKind::mistake_noted,
                                  .time = data.clock().now(),
                                  .actor = command_line_actor(),
                                  .subject = claimed->id,
                                  .gallery = consent::GalleryName{options.name}});
  if (!entry) return pass_on(std::move(entry));
  auto lowered = data.vault().not_this_person({options.name}, claimed->id, truly);
  if (!lowered) return pass_on(std::move(lowered));
  if (options.json)
    print_json(Json{{"gallery", options.name},
                    {"person", claimed->id.value},
                    {"was", truly ? Json(truly->value) : Json(nullptr)},
                    {"lowered", *lowered},
                    {"entry", entry->value}});
  else
    fmt::print("scores of {}{} are lowered by {:.2f} (log entry {})\n", claimed->name,
               truly ? ", where " + options.truly + " is as likely," : "", *lowered, entry->value);
  return 0;
}

Result<int> create_zone(DataFolder& data, const GalleryOptions& options) {
  consent::Zone zone{{options.name}, {}};
  for (const std::string& camera : options.cameras) zone.cameras.insert({camera});
  auto entry = data.facts().create(command_line_actor(), zone);
  if (!entry) return pass_on(std::move(entry));
  if (options.json)
    print_json(Json{{"zone", options.name}, {"entry", entry->value}});
  else
    fmt::print("zone {} has {} cameras (log entry {})\n", options.name, zone.cameras.size(), entry->value);
  return 0;
}

Result<int> list_zones(DataFolder& data, const GalleryOptions& options) {
  auto zones = data.database().zones();
  if (!zones) return pass_on(std::move(zones));
  Json all = Json::array();
  for (const consent::Zone& zone : *zones) {
    Json cameras = Json::array();
    for (const CameraName& camera : zone.cameras) cameras.push_back(camera.value);
    if (!options.json) fmt::print("{:20} cameras {}\n", zone.name.value, cameras.dump());
    all.push_back({{"zone", zone.name.value}, {"cameras", cameras}});
  }
  if (options.json) print_json(Json{{"zones", all}});
  return 0;
}

}  // namespace

void add_gallery_commands(CLI::App& app, int& exit_status) {
  CLI::App* galleries = app.add_subcommand("gallery", "Galleries: who may be looked for, for what, where");
  galleries->require_subcommand(1);
  const auto [creating, created] = add_data_command(*galleries, "create", "Make a gallery", create, exit_status);
  creating->add_option("NAME", created->name, "Lower-case letters, digits, - and _")->required();
  creating->add_option("--purpose", created->purpose, "access, authentication or association")->required();
  creating->add_option("--zone", created->zones, "Zones in which it may be used, by commas; new ones are made")
      ->delimiter(',');
  creating->add_option("--cap", created->cap, "Most people in it (default 100000)");
  add_data_command(*galleries, "list", "All galleries", list, exit_status);
  const auto [rekeying, rekeyed] = add_data_command(
      *galleries, "rekey", "Give a gallery a new secret, so that leaked templates match nothing", rekey, exit_status);
  rekeying->add_option("NAME", rekeyed->name, "Gallery")->required();

  const auto [moving, moved] = add_data_command(
      *galleries, "migrate",
      "Make the templates of a gallery anew with the networks that are installed now, from the pictures that were kept",
      migrate_gallery, exit_status);
  moving->add_option("NAME", moved->name, "Gallery")->required();
  add_network_options(*moving, moved->networks);
  const auto [mistaking, mistake] = add_data_command(
      *galleries, "mistake", "Somebody was taken for a person of a gallery: lower that person's scores a little",
      mistaken, exit_status);
  mistaking->add_option("NAME", mistake->name, "Gallery")->required();
  mistaking->add_option("PERSON", mistake->person, "Who was named: id, or name when only one person has it")
      ->required();
  mistaking->add_option("--was", mistake->truly,
                        "Who it was, when also enrolled: only where this person is as likely are scores lowered");

  CLI::App* zones = app.add_subcommand("zone", "Zones: sets of cameras");
  zones->require_subcommand(1);
  const auto [zoning, zoned] =
      add_data_command(*zones, "create", "Make a zone, or change its cameras", create_zone, exit_status);
  zoning->add_option("NAME", zoned->name, "Lower-case letters, digits, - and _")->required();
  zoning->add_option("--camera", zoned->cameras, "Names of its cameras, by commas")->delimiter(',');
  add_data_command(*zones, "list", "All zones", list_zones, exit_status);
}

}  // namespace regard::app
