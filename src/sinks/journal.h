// The journal: events are on the disk before anybody is told that they were taken, and every sink keeps its own place
// in them. A broker that is down for an hour thereby loses nothing. Formats and bounds: docs/sinks.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/core.h"

namespace regard::sinks {

/// One folder, used by one process at a time. Internally locked: any thread. What every sink has, and nobody may still
/// ask for, is removed, at the latest when the journal is closed.
class Journal {
 public:
  struct Options {
    /// Of all files together. When more waits, the oldest segment goes, and each sink that had not got it is told how
    /// many events it will never get. 256 MiB are a million events.
    std::uint64_t largest_bytes = std::uint64_t{256} << 20;
    /// What is dropped, or freed once every sink has it, at a time.
    std::uint64_t segment_bytes = std::uint64_t{4} << 20;
    /// The tail: so many of the last records stay for `after`, whoever has them, but none longer than `kept_for` (and a
    /// 24th of it more, for files go as a whole). 0: nothing stays once every sink has it.
    std::uint64_t kept_records = 0;
    Duration kept_for = std::chrono::hours{24};
  };
  /// Longer texts are refused.
  static constexpr std::size_t largest_text = std::size_t{64} << 10;

  struct Record {
    std::uint64_t number = 0;  ///< counted from 1 over all runs; the same when a record is delivered twice
    std::string text;          ///< one line
  };

  /// Makes the folder when absent. What a crash cut short is dropped. Errors: denied (rights; another process has it),
  /// unavailable (disk).
  [[nodiscard]] static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& folder,
                                                             const Options& options);
  virtual ~Journal() = default;

  /// On the disk when it returns (fdatasync); the record's number. Errors: invalid_input (a line break, or too long),
  /// unavailable (disk; nothing was kept, a later call may succeed).
  [[nodiscard]] virtual Result<std::uint64_t> append(std::string_view text) = 0;

  /// Makes `sink` (letters, digits, "-") known. Its place is that of the last run, or the end when it is new: a sink is
  /// not told what was before it. Errors: invalid_input, unavailable.
  [[nodiscard]] virtual Result<void> join(const std::string& sink) = 0;
  /// At most `most` records after the place of `sink`, which must have joined; waits for the first one at most
  /// `patience`, or until `stop`. The place does not move. Errors: unavailable (disk).
  [[nodiscard]] virtual Result<std::vector<Record>> next(const std::string& sink, std::size_t most,
                                                         const std::stop_token& stop, Duration patience) = 0;
  /// Moves the place of `sink` behind record `number`. A crash of the machine may undo the last moves, so a record may
  /// come twice, but never not at all. Errors: unavailable (disk).
  [[nodiscard]] virtual Result<void> acknowledge(const std::string& sink, std::uint64_t number) = 0;

  /// At most `most` records with numbers above `number` that are still there, oldest first; damaged ones are left out.
  /// Errors: unavailable (disk).
  [[nodiscard]] virtual Result<std::vector<Record>> after(std::uint64_t number, std::size_t most) const = 0;
  /// Number of the last record that was ever taken; 0: none.
  [[nodiscard]] virtual std::uint64_t newest() const = 0;
  /// Removes what has been kept for long enough. Happens with every record too; to be called now and then while there
  /// is none.
  virtual void forget() = 0;
  [[nodiscard]] virtual const std::filesystem::path& folder() const = 0;

  struct Backlog {
    std::uint64_t waiting = 0;  ///< records after the sink's place
    std::uint64_t lost = 0;     ///< since `open`: dropped because the journal was full, or unreadable
  };
  [[nodiscard]] virtual Backlog backlog(const std::string& sink) const = 0;
  /// Waits until nothing waits for `sink`, at most `patience`. False when something still does.
  [[nodiscard]] virtual bool wait_until_delivered(const std::string& sink, Duration patience) const = 0;
};

}  // namespace regard::sinks
