// Subjects by small numbers, as the index knows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "consent/consent.h"

namespace regard::gallery {

/// Gives each subject with rows a number, and forgets who it was when the last row goes. Confined to one thread.
class SubjectTable {
 public:
  [[nodiscard]] std::optional<std::uint32_t> find(const consent::SubjectId& subject) const;
  [[nodiscard]] const consent::SubjectId& id(std::uint32_t number) const { return entries_[number].id; }
  [[nodiscard]] float offset(std::uint32_t number) const { return entries_[number].offset; }
  /// Counts a row more; the subject's number.
  std::uint32_t add_row(const consent::SubjectId& subject);
  void remove_row(std::uint32_t number);
  void set_offset(std::uint32_t number, float offset) { entries_[number].offset = offset; }

 private:
  struct Entry {
    consent::SubjectId id;
    std::uint32_t rows = 0;
    float offset = 0;
  };
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace regard::gallery
