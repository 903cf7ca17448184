#include "app/app.h"

#include <CLI/CLI.hpp>
#include <csignal>

#include "app/bench_command.h"
#include "app/cast_command.h"
#include "app/config.h"
#include "app/discover_command.h"
#include "app/eval_command.h"
#include "app/models_command.h"
#include "app/people_commands.h"
#include "app/server.h"
#include "app/sinks.h"
#include "app/watch.h"

namespace regard::app {

int run(int argc, const char* const* argv) {
  CLI::App app{"Regard makes any camera intelligent. No recognition off the record."};
  app.name("regard");
  app.set_version_flag("--version", std::string{"regard "} + REGARD_VERSION);
  app.require_subcommand(1);
  // A file that reaches the limit of its size is an error to report like a full disk, not a reason to die.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  int exit_status = 0;
  add_watch_command(app, exit_status);
  add_serve_command(app, exit_status);
  add_config_command(app, exit_status);
  add_person_command(app, exit_status);
  add_consent_command(app, exit_status);
  add_gallery_commands(app, exit_status);
  add_recognition_commands(app, exit_status);
  add_watchlist_command(app, exit_status);
  add_sinks_command(app, exit_status);
  add_log_command(app, exit_status);
  add_backup_commands(app, exit_status);
  add_calibrate_command(app, exit_status);
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
