#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "app/config.h"
#include "app/people_commands.h"
#include "app/terminal.h"

namespace regard::app {

Result<ServeOptions> read_config(const std::string& file) {
  std::ifstream stream{file, std::ios::binary};
  std::error_code ignored;
  if (!stream || std::filesystem::is_directory(file, ignored))
    return fail(ErrorKind::not_found, "reading the configuration " + file, "it cannot be read",
                "check its name and rights");
  return config_from(std::string{std::istreambuf_iterator<char>{stream}, {}}, file);
}

void add_config_command(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand("config", "The configuration file of the server");
  command->require_subcommand(1);
  CLI::App* checking = command->add_subcommand(
      "check", "Read a configuration as serve would, and say what is wrong. Exit status 0: nothing, 2: something");
  auto file = std::make_shared<std::string>();
  checking->add_option("FILE", *file, "Configuration in TOML; docs/serve.md has all keys")->required();
  checking->callback([file, &exit_status] {
    const auto config = read_config(*file);
    if (!config) {
      Terminal{}.complain(config.error().message());
      exit_status = failed;
      return;
    }
    if (const auto checked = check(config->outlets); !checked) {
      Terminal{}.complain(checked.error().message());
      exit_status = failed;
      return;
    }
    Terminal{}.say("nothing is wrong: " + std::to_string(config->cameras.size()) + " cameras, " +
                   url_of(config->listen, config->certificate.empty() ? Scheme::http : Scheme::https));
    exit_status = 0;
  });
}

}  // namespace regard::app
