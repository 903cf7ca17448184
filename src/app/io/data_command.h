// What commands share that use the data folder or print JSON.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/data_folder.h"
#include "core/core.h"

namespace regard::app {

using Json = nlohmann::ordered_json;

/// What a command that uses the data folder shares with the others.
struct DataCommand {
  DataOptions data;
  bool json = false;
};

/// One object on one line. Names that are not UTF-8 lose the bytes that are not, rather than the whole line.
void print_json(const Json& json);

/// Runs `body` on the open data folder; failures become one line on standard error and status 2.
[[nodiscard]] int with_data(const DataOptions& options, const std::function<Result<int>(DataFolder&)>& body);
/// The same for what needs no data folder.
[[nodiscard]] int reported(const Result<int>& outcome);

/// Adds --data, --passphrase-file and --json.
void add_data_command_options(CLI::App& command, DataCommand& options);

template <typename Options>
struct Added {
  CLI::App* command;
  std::shared_ptr<Options> options;
};

/// Adds a command whose `body` runs on the open data folder. `exit_status` must outlive the parsing.
template <typename Options>
Added<Options> add_data_command(CLI::App& parent, const char* name, const char* help,
                                Result<int> (*body)(DataFolder&, const Options&), int& exit_status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = parent.add_subcommand(name, help);
  add_data_command_options(*command, *options);
  command->callback([options, body, &exit_status] {
    exit_status = with_data(options->data, [&](DataFolder& data) { return body(data, *options); });
  });
  return {command, std::move(options)};
}

}  // namespace regard::app
