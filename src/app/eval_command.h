// `regard eval`: measures detection, faces and tracking against ground truth.
#pragma once

namespace CLI {
class App;
}

namespace regard::app {

/// Adds `eval detect`, `eval faces` and `eval track` to `app`. When one of them was run, `exit_status` is 0, or 2 when
/// its input was bad; one line on the error stream then says why. Both references must outlive the parsing of `app`.
void add_eval_command(CLI::App& app, int& exit_status);

/// Adds `verify`, `liveness` and `search` to `eval`.
void add_eval_recognition_commands(CLI::App& eval, int& exit_status);
/// Adds `identify` to `eval`.
void add_eval_identify_command(CLI::App& eval, int& exit_status);
/// Adds `calibrate`.
void add_calibrate_command(CLI::App& app, int& exit_status);

}  // namespace regard::app
