// `regard serve --config FILE`: what a server does, written down. All keys: docs/serve.md.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/cameras.h"
#include "app/server.h"
#include "core/core.h"

namespace CLI {
class App;
}

namespace regard::app {

/// One key, for documents and for refusals.
struct ConfigKey {
  std::string_view table;  ///< "" or one of "tls", "notice", "journal", "mqtt", "webhook", "mail", "camera"
  std::string_view name;
  std::string_view value;  ///< an example
  std::string_view what;
};
[[nodiscard]] std::span<const ConfigKey> config_keys();

/// Reads TOML. `name` is used in errors only. Errors: invalid_input (no TOML; an unknown key, with the nearest known
/// one; a value of another kind; two cameras of one name; and those of `check`), limit (too long).
[[nodiscard]] Result<ServeOptions> config_from(std::string_view text, const std::string& name);
/// Reads a file. Errors besides: not_found.
[[nodiscard]] Result<ServeOptions> read_config(const std::string& file);
/// The cameras alone, in the same form: `config_from` reads them back.
[[nodiscard]] std::string config_text(std::span<const CameraSettings> cameras);

/// Adds `config check` to the command line; `exit_status` is set when it has run.
void add_config_command(CLI::App& app, int& exit_status);

}  // namespace regard::app
