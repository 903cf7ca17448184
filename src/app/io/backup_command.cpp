#include <fmt/core.h>

#include <filesystem>
#include <fstream>

#include "app/io/data_command.h"
#include "app/people_commands.h"

namespace regard::app {
namespace {

namespace fs = std::filesystem;

struct BackupOptions : DataCommand {
  std::string folder;
  std::string log;
  bool with_master_key = false;
};

/// Beside the database: what a data folder is made of. The log comes last, so that it knows of everything before it.
constexpr const char* copied_files[] = {"log.pub",   "receipts.pub", "keys/log.sealed", "keys/receipts.sealed",
                                        "keys/salt", "log.jsonl"};

Result<void> copy_over(const fs::path& from, const fs::path& to) {
  std::error_code failure;
  fs::create_directories(to.parent_path(), failure);
  if (!failure) fs::copy_file(from, to, failure);
  if (failure)
    return fail(ErrorKind::unavailable, "copying " + from.string() + " to " + to.string(), failure.message(),
                "choose a new folder that may be written and has room");
  return {};
}

Result<int> backup(DataFolder& data, const BackupOptions& options) {
  const fs::path target{options.folder};
  if (fs::exists(target))
    return fail(ErrorKind::invalid_input, "backing up to " + options.folder, "it exists already", "name a new folder");
  auto noted = data.facts().note(
      {.kind = consent::EntryKind::exported, .time = data.clock().now(), .actor = command_line_actor()});
  if (!noted) return pass_on(std::move(noted));
  std::error_code failure;
  fs::create_directories(target, failure);
  fs::permissions(target, fs::perms::owner_all, failure);
  if (auto copied = data.database().backup(target / "regard.db"); !copied) return pass_on(std::move(copied));
  for (const char* name : copied_files) {
    if (!fs::exists(data.path() / name)) continue;
    if (auto copied = copy_over(data.path() / name, target / name); !copied) return pass_on(std::move(copied));
  }
  const fs::path key = data.path() / "keys/master.key";
  if (options.with_master_key && fs::exists(key)) {
    if (auto copied = copy_over(key, target / "keys/master.key"); !copied) return pass_on(std::move(copied));
  }
  if (options.json)
    print_json(Json{{"folder", options.folder}, {"entry", noted->value}});
  else
    fmt::print("{} holds everything{}\n", options.folder,
               options.with_master_key ? ", the master key too: guard it like the people in it"
                                       : " but the master key: keep keys/master.key elsewhere, apart from it");
  return 0;
}

/// What the log says was erased or withdrawn, ever: repeating it harms nobody.
Result<store::SinceBackup> since(const fs::path& log) {
  store::SinceBackup since;
  std::ifstream stream{log};
  if (!stream)
    return fail(ErrorKind::not_found, "reading the log " + log.string(), "there is no such file",
                "name the log that the installation had last with --log");
  for (std::string line; std::getline(stream, line);) {
    const auto entry = nlohmann::json::parse(line, nullptr, false);
    if (!entry.is_object() || !entry.contains("kind") || !entry["kind"].is_string()) continue;
    auto at = time_from(entry.value("time", ""), {});
    if (!at) continue;
    const auto kind = consent::entry_kind_from(entry["kind"].get<std::string>());
    if (kind == consent::EntryKind::erased)
      since.erased.push_back({{entry.value("subject", "")}, {entry.value("index", std::uint64_t{0})}, *at});
    if (kind == consent::EntryKind::consent_withdrawn) since.withdrawn.push_back({{entry.value("consent", "")}, *at});
  }
  return since;
}

Result<int> restore(const BackupOptions& options) {
  const fs::path from{options.folder};
  const fs::path target = path_of(options.data);
  if (fs::exists(target / "regard.db"))
    return fail(ErrorKind::invalid_input, "restoring to " + target.string(), "there is a database already",
                "move the folder away first, or choose another with --data");
  const fs::path log = options.log.empty() ? from / "log.jsonl" : fs::path{options.log};
  auto key = read_public_key(from / "log.pub");
  if (!key) return pass_on(std::move(key));
  if (auto whole = events::verify_log(log, *key); !whole) return pass_on(std::move(whole));
  auto later = since(log);
  if (!later) return pass_on(std::move(later));
  for (const char* name : copied_files) {
    const fs::path source = std::string_view{name} == "log.jsonl" ? log : from / name;
    if (!fs::exists(source)) continue;
    if (auto copied = copy_over(source, target / name); !copied) return pass_on(std::move(copied));
  }
  const fs::path master = from / "keys/master.key";
  if (fs::exists(master)) {
    if (auto copied = copy_over(master, target / "keys/master.key"); !copied) return pass_on(std::move(copied));
  }
  if (auto restored = store::Database::restore(from / "regard.db", target / "regard.db", *later); !restored)
    return pass_on(std::move(restored));
  if (options.json)
    print_json(Json{{"folder", target.string()}, {"erased_again", later->erased.size()}});
  else
    fmt::print(
        "{} is restored; {} people who were erased stay erased{}\n", target.string(), later->erased.size(),
        fs::exists(target / "keys/master.key") ? "" : "\nnow put the master key into keys/master.key (mode 600)");
  return 0;
}

}  // namespace

void add_backup_commands(CLI::App& app, int& exit_status) {
  const auto [saving, saved] =
      add_data_command(app, "backup", "Copy the data folder while Regard runs", backup, exit_status);
  saving->add_option("FOLDER", saved->folder, "New folder to write")->required();
  saving->add_flag("--with-master-key", saved->with_master_key,
                   "Copy the master key too: whoever has such a backup can read everything");

  auto brought = std::make_shared<BackupOptions>();
  CLI::App* bringing =
      app.add_subcommand("restore", "Make a data folder from a backup; who was erased since stays erased");
  add_data_command_options(*bringing, *brought);
  bringing->add_option("FOLDER", brought->folder, "The backup")->required();
  bringing->add_option("--log", brought->log,
                       "The log as it was last (default: the backup's): erasures after the backup are in it");
  bringing->callback([brought, &exit_status] { exit_status = reported(restore(*brought)); });
}

}  // namespace regard::app
