// `regard eval`: measures detection, faces, tracking and recognition against ground truth.
#pragma once

namespace CLI {
class App;
}

namespace regard::app {

/// Adds `eval detect`, `eval faces`, `eval track` and `eval liveness` to `app`. When one of them was run, `exit_status`
/// is 0, or 2 when its input was bad; one line on the error stream then says why. Both references must outlive the
/// parsing of `app`.
void add_eval_command(CLI::App& app, int& exit_status);

}  // namespace regard::app
