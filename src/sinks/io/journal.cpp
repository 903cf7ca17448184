#include "sinks/journal.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>

#include "sinks/io/journal_files.h"
#include "sinks/logic/journal_lines.h"

namespace regard::sinks {
namespace {

namespace fs = std::filesystem;

/// Bytes of events that every sink has, and that are kept all the same: a new file for each would cost more.
constexpr std::uint64_t most_delivered = std::uint64_t{64} << 10;

class JournalOnDisk final : public Journal {
 public:
  JournalOnDisk(fs::path folder, const Options& options, Descriptor lock)
      : folder_{std::move(folder)}, options_{options}, lock_{std::move(lock)} {}

  JournalOnDisk(const JournalOnDisk&) = delete;
  JournalOnDisk& operator=(const JournalOnDisk&) = delete;
  ~JournalOnDisk() override { forget_delivered(0); }

  /// Call once, before anything else.
  Result<void> load();

  Result<std::uint64_t> append(std::string_view text) override;
  Result<void> join(const std::string& sink) override;
  Result<std::vector<Record>> next(const std::string& sink, std::size_t most, const std::stop_token& stop,
                                   Duration patience) override;
  Result<void> acknowledge(const std::string& sink, std::uint64_t number) override;
  [[nodiscard]] Result<std::vector<Record>> after(std::uint64_t number, std::size_t most) const override;
  [[nodiscard]] std::uint64_t newest() const override;
  void forget() override;
  [[nodiscard]] const fs::path& folder() const override { return folder_; }
  [[nodiscard]] Backlog backlog(const std::string& sink) const override;
  [[nodiscard]] bool wait_until_delivered(const std::string& sink, Duration patience) const override;

 private:
  struct Place {
    std::uint64_t last = 0;  ///< number of the last record that the sink has
    std::uint64_t lost = 0;
  };
  [[nodiscard]] std::uint64_t end() const { return segments_.empty() ? begin_ : segments_.back().end(); }
  [[nodiscard]] Result<void> make_room();
  void drop_oldest();
  void free_delivered();
  void forget_delivered(std::uint64_t kept);
  [[nodiscard]] bool is_tail(const Segment& segment) const;
  [[nodiscard]] bool is_full(const Segment& segment) const;
  [[nodiscard]] Result<std::optional<std::string>> text_of(std::uint64_t number) const;
  [[nodiscard]] Result<void> begin_segment();
  [[nodiscard]] const Segment& holding(std::uint64_t number) const;

