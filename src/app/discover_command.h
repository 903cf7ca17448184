// `regard discover`: lists the ONVIF cameras of this network with ready addresses.
#pragma once

namespace CLI {
class App;
}

namespace regard::app {

/// Adds the command to `app`. When it runs, `exit_status` becomes 0 when cameras answered, 1 when none did, 2 on
/// errors.
void add_discover_command(CLI::App& app, int& exit_status);

}  // namespace regard::app
