// The lines and file names of a journal. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace regard::sinks {

/// `text` after sixteen digits of its SHA-256 and a blank, with a line break: by which a damaged record is told.
[[nodiscard]] std::string journal_line(std::string_view text);
/// The text of a line without its line break; nothing when it is damaged.
[[nodiscard]] std::optional<std::string_view> text_of_line(std::string_view line);

/// "00000000000000000042.segment": the number of its first record.
[[nodiscard]] std::string segment_name(std::uint64_t first);
[[nodiscard]] std::optional<std::uint64_t> first_of_segment(std::string_view name);

/// "mqtt.position" and its content, "42\n": the number of the last record that the sink has.
[[nodiscard]] std::string position_name(std::string_view sink);
[[nodiscard]] std::optional<std::string> sink_of_position(std::string_view name);
[[nodiscard]] std::optional<std::uint64_t> position_from(std::string_view content);

/// Whether it may be part of a file's name: 1 to 64 letters, digits and "-".
[[nodiscard]] bool is_sink_name(std::string_view name);

}  // namespace regard::sinks
