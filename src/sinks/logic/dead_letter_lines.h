// The lines of dead letters. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sinks/dead_letters.h"

namespace regard::sinks {

/// One line with its line break.
[[nodiscard]] std::string dead_letter_line(const DeadLetter& letter);
/// Nothing when it is no such line.
[[nodiscard]] std::optional<DeadLetter> dead_letter_from(std::string_view line);

/// "mqtt.dead.jsonl"
[[nodiscard]] std::string dead_letters_name(std::string_view sink);

}  // namespace regard::sinks
