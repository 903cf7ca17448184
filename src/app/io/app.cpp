#include "app/app.h"

#include <CLI/CLI.hpp>

#include "app/watch.h"

namespace regard::app {

int run(int argc, const char* const* argv) {
  CLI::App app{"Regard makes any camera intelligent. No recognition off the record."};
  app.name("regard");
  app.set_version_flag("--version", std::string{"regard "} + REGARD_VERSION);
  app.require_subcommand(1);
  int exit_status = 0;
  add_watch_command(app, exit_status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : 2;
  }
  return exit_status;
}

}  // namespace regard::app
