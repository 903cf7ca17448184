// One append-only file shared by processes: locking, lines, and appends that are durable or leave nothing behind.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "core/core.h"
#include "core/files.h"

namespace regard::events {

/// Any thread, but a Lock belongs to the open file: threads must not hold two at once.
class LogFile {
 public:
  enum class Access { read, append };
  /// `doing` begins every error. With Access::append the file is made when absent (mode 0600) and its folder synced.
  /// Errors: not_found, denied, unavailable.
  [[nodiscard]] static Result<LogFile> open(std::filesystem::path path, Access access, std::string doing);

  enum class Sharing { shared, exclusive };
  /// Keeps other processes out (exclusive: all; shared: those that want it exclusively) while it lives.
  class Lock {
   public:
    explicit Lock(int descriptor) : descriptor_{descriptor} {}
    Lock(Lock&& other) noexcept : descriptor_{other.descriptor_} { other.descriptor_ = -1; }
    Lock& operator=(Lock&&) = delete;
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock();

   private:
    int descriptor_;
  };
  [[nodiscard]] Result<Lock> lock(Sharing sharing) const;

  [[nodiscard]] Result<std::uint64_t> size() const;
  /// Whether the path still leads to this file: a log that was moved away must not be written any more.
  [[nodiscard]] bool is_in_place() const;

  using TakeLine = std::function<Result<void>(std::string_view line, std::uint64_t offset)>;
  /// Calls `take` with each whole line that lies in [from, to), without its line break, and gives what remains after
  /// the last one. Of zeros at its end, of which a power cut may leave many, only the first. Errors: those of `take`;
  /// corrupt (a line longer than `longest`); unavailable.
  [[nodiscard]] Result<std::string> read_lines(std::uint64_t from, std::uint64_t to, std::size_t longest,
                                               const TakeLine& take) const;
  /// Bytes [from, to); fewer when the file is shorter.
  [[nodiscard]] Result<std::string> read(std::uint64_t from, std::uint64_t to) const;

  /// Writes `text` at `offset`, the end of the file, and waits until it is on the disk. When that fails the file is cut
  /// back to `offset`. Errors: unavailable.
  [[nodiscard]] Result<void> append(std::string_view text, std::uint64_t offset) const;
  /// Cuts the file to `size` bytes, durably.
  [[nodiscard]] Result<void> truncate(std::uint64_t size) const;

  [[nodiscard]] const std::string& doing() const { return doing_; }

 private:
  LogFile(Descriptor descriptor, std::filesystem::path path, std::string doing);
  [[nodiscard]] tl::unexpected<Error> line_too_long() const;

  Descriptor descriptor_;
  std::filesystem::path path_;
  std::string doing_;
};

}  // namespace regard::events
