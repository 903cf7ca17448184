#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "app/io/answers.h"
#include "app/io/data_command.h"
#include "app/people_commands.h"
#include "app/sinks.h"

namespace regard::app {
namespace {

struct SinksOptions : DataCommand {
  std::string journal;
  std::string sink;
  std::vector<std::uint64_t> numbers;
  bool all = false;
};

std::filesystem::path journal_of(const DataFolder& data, const SinksOptions& options) {
  return options.journal.empty() ? data.path() / "journal" : std::filesystem::path{options.journal};
}

Result<int> list(DataFolder& data, const SinksOptions& options) {
  auto sinks = sinks::sinks_in(journal_of(data, options));
  if (!sinks) return pass_on(std::move(sinks));
  Json json = Json::array();
  for (const sinks::SinkFiles& sink : *sinks) {
    json.push_back(
        Json{{"name", sink.name}, {"has", sink.has}, {"waiting", sink.waiting}, {"dead_letters", sink.dead_letters}});
    if (!options.json)
      fmt::print("{:20}  has everything up to event {}; {} wait; {} dead letters\n", sink.name, sink.has, sink.waiting,
                 sink.dead_letters);
  }
  if (options.json) print_json(Json{{"sinks", json}});
  return 0;
}

Result<int> dead_letters(DataFolder& data, const SinksOptions& options) {
  auto letters = letters_of(journal_of(data, options), options.sink);
  if (!letters) return pass_on(std::move(letters));
  for (const sinks::DeadLetter& letter : *letters) print_json(letter_json(letter));
  return 0;
}

Result<int> replay(DataFolder& data, const SinksOptions& options) {
  auto asked =
      ask_again(data, command_line_actor(), journal_of(data, options), options.sink, {options.numbers, options.all});
  if (!asked) return pass_on(std::move(asked));
  if (options.json)
    print_json(Json{{"asked", *asked}});
  else
    fmt::print("{} events are delivered again by the process that delivers, or by the next one\n", *asked);
  return 0;
}

void add_journal_option(CLI::App& command, SinksOptions& options) {
  command.add_option("--journal", options.journal, "Folder of the journal (default: journal in the data folder)");
}

}  // namespace

void add_sinks_command(CLI::App& app, int& exit_status) {
  CLI::App* parent = app.add_subcommand("sinks", "Where events go: what waits, what was refused, and asking again");
  parent->require_subcommand(1);
  const auto [listing, listed] = add_data_command(
      *parent, "list", "Every sink of the journal: what it has, what waits, dead letters", list, exit_status);
  add_journal_option(*listing, *listed);
  const auto [showing, shown] = add_data_command(
      *parent, "dead-letters", "Events that a sink refused for good, one JSON line each, without names", dead_letters,
      exit_status);
  showing->add_option("SINK", shown->sink, "Its name, as list shows it")->required();
  add_journal_option(*showing, *shown);
  const auto [replaying, replayed] = add_data_command(
      *parent, "replay",
      "Deliver dead letters again, with their numbers and signed anew. An entry of the log says who asked", replay,
      exit_status);
  replaying->add_option("SINK", replayed->sink, "Its name, as list shows it")->required();
  replaying->add_option("--number", replayed->numbers, "Number of the event; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  replaying->add_flag("--all", replayed->all, "All dead letters of the sink");
  add_journal_option(*replaying, *replayed);
}

}  // namespace regard::app
