#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/io/data_command.h"
#include "app/people_commands.h"
#include "app/terminal.h"

namespace regard::app {
namespace {

namespace fs = std::filesystem;

struct LogOptions : DataCommand {
  std::uint64_t entry = 0;
  std::uint64_t from = 0;
  std::uint64_t count = 0;
  std::string old_head;
  std::string file;
  std::string key;
  std::string person;
};

Result<events::TreeHead> read_head(const std::string& file) {
  std::ifstream stream{file};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  if (text.empty())
    return fail(ErrorKind::not_found, "reading the tree head " + file, "it cannot be read, or it is empty",
                "name a file that `regard log head --json` wrote");
  return events::tree_head_from(text);
}

Result<int> head(DataFolder& data, const LogOptions& options) {
  auto head = data.log().head();
  if (!head) return pass_on(std::move(head));
  if (options.json)
    fmt::print("{}\n", events::to_json(*head));
  else
    fmt::print(
        "{} entries, root {}\nsigned {} by the key {}\nkeep this head elsewhere: later, regard log verify "
        "--against shows that nothing was rewritten\n",
        head->size, crypto::to_hex(head->root), to_rfc3339(head->time), crypto::to_hex(data.log().public_key()));
  return 0;
}

Result<int> list(DataFolder& data, const LogOptions& options) {
  auto head = data.log().head();
  if (!head) return pass_on(std::move(head));
  const std::uint64_t to = options.count == 0 ? head->size : std::min(head->size, options.from + options.count);
  const std::string wanted = options.person.empty() ? "" : "\"" + options.person + "\"";
  auto read = data.log().read(options.from, to, [&](consent::EntryId, std::string_view text) {
    if (wanted.empty() || text.find(wanted) != std::string_view::npos) fmt::print("{}\n", text);
  });
  if (!read) return pass_on(std::move(read));
  return 0;
}

Result<int> prove(DataFolder& data, const LogOptions& options) {
  auto proof = data.log().prove({options.entry});
  if (!proof) return pass_on(std::move(proof));
  fmt::print("{}\n", *proof);
  return 0;
}

Result<int> verify(const LogOptions& options) {
  // As they lie, without opening the folder: a check must not change what it checks.
  const fs::path folder = path_of(options.data);
  auto key = read_public_key(options.key.empty() ? folder / "log.pub" : fs::path{options.key});
  if (!key) return pass_on(std::move(key));
  std::optional<events::TreeHead> old_head;
  if (!options.old_head.empty()) {
    auto head = read_head(options.old_head);
    if (!head) return pass_on(std::move(head));
    old_head = *head;
  }
  const fs::path file = options.file.empty() ? folder / "log.jsonl" : fs::path{options.file};
  auto check = events::verify_log(file, *key, old_head);
  if (!check) {
    if (check.error().kind != ErrorKind::corrupt && check.error().kind != ErrorKind::invalid_input)
      return pass_on(std::move(check));
    if (options.json) print_json(Json{{"valid", false}, {"reason", check.error().message()}});
    Terminal{}.complain(check.error().message());
    return not_matched;
  }
  if (options.json)
    print_json(Json{{"valid", true}, {"entries", check->entries}});
  else
    fmt::print("the log is whole: {} entries, every one as it was written{}\n", check->entries,
               old_head ? ", and the old head is part of it" : "");
  return 0;
}

Result<int> export_log(DataFolder& data, const LogOptions& options) {
  auto noted = data.facts().note(
      {.kind = consent::EntryKind::exported, .time = data.clock().now(), .actor = command_line_actor()});
  if (!noted) return pass_on(std::move(noted));
  std::error_code failure;
  fs::create_directories(options.file, failure);
  for (const char* name : {"log.jsonl", "log.pub"}) {
    if (!failure)
      fs::copy_file(data.path() / name, fs::path{options.file} / name, fs::copy_options::overwrite_existing, failure);
  }
  if (failure)
    return fail(ErrorKind::unavailable, "exporting the log to " + options.file, failure.message(),
                "choose a folder that may be written and has room");
  if (options.json)
    print_json({{"folder", options.file}, {"entry", noted->value}});
  else
    fmt::print(
        "log and public key are in {0}; anybody can check them with\n  regard-log-verify {0}/log.jsonl {0}/log.pub\n",
        options.file);
  return 0;
}

void add_verify(CLI::App& parent, int& exit_status) {
  auto options = std::make_shared<LogOptions>();
  CLI::App* command = parent.add_subcommand(
      "verify", "Check every entry with the public key alone. Exit status 0: whole, 1: tampered with, 2: not readable");
  add_data_command_options(*command, *options);
  command->add_option("--against", options->old_head,
                      "Tree head kept earlier (log head --json): was it rewritten since?");
  command->add_option("--log", options->file, "Log file (default: the data folder's)");
  command->add_option("--key", options->key, "Public key file (default: the data folder's)");
  command->callback([options, &exit_status] { exit_status = reported(verify(*options)); });
}

}  // namespace

void add_log_command(CLI::App& app, int& exit_status) {
  CLI::App* parent = app.add_subcommand("log", "The transparency log: what recognition did, checkable by anybody");
  parent->require_subcommand(1);
  add_data_command(*parent, "head", "The signed head of the log's tree", head, exit_status);
  const auto [listing, listed] = add_data_command(*parent, "list", "Entries, one JSON line each", list, exit_status);
  listing->add_option("--from", listed->from, "First entry (default 0)");
  listing->add_option("--count", listed->count, "At most so many (default all)");
  listing->add_option("--person", listed->person, "Only entries about this person's id");
  const auto [proving, proved] =
      add_data_command(*parent, "prove", "Prove that an entry is in the log, as JSON to hand over", prove, exit_status);
  proving->add_option("ENTRY", proved->entry, "Number of the entry")->required();
  add_verify(*parent, exit_status);
  const auto [exporting, exported] =
      add_data_command(*parent, "export", "Copy log and public key for an outside auditor", export_log, exit_status);
  exporting->add_option("FOLDER", exported->file, "Folder to write into")->required();
}

}  // namespace regard::app
