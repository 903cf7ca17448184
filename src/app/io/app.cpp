#include "app/app.h"

#include <CLI/CLI.hpp>

#include "app/bench_command.h"
#include "app/cast_command.h"
#include "app/discover_command.h"
#include "app/eval_command.h"
#include "app/models_command.h"
#include "app/watch.h"

namespace regard::app {

int run(int argc, const char* const* argv) {
  CLI::App app{"Regard makes any camera intelligent. No recognition off the record."};
  app.name("regard");
  app.set_version_flag("--version", std::string{"regard "} + REGARD_VERSION);
  app.require_subcommand(1);
  int exit_status = 0;
  add_watch_command(app, exit_status);
  add_eval_command(app, exit_status);
  add_bench_command(app, exit_status);
  add_cast_command(app, exit_status);
  add_models_command(app, exit_status);
  add_discover_command(app, exit_status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : 2;
  }
  return exit_status;
}

}  // namespace regard::app
