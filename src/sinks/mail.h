// Mail: alerts by SMTP, for people who do not look at a screen. What is sent and when: docs/sinks.md.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/core.h"
#include "sinks/outlets.h"

namespace regard::sinks {

struct MailOptions {
  std::string url;  ///< smtp://HOST[:587], with STARTTLS, or smtps://HOST[:465]
  std::string from;
  std::vector<std::string> to;
  std::optional<Login> login{};
  std::string authorities{};             ///< PEM file of who vouches for the server; empty: those of the system
  std::vector<std::string> galleries{};  ///< somebody of these was identified: an alert
  bool cameras = false;                  ///< so is a camera that failed or stalled
  enum class Plain { refused, allowed } plain = Plain::refused;  ///< no TLS: for a server on this machine
};
/// All alerts that wait go into one mail, so that nobody gets a hundred. Does not connect yet. Errors: invalid_input
/// (an address, or nothing that would be an alert), not_found (the authorities).
[[nodiscard]] Result<std::unique_ptr<Outlet>> open_mail(const MailOptions& options, const Clock& clock);

}  // namespace regard::sinks
