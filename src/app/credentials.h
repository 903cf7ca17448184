// Where the cameras' user name and password come from: a file or the environment, never the command line.
#pragma once

#include <optional>
#include <string>

#include "capture/capture.h"
#include "core/core.h"

namespace regard::app {

/// The first line of `file` is USER:PASSWORD; without a file, REGARD_CAMERA_USER and REGARD_CAMERA_PASSWORD; nothing
/// when those are unset. Errors: not_found, invalid_input.
[[nodiscard]] Result<std::optional<capture::Credentials>> camera_credentials(const std::string& file);

}  // namespace regard::app
