#include "sinks/dead_letters.h"

#include <sys/stat.h>

#include <algorithm>
#include <sstream>
#include <system_error>

#include "sinks/io/journal_files.h"
#include "sinks/logic/dead_letter_lines.h"
#include "sinks/logic/journal_lines.h"

namespace regard::sinks {
namespace {

namespace fs = std::filesystem;

std::vector<DeadLetter> letters_in(const fs::path& file) {
  std::vector<DeadLetter> letters;
  std::istringstream lines{whole_file(file)};
  for (std::string line; std::getline(lines, line);) {
    if (auto letter = dead_letter_from(line)) letters.push_back(std::move(*letter));
  }
  return letters;
}

Result<void> keep(const fs::path& file, std::span<const DeadLetter> letters) {
  std::string lines;
  for (const DeadLetter& letter : letters) lines += dead_letter_line(letter);
  return replace_file(file, lines, Durability::now);
}

bool is_among(std::span<const std::uint64_t> numbers, std::uint64_t number) {
  return std::ranges::find(numbers, number) != numbers.end();
}

std::uint64_t lines_in(const fs::path& file) {
  const std::string text = whole_file(file);
  return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

}  // namespace

DeadLetters::DeadLetters(const fs::path& journal, const std::string& sink)
    : file_{journal / dead_letters_name(sink)}, lock_{journal / (dead_letters_name(sink) + ".lock")} {}

Result<std::vector<DeadLetter>> DeadLetters::list() const {
  std::error_code failure;
  if (!fs::exists(file_, failure)) return std::vector<DeadLetter>{};
  auto lock = wait_for_lock(lock_);
  if (!lock) return pass_on(std::move(lock));
  return letters_in(file_);
}

Result<std::size_t> DeadLetters::add(const DeadLetter& letter) const {
  auto lock = wait_for_lock(lock_);
  if (!lock) return pass_on(std::move(lock));
  std::error_code failure;
  const auto size = fs::file_size(file_, failure);
  std::size_t gone = 0;
  if (!failure && size > largest_bytes) {
    std::vector<DeadLetter> letters = letters_in(file_);
    gone = letters.size() / 2;
    letters.erase(letters.begin(), letters.begin() + static_cast<std::ptrdiff_t>(gone));
    if (auto kept = keep(file_, letters); !kept) return pass_on(std::move(kept));
  }
  if (auto appended = append_to_file(file_, dead_letter_line(letter)); !appended) return pass_on(std::move(appended));
  return gone;
}

Result<std::size_t> DeadLetters::ask_again(std::span<const std::uint64_t> numbers) const {
  std::error_code failure;
  if (!fs::exists(file_, failure)) return std::size_t{0};
  auto lock = wait_for_lock(lock_);
  if (!lock) return pass_on(std::move(lock));
  std::vector<DeadLetter> letters = letters_in(file_);
  std::size_t asked = 0;
  for (DeadLetter& letter : letters) {
    if (!numbers.empty() && !is_among(numbers, letter.number)) continue;
    letter.is_asked_again = true;
    ++asked;
  }
  if (asked == 0) return asked;
  if (auto kept = keep(file_, letters); !kept) return pass_on(std::move(kept));
  return asked;
}

Result<void> DeadLetters::settle(std::span<const std::uint64_t> delivered, std::span<const DeadLetter> refused) const {
  auto lock = wait_for_lock(lock_);
  if (!lock) return pass_on(std::move(lock));
  std::vector<DeadLetter> letters = letters_in(file_);
  std::erase_if(letters, [&](const DeadLetter& one) { return is_among(delivered, one.number); });
  for (DeadLetter& letter : letters) {
    const auto again = std::ranges::find(refused, letter.number, &DeadLetter::number);
    if (again != refused.end()) letter = *again;
  }
  return keep(file_, letters);
}

std::string DeadLetters::version() const {
  struct stat status {};
  if (::stat(file_.c_str(), &status) != 0) return "";
  // Every rewriting makes another file, and appending changes its size.
  return std::to_string(status.st_ino) + '.' + std::to_string(status.st_size) + '.' +
         std::to_string(status.st_mtim.tv_sec) + '.' + std::to_string(status.st_mtim.tv_nsec);
}

Result<std::vector<SinkFiles>> sinks_in(const fs::path& journal) {
  std::vector<SinkFiles> sinks;
  std::uint64_t last_first = 1;
  std::error_code failure;
  for (const fs::directory_entry& entry : fs::directory_iterator{journal, failure}) {
    const std::string name = entry.path().filename().string();
    if (const auto first = first_of_segment(name)) last_first = std::max(last_first, *first);
    if (const auto sink = sink_of_position(name)) {
      sinks.push_back({.name = *sink, .has = position_from(whole_file(entry.path())).value_or(0)});
    }
  }
  if (failure == std::errc::no_such_file_or_directory)
    return fail(ErrorKind::not_found, "looking at the sinks of the journal " + journal.string(),
                "there is no such folder", "name the journal's folder with --journal");
  if (failure) return journal_fault(journal, failure.value(), "listing it");
  const std::uint64_t newest = last_first - 1 + lines_in(journal / segment_name(last_first));
  for (SinkFiles& sink : sinks) {
    sink.waiting = newest - std::min(newest, sink.has);
    sink.dead_letters = lines_in(journal / dead_letters_name(sink.name));
  }
  std::ranges::sort(sinks, {}, &SinkFiles::name);
  return sinks;
}

}  // namespace regard::sinks
