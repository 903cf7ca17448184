#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/io/answers.h"
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

using Json = nlohmann::ordered_json;

struct GalleryOptions : DataCommand {
  std::string name;
  std::string purpose;
  std::vector<std::string> zones;
  std::vector<std::string> cameras;
  std::uint64_t cap = 100'000;
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
    fmt::print("{}\n", Json{{"gallery", options.name}, {"entry", entry->value}}.dump());
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
    fmt::print("{}\n", Json{{"galleries", all}}.dump());
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
    fmt::print("{}\n", Json{{"gallery", options.name}, {"templates", *rows}, {"entry", entry->value}}.dump());
  else
    fmt::print("{} templates of {} have a new secret: what leaked before matches nothing any more (log entry {})\n",
               *rows, options.name, entry->value);
  return 0;
}

Result<int> create_zone(DataFolder& data, const GalleryOptions& options) {
  consent::Zone zone{{options.name}, {}};
  for (const std::string& camera : options.cameras) zone.cameras.insert({camera});
  auto entry = data.facts().create(command_line_actor(), zone);
  if (!entry) return pass_on(std::move(entry));
  if (options.json)
    fmt::print("{}\n", Json{{"zone", options.name}, {"entry", entry->value}}.dump());
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
  if (options.json) fmt::print("{}\n", Json{{"zones", all}}.dump());
  return 0;
}

using Body = Result<int> (*)(DataFolder&, const GalleryOptions&);

std::pair<CLI::App*, std::shared_ptr<GalleryOptions>> add_one(CLI::App& parent, const char* name, const char* help,
                                                              Body body, int& exit_status) {
  auto options = std::make_shared<GalleryOptions>();
  CLI::App* command = parent.add_subcommand(name, help);
  add_data_command_options(*command, *options);
  command->callback([options, body, &exit_status] {
    exit_status = with_data(options->data, [&](DataFolder& data) { return body(data, *options); });
  });
  return {command, options};
}

}  // namespace

void add_gallery_commands(CLI::App& app, int& exit_status) {
  CLI::App* galleries = app.add_subcommand("gallery", "Galleries: who may be looked for, for what, where");
  galleries->require_subcommand(1);
  const auto [creating, created] = add_one(*galleries, "create", "Make a gallery", create, exit_status);
  creating->add_option("NAME", created->name, "Lower-case letters, digits, - and _")->required();
  creating->add_option("--purpose", created->purpose, "access, authentication or association")->required();
  creating->add_option("--zone", created->zones, "Zones in which it may be used, by commas; new ones are made")
      ->delimiter(',');
  creating->add_option("--cap", created->cap, "Most people in it (default 100000)");
  add_one(*galleries, "list", "All galleries", list, exit_status);
  const auto [rekeying, rekeyed] = add_one(
      *galleries, "rekey", "Give a gallery a new secret, so that leaked templates match nothing", rekey, exit_status);
  rekeying->add_option("NAME", rekeyed->name, "Gallery")->required();

  CLI::App* zones = app.add_subcommand("zone", "Zones: sets of cameras");
  zones->require_subcommand(1);
  const auto [zoning, zoned] =
      add_one(*zones, "create", "Make a zone, or change its cameras", create_zone, exit_status);
  zoning->add_option("NAME", zoned->name, "Lower-case letters, digits, - and _")->required();
  zoning->add_option("--camera", zoned->cameras, "Names of its cameras, by commas")->delimiter(',');
  add_one(*zones, "list", "All zones", list_zones, exit_status);
}

}  // namespace regard::app