  const fs::path folder_;
  const Options options_;
  const Descriptor lock_;
  mutable std::mutex mutex_;  ///< guards what follows
  mutable std::condition_variable_any changed_;
  std::deque<Segment> segments_;
  std::uint64_t begin_ = 1;  ///< number of the next record when there is no segment
  std::map<std::string, Place> places_;
};

Result<void> JournalOnDisk::load() {
  std::error_code failure;
  std::vector<std::uint64_t> firsts;
  for (const fs::directory_entry& entry : fs::directory_iterator{folder_, failure}) {
    const std::string name = entry.path().filename().string();
    if (const auto first = first_of_segment(name)) firsts.push_back(*first);
    if (const auto sink = sink_of_position(name)) {
      // A position that a power cut emptied: the sink gets what is there once more.
      places_[*sink].last = position_from(whole_file(entry.path())).value_or(0);
      begin_ = std::max(begin_, places_[*sink].last + 1);
    }
  }
  if (failure) return journal_fault(folder_, failure.value(), "listing it");
  std::sort(firsts.begin(), firsts.end());
  for (const std::uint64_t first : firsts) {
    auto segment = Segment::open(folder_ / segment_name(first), first);
    if (!segment) return pass_on(std::move(segment));
    segments_.push_back(std::move(*segment));
  }
  const std::uint64_t oldest = segments_.empty() ? begin_ : segments_.front().first();
  for (auto& [sink, place] : places_) place.last = std::clamp(place.last, oldest - 1, std::max(oldest, end()) - 1);
  // How old the first record of a file is cannot be told any more: what comes now gets another one.
  if (options_.kept_records > 0 && !segments_.empty() && segments_.back().bytes() > 0) {
    if (auto begun = begin_segment(); !begun) return begun;
  }
  free_delivered();
  forget_delivered(0);
  return {};
}

const Segment& JournalOnDisk::holding(std::uint64_t number) const {
  return *std::find_if(segments_.begin(), segments_.end(), [&](const Segment& one) { return number < one.end(); });
}

/// Whether somebody may still ask for its records.
bool JournalOnDisk::is_tail(const Segment& segment) const {
  return segment.end() > segment.first() && segment.end() + options_.kept_records > end() &&
         std::chrono::system_clock::now() - segment.written() < options_.kept_for;
}

/// By its bytes; with a tail also by its age, so that the age of its last record says enough about its first.
bool JournalOnDisk::is_full(const Segment& segment) const {
  const bool is_old = std::chrono::system_clock::now() - segment.made() > options_.kept_for / 24;
  return segment.bytes() >= options_.segment_bytes || (options_.kept_records > 0 && segment.bytes() > 0 && is_old);
}

Result<void> JournalOnDisk::begin_segment() {
  auto segment = Segment::create(folder_, end());
  if (!segment) return pass_on(std::move(segment));
  segments_.push_back(std::move(*segment));
  return {};
}

/// The last segment stays, so that numbers go on.
void JournalOnDisk::free_delivered() {
  const auto is_delivered = [&](const Segment& segment) {
    return std::all_of(places_.begin(), places_.end(),
                       [&](const auto& place) { return place.second.last + 1 >= segment.end(); });
  };
  while (segments_.size() > 1 && is_delivered(segments_.front()) && !is_tail(segments_.front())) {
    segments_.front().remove();
    segments_.pop_front();
  }
}

/// The last segment too, when it has more than `kept` bytes and nothing waits: events tell who was where.
void JournalOnDisk::forget_delivered(std::uint64_t kept) {
  const auto waits = [&](const auto& place) { return place.second.last + 1 < end(); };
  if (segments_.empty() || segments_.back().bytes() <= kept || is_tail(segments_.back()) ||
      std::any_of(places_.begin(), places_.end(), waits))
    return;
  if (begin_segment()) free_delivered();  // else the next time
}

void JournalOnDisk::drop_oldest() {
  const std::uint64_t last = segments_.front().end() - 1;
  for (auto& [sink, place] : places_) {
    if (place.last >= last) continue;
    place.lost += last - place.last;
    place.last = last;
  }
  segments_.front().remove();
  segments_.pop_front();
}

Result<void> JournalOnDisk::make_room() {
  if (segments_.empty() || is_full(segments_.back())) {
    if (auto begun = begin_segment(); !begun) return begun;
    free_delivered();
  }
  const auto total = [&] {
    std::uint64_t bytes = 0;
    for (const Segment& segment : segments_) bytes += segment.bytes();
    return bytes;
  };
  while (segments_.size() > 1 && total() >= options_.largest_bytes) drop_oldest();
  return {};
}

Result<std::uint64_t> JournalOnDisk::append(std::string_view text) {
  if (text.size() > largest_text || text.find('\n') != std::string_view::npos) {
    return fail(ErrorKind::invalid_input, "keeping an event in the journal " + folder_.string(),
                "it is longer than 64 KiB or has a line break", "shorten the names of cameras and people");
  }
  const std::lock_guard guard{mutex_};
  if (auto room = make_room(); !room) return pass_on(std::move(room));
  const std::uint64_t number = end();
  if (auto written = segments_.back().append(journal_line(text)); !written) return pass_on(std::move(written));
  changed_.notify_all();
  return number;
}

Result<void> JournalOnDisk::join(const std::string& sink) {
  if (!is_sink_name(sink)) {
    return fail(ErrorKind::invalid_input, "adding a sink to the journal", "\"" + sink + "\" is no name of a sink",
                "use letters, digits and -");
  }
  const std::lock_guard guard{mutex_};
  if (places_.contains(sink)) return {};
  const std::uint64_t last = end() - 1;
  if (auto kept = replace_file(folder_ / position_name(sink), std::to_string(last) + '\n'); !kept) return kept;
  places_[sink].last = last;
  return {};
}

/// Nothing when it is damaged. `number` is below the end.
Result<std::optional<std::string>> JournalOnDisk::text_of(std::uint64_t number) const {
  const Segment& segment = holding(number);
  // A file that somebody removed has no line.
  auto line = number < segment.first() ? Result<std::string>{} : segment.line(number);
  if (!line) return pass_on(std::move(line));
  const auto text = text_of_line(*line);
  return text ? std::optional{std::string{*text}} : std::nullopt;
}

Result<std::vector<Journal::Record>> JournalOnDisk::after(std::uint64_t number, std::size_t most) const {
  const std::lock_guard guard{mutex_};
  std::vector<Record> records;
  if (segments_.empty() || number >= end()) return records;
  for (number = std::max(number + 1, segments_.front().first()); number < end() && records.size() < most; ++number) {
    auto text = text_of(number);
    if (!text) return pass_on(std::move(text));
    if (*text) records.push_back({number, std::move(**text)});
  }
  return records;
}

std::uint64_t JournalOnDisk::newest() const {
  const std::lock_guard guard{mutex_};
  return end() - 1;
}

void JournalOnDisk::forget() {
  const std::lock_guard guard{mutex_};
  free_delivered();
  forget_delivered(0);
}

Result<std::vector<Journal::Record>> JournalOnDisk::next(const std::string& sink, std::size_t most,
                                                         const std::stop_token& stop, Duration patience) {
  std::unique_lock lock{mutex_};
  Place& place = places_.at(sink);
  changed_.wait_for(lock, stop, patience, [&] { return place.last + 1 < end(); });
  std::vector<Record> records;
  for (std::uint64_t number = place.last + 1; number < end() && records.size() < most; ++number) {
    auto text = text_of(number);
    if (!text) return pass_on(std::move(text));
    if (*text) {
      records.push_back({number, std::move(**text)});
      continue;
    }
    if (!records.empty()) break;  // what comes before is delivered first
    place.last = number;
    ++place.lost;
  }
  return records;
}

Result<void> JournalOnDisk::acknowledge(const std::string& sink, std::uint64_t number) {
  const std::lock_guard guard{mutex_};
  Place& place = places_.at(sink);
  if (number <= place.last || number >= end()) return {};
  place.last = number;
  changed_.notify_all();
  if (auto kept = replace_file(folder_ / position_name(sink), std::to_string(number) + '\n'); !kept) return kept;
  free_delivered();
  forget_delivered(most_delivered);
  return {};
}

Journal::Backlog JournalOnDisk::backlog(const std::string& sink) const {
  const std::lock_guard guard{mutex_};
  const Place& place = places_.at(sink);
  return {end() - 1 - place.last, place.lost};
}

bool JournalOnDisk::wait_until_delivered(const std::string& sink, Duration patience) const {
  std::unique_lock lock{mutex_};
  const Place& place = places_.at(sink);
  return changed_.wait_for(lock, patience, [&] { return place.last + 1 >= end(); });
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(const fs::path& folder, const Options& options) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) return journal_fault(folder, failure.value(), "making it");
  fs::permissions(folder, fs::perms::owner_all, failure);  // events tell who was where
  auto lock = lock_file(folder / "lock");
  if (!lock) return pass_on(std::move(lock));
  auto journal = std::make_unique<JournalOnDisk>(folder, options, std::move(*lock));
  if (auto loaded = journal->load(); !loaded) return pass_on(std::move(loaded));
  return journal;
}

}  // namespace regard::sinks
