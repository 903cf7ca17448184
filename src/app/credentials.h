// Where the user names, passwords and secrets of cameras, brokers and endpoints come from: a file or the environment,
// never the command line.
#pragma once

#include <optional>
#include <string>

#include "capture/capture.h"
#include "core/core.h"
#include "sinks/outlets.h"

namespace regard::app {

/// The first line of `file` is USER:PASSWORD; without a file, REGARD_CAMERA_USER and REGARD_CAMERA_PASSWORD; nothing
/// when those are unset. Errors: not_found, invalid_input.
[[nodiscard]] Result<std::optional<capture::Credentials>> camera_credentials(const std::string& file);

/// The same for the broker: REGARD_MQTT_USER and REGARD_MQTT_PASSWORD.
[[nodiscard]] Result<std::optional<sinks::Login>> mqtt_login(const std::string& file);

/// The same for the mail server: REGARD_MAIL_USER and REGARD_MAIL_PASSWORD.
[[nodiscard]] Result<std::optional<sinks::Login>> mail_login(const std::string& file);

/// The first line of `file`, else REGARD_WEBHOOK_SECRET, else "". Errors: not_found.
[[nodiscard]] Result<std::string> webhook_secret(const std::string& file);

}  // namespace regard::app
