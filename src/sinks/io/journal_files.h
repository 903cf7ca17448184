// The files of a journal: segments that are appended to and read, and the positions of sinks.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/core.h"
#include "core/files.h"

namespace regard::sinks {

/// Some records in one file, the first of them giving it its name. Confined to one thread.
class Segment {
 public:
  /// Reads where its records are; a last one that was cut short is cut off. Errors: denied, unavailable.
  [[nodiscard]] static Result<Segment> open(std::filesystem::path file, std::uint64_t first);
  /// Makes it, durably. Errors: denied, unavailable.
  [[nodiscard]] static Result<Segment> create(const std::filesystem::path& folder, std::uint64_t first);

  [[nodiscard]] std::uint64_t first() const { return first_; }
  /// One behind the number of its last record.
  [[nodiscard]] std::uint64_t end() const { return first_ + begins_.size(); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  using Time = std::chrono::system_clock::time_point;
  [[nodiscard]] Time made() const { return made_; }        ///< by this process, or opened by it
  [[nodiscard]] Time written() const { return written_; }  ///< when its last record came

  /// Writes a whole line and waits for the disk; after an error the file is as it was. Errors: unavailable.
  [[nodiscard]] Result<void> append(std::string_view line);
  /// The line of a record, without its line break. Errors: unavailable.
  [[nodiscard]] Result<std::string> line(std::uint64_t number) const;
  void remove() const;

 private:
  Segment(std::filesystem::path file, std::uint64_t first, Descriptor descriptor)
      : file_{std::move(file)}, first_{first}, descriptor_{std::move(descriptor)} {}
  [[nodiscard]] Result<void> find_lines();
  [[nodiscard]] Result<std::string> bytes_at(std::uint64_t from, std::uint64_t to) const;

  std::filesystem::path file_;
  std::uint64_t first_;
  Descriptor descriptor_;
  std::vector<std::uint64_t> begins_;  ///< offset of each record
  std::uint64_t bytes_ = 0;
  Time made_ = std::chrono::system_clock::now();
  Time written_ = made_;
};

enum class Durability {
  soon,  ///< a crash of the machine may undo it
  now,   ///< on the disk when the call returns
};
/// Replaces `file` by `content` in one step. Errors: unavailable.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& file, std::string_view content,
                                        Durability durability = Durability::soon);
/// Appends whole lines, on the disk when it returns; after an error the file is as it was. Errors: unavailable.
[[nodiscard]] Result<void> append_to_file(const std::filesystem::path& file, std::string_view lines);
/// "" when there is none.
[[nodiscard]] std::string whole_file(const std::filesystem::path& file);
/// A file that nobody else holds locked. Errors: denied (somebody does; rights).
[[nodiscard]] Result<Descriptor> lock_file(const std::filesystem::path& file);
/// The same, but waits for whoever does. Errors: denied (rights).
[[nodiscard]] Result<Descriptor> wait_for_lock(const std::filesystem::path& file);
[[nodiscard]] tl::unexpected<Error> journal_fault(const std::filesystem::path& file, int problem,
                                                  const std::string& step);

}  // namespace regard::sinks
