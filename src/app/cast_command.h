// `regard cast`: synthetic people and their ground truth, as files.
#pragma once

namespace CLI {
class App;
}

namespace regard::app {

/// Adds `cast` to the command line; `exit_status` is set when it has run.
void add_cast_command(CLI::App& app, int& exit_status);

}  // namespace regard::app
