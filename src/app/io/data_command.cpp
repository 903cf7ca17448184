#include "app/io/data_command.h"

#include <fmt/core.h>

#include "app/people_commands.h"
#include "app/terminal.h"

namespace regard::app {

void print_json(const Json& json) { fmt::print("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace)); }

int reported(const Result<int>& outcome) {
  if (outcome) return *outcome;
  Terminal{}.complain(outcome.error().message());
  return failed;
}

int with_data(const DataOptions& options, const std::function<Result<int>(DataFolder&)>& body) {
  auto data = DataFolder::open(options);
  if (!data) return reported(pass_on(std::move(data)));
  return reported(body(**data));
}

void add_data_command_options(CLI::App& command, DataCommand& options) {
  add_data_options(command, options.data);
  command.add_flag("--json", options.json, "Print one JSON object");
}

}  // namespace regard::app
