// `regard bench`: what this machine gives, in tables.
#pragma once

namespace CLI {
class App;
}

namespace regard::app {

/// Adds `bench` to the command line; `exit_status` is set when it has run.
void add_bench_command(CLI::App& app, int& exit_status);

}  // namespace regard::app
