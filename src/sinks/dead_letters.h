// Dead letters: events that a sink's other side refused for good. They wait for somebody to mend the endpoint and ask
// for them again. Format: docs/sinks.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/core.h"

namespace regard::sinks {

/// Value.
struct DeadLetter {
  std::uint64_t number = 0;  ///< the event's, which a replay keeps
  Timestamp time{};          ///< when it was refused last
  int status = 0;            ///< that the other side answered; 0: none
  std::string cause{};
  int attempts = 0;
  bool is_asked_again = false;  ///< and not delivered yet
  std::string text{};           ///< the event; people by their pseudonyms
};

/// The dead letters of one sink, in a file of the journal's folder. Any thread; several processes at once.
class DeadLetters {
 public:
  /// Of all letters together; then the older half goes.
  static constexpr std::uintmax_t largest_bytes = std::uintmax_t{8} << 20;

  /// Nothing is read or written yet.
  DeadLetters(const std::filesystem::path& journal, const std::string& sink);

  /// Oldest first; none when there is no file. A line that is damaged is left out. Errors: denied, unavailable.
  [[nodiscard]] Result<std::vector<DeadLetter>> list() const;
  /// On the disk when it returns. How many older ones had to go. Errors: denied, unavailable.
  [[nodiscard]] Result<std::size_t> add(const DeadLetter& letter) const;
  /// Marks those of `numbers`, all when it is empty, to be delivered again by whoever delivers to the sink: the process
  /// that runs now, else the next one. How many there were. Errors: denied, unavailable.
  [[nodiscard]] Result<std::size_t> ask_again(std::span<const std::uint64_t> numbers) const;
  /// What came of those that were asked again: takes away what was delivered, and puts in what was refused once more.
  /// Errors: denied, unavailable.
  [[nodiscard]] Result<void> settle(std::span<const std::uint64_t> delivered,
                                    std::span<const DeadLetter> refused) const;

  /// Differs whenever the letters may have changed. Quick. "" when there are none.
  [[nodiscard]] std::string version() const;

 private:
  std::filesystem::path file_;
  std::filesystem::path lock_;
};

/// A sink as its files tell it, whoever uses the journal at the moment.
struct SinkFiles {
  std::string name;
  std::uint64_t has = 0;      ///< number of the last event that it has
  std::uint64_t waiting = 0;  ///< events after that
  std::uint64_t dead_letters = 0;
};
/// All sinks of a journal, by name; changes nothing. Errors: not_found (no journal), denied, unavailable.
[[nodiscard]] Result<std::vector<SinkFiles>> sinks_in(const std::filesystem::path& journal);

}  // namespace regard::sinks
