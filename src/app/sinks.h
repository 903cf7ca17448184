// What command and server do with sinks: their state, their dead letters, asking for those again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/data_folder.h"
#include "core/core.h"
#include "sinks/dead_letters.h"

namespace CLI {
class App;
}

namespace regard::app {

/// The dead letters of a sink that the journal knows. Errors: not_found (no journal, no such sink); those of
/// DeadLetters.
[[nodiscard]] Result<std::vector<sinks::DeadLetter>> letters_of(const std::filesystem::path& journal,
                                                                const std::string& sink);

/// Which dead letters: some, or all.
struct WantedLetters {
  std::vector<std::uint64_t> numbers;
  bool all = false;
};
/// Asks for dead letters again; an entry of the log says so first. How many there were. Errors besides: invalid_input
/// (neither numbers nor all, or both), not_found (no such letter).
[[nodiscard]] Result<std::size_t> ask_again(DataFolder& data, const consent::Actor& actor,
                                            const std::filesystem::path& journal, const std::string& sink,
                                            const WantedLetters& wanted);

/// Adds `sinks` to the command line; `exit_status` is set when it has run.
void add_sinks_command(CLI::App& app, int& exit_status);

}  // namespace regard::app
