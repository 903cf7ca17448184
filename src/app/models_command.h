// `regard models`: which networks there are, and getting them.
#pragma once

namespace CLI {
class App;
}

namespace regard::app {

/// Adds `models list`, `models install`, `models verify` and `models add` to `app`. When one of them was run,
/// `exit_status` is 0, or 2 after an error; one line on the error stream then says why. Both references must outlive
/// the parsing of `app`.
void add_models_command(CLI::App& app, int& exit_status);

}  // namespace regard::app
