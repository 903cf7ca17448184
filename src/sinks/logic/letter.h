// What is worth a mail, and how it reads. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/core.h"
#include "sinks/mail.h"

namespace regard::sinks {

/// Errors: invalid_input, with the key that is wrong.
[[nodiscard]] Result<void> check_mail(const MailOptions& options);

[[nodiscard]] bool is_alert(std::string_view event, const MailOptions& options);

/// A message as RFC 5322 has it, lines ended by CR LF, one line for each alert; `alerts` as they are told, with names,
/// and not empty.
[[nodiscard]] std::string letter_about(std::span<const Journal::Record> alerts, const MailOptions& options,
                                       Timestamp now);

}  // namespace regard::sinks
