#include "gallery/logic/subject_table.h"

namespace regard::gallery {

std::optional<std::uint32_t> SubjectTable::find(const consent::SubjectId& subject) const {
  const auto at = numbers_.find(subject.value);
  if (at == numbers_.end()) return std::nullopt;
  return at->second;
}

std::uint32_t SubjectTable::add_row(const consent::SubjectId& subject) {
  std::uint32_t number = 0;
  if (const auto known = find(subject)) {
    number = *known;
  } else if (!free_.empty()) {
    number = free_.back();
    free_.pop_back();
  } else {
    number = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  }
  Entry& entry = entries_[number];
  if (entry.rows++ == 0) {
    entry.id = subject;
    numbers_.emplace(subject.value, number);
  }
  return number;
}

void SubjectTable::remove_row(std::uint32_t number) {
  Entry& entry = entries_[number];
  CHECK(entry.rows > 0);
  if (--entry.rows > 0) return;
  numbers_.erase(entry.id.value);
  entry = {};
  free_.push_back(number);
}

}  // namespace regard::gallery
