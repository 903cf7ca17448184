#include <condition_variable>
#include <deque>
#include <mutex>

#include "events/io/log_file.h"
#include "events/logic/log_lines.h"
#include "events/transparency.h"

namespace regard::events {
namespace {

/// Entries read between two looks at the shared state.
constexpr std::uint64_t read_step = 4096;

Result<void> too_long(const consent::Entry& entry, const std::string& doing) {
  const consent::EntryId longest{UINT64_MAX};
  if (to_json(entry, longest).size() <= largest_entry) return {};
  return fail(ErrorKind::invalid_input, doing, "the entry has more than 64 KiB", "shorten names and ids");
}

tl::unexpected<Error> no_such_entry(consent::EntryId id, std::uint64_t size, const std::string& doing) {
  return fail(ErrorKind::not_found, doing, "there is no entry " + std::to_string(id.value),
              size == 0 ? "the log is empty" : "choose one from 0 to " + std::to_string(size - 1));
}

}  // namespace

/// One caller of append, on its own stack until it is done.
struct Waiting {
  const consent::Entry* entry;
  std::condition_variable turn;
  std::optional<Result<consent::EntryId>> result;
};

struct TransparencyLog::State {
  State(LogFile log_file, crypto::SigningKey signing_key, const Clock& its_clock)
      : file{std::move(log_file)},
        key{std::move(signing_key)},
        clock{its_clock},
        scan{key.public_key(), LogScan::Entries::skipped, LogScan::Signatures::last, file.doing()} {}

  [[nodiscard]] Result<void> catch_up(LogFile::Sharing sharing);
  [[nodiscard]] Result<void> take_new_lines(std::uint64_t size);
  [[nodiscard]] Result<void> drop_unfinished(std::uint64_t size);
  [[nodiscard]] Result<std::uint64_t> write(std::span<Waiting* const> batch);
  [[nodiscard]] Result<std::uint64_t> write_locked(std::span<Waiting* const> batch);
  [[nodiscard]] Result<TreeHead> head() const;
  [[nodiscard]] Result<std::string> entry(std::uint64_t index) const;
  [[nodiscard]] Result<std::uint64_t> refresh();
  struct Stretch {
    std::uint64_t begins = 0;  ///< in the file
    std::uint64_t ends = 0;
    std::vector<crypto::Digest> leaves;
  };
  [[nodiscard]] Stretch stretch(std::uint64_t from, std::uint64_t to);
  [[nodiscard]] tl::unexpected<Error> changed(std::string cause) const;
  [[nodiscard]] tl::unexpected<Error> entry_changed(std::uint64_t index) const;

  LogFile file;
  crypto::SigningKey key;
  const Clock& clock;

  std::mutex file_mutex;  ///< guards what follows, and the file's lock
  LogScan scan;
  std::optional<Error> broken;  ///< set once the file is not what this process has seen: nothing is written any more

  std::mutex queue_mutex;  ///< guards the queue; never taken with file_mutex held
  std::deque<Waiting*> queue;
};

tl::unexpected<Error> TransparencyLog::State::changed(std::string cause) const {
  return fail(ErrorKind::corrupt, file.doing(), std::move(cause),
              "check it with \"regard log verify\" and restore it from a copy if that fails");
}

tl::unexpected<Error> TransparencyLog::State::entry_changed(std::uint64_t index) const {
  return changed("entry " + std::to_string(index) + " was changed: its hash is not the one that was signed");
}

/// Call with the file locked: takes in what other processes appended.
Result<void> TransparencyLog::State::catch_up(LogFile::Sharing sharing) {
  if (broken) return tl::unexpected<Error>{*broken};
  auto size = file.size();
  if (!size) return pass_on(std::move(size));
  Result<void> caught;
  if (!file.is_in_place()) {
    caught = changed("the file was moved, removed or replaced while it was in use");
  } else if (*size < scan.end()) {
    caught = changed("the file became shorter while it was in use");
  } else if (*size > scan.end()) {
    caught = take_new_lines(*size);
    if (caught && sharing == LogFile::Sharing::exclusive && *size > scan.end()) caught = drop_unfinished(*size);
  }
  if (!caught && caught.error().kind == ErrorKind::corrupt) broken = caught.error();
  return caught;
}

Result<void> TransparencyLog::State::take_new_lines(std::uint64_t size) {
  const std::uint64_t known = scan.tree().size();
  auto read = file.read_lines(scan.end(), size, largest_line,
                              [&](std::string_view line, std::uint64_t offset) { return scan.take(line, offset); });
  scan.forget_unfinished();
  if (!read) {
    // Part of it may be taken in already without its signature having been looked at.
    if (scan.tree().size() != known) broken = read.error();
    return pass_on(std::move(read));
  }
  return scan.tree().size() == known ? Result<void>{} : scan.judge_last_head();
}

/// A writer died before it told anybody of its batch.
Result<void> TransparencyLog::State::drop_unfinished(std::uint64_t size) {
  if (size - scan.end() > largest_tail) return changed("more bytes follow the last head than a crash can leave");
  auto tail = file.read(scan.end(), size);
  if (!tail) return pass_on(std::move(tail));
  if (auto judged = judge_unfinished(*tail, scan.tree().size(), file.doing()); !judged) return judged;
  return file.truncate(scan.end());
}

/// Appends all entries of `batch` and gives the index of the first.
Result<std::uint64_t> TransparencyLog::State::write(std::span<Waiting* const> batch) {
  const std::lock_guard guard{file_mutex};
  auto lock = file.lock(LogFile::Sharing::exclusive);
  if (!lock) return pass_on(std::move(lock));
  if (auto caught = catch_up(LogFile::Sharing::exclusive); !caught) return pass_on(std::move(caught));
  return write_locked(batch);
}

Result<std::uint64_t> TransparencyLog::State::write_locked(std::span<Waiting* const> batch) {
  const std::uint64_t first = scan.tree().size();
  HeadLine line;
  std::string text;
  for (const Waiting* one : batch) {
    const std::string entry = to_json(*one->entry, {first + line.leaves.size()});
    line.leaves.push_back(leaf_hash(entry));
    text += entry;
    text += '\n';
  }
  line.head.size = first + batch.size();
  line.head.root = scan.root_with(line.leaves);
  line.head.time = clock.now();
  line.head.previous = scan.link();
  line.head = sign(line.head, key);
  text += to_line(line);
  text += '\n';

  const std::uint64_t start = scan.end();
  if (auto appended = file.append(text, start); !appended) return pass_on(std::move(appended));
  std::string_view rest = text;
  for (std::uint64_t offset = start; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    CHECK(scan.take(rest.substr(0, end), offset));
    rest.remove_prefix(end + 1);
    offset += end + 1;
  }
  return first;
}

/// The last head; that of an empty log is signed when it is asked for.
Result<TreeHead> TransparencyLog::State::head() const {
  if (scan.head()) return *scan.head();
  TreeHead empty;
  empty.root = scan.tree().root();
  empty.time = clock.now();
  return sign(empty, key);
}

Result<std::string> TransparencyLog::State::entry(std::uint64_t index) const {
  const bool last = index + 1 == scan.tree().size();
  auto text = file.read(scan.offset(index), last ? scan.end() : scan.offset(index + 1));
  if (!text) return text;
  text->resize(std::min(text->find('\n'), text->size()));
  if (leaf_hash(*text) != scan.tree().leaf(index)) {
    return entry_changed(index);
  }
  return text;
}

/// Takes in what other processes appended; the number of entries. Call with file_mutex held.
Result<std::uint64_t> TransparencyLog::State::refresh() {
  auto lock = file.lock(LogFile::Sharing::shared);
  if (!lock) return pass_on(std::move(lock));
  if (auto caught = catch_up(LogFile::Sharing::shared); !caught) return pass_on(std::move(caught));
  return scan.tree().size();
}

/// Where the lines of entries [from, to) are, heads between them included, and what their leaves must be.
TransparencyLog::State::Stretch TransparencyLog::State::stretch(std::uint64_t from, std::uint64_t to) {
  const std::lock_guard guard{file_mutex};
  Stretch result{scan.offset(from), to < scan.tree().size() ? scan.offset(to) : scan.end(), {}};
  for (std::uint64_t index = from; index < to; ++index) result.leaves.push_back(scan.tree().leaf(index));
  return result;
}

TransparencyLog::TransparencyLog(std::unique_ptr<State> state) : state_{std::move(state)} {}
TransparencyLog::~TransparencyLog() = default;

Result<std::unique_ptr<TransparencyLog>> TransparencyLog::open(const std::filesystem::path& path,
                                                               crypto::SigningKey key, const Clock& clock) {
  auto file = LogFile::open(path, LogFile::Access::append, "using transparency log " + path.string());
  if (!file) return pass_on(std::move(file));
  auto state = std::make_unique<State>(std::move(*file), std::move(key), clock);
  {
    auto lock = state->file.lock(LogFile::Sharing::exclusive);
    if (!lock) return pass_on(std::move(lock));
    if (auto caught = state->catch_up(LogFile::Sharing::exclusive); !caught) return pass_on(std::move(caught));
  }
  return std::unique_ptr<TransparencyLog>{new TransparencyLog{std::move(state)}};
}

Result<consent::EntryId> TransparencyLog::append(const consent::Entry& entry) {
  State& state = *state_;
  if (auto fits = too_long(entry, state.file.doing()); !fits) return pass_on(std::move(fits));
  Waiting mine{&entry, {}, {}};
  std::unique_lock lock{state.queue_mutex};
  state.queue.push_back(&mine);
  mine.turn.wait(lock, [&] { return mine.result || state.queue.front() == &mine; });
  if (mine.result) return *mine.result;

  // First in the queue: writes for all who wait now. Those who come meanwhile wait for the next write.
  const std::vector<Waiting*> batch{state.queue.begin(), state.queue.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                                   state.queue.size(), largest_batch))};
  lock.unlock();
  const Result<std::uint64_t> first = state.write(batch);
  lock.lock();
  std::uint64_t written = 0;
  for (Waiting* one : batch) {
    state.queue.pop_front();
    one->result = first.map([&](std::uint64_t index) { return consent::EntryId{index + written}; });
    ++written;
    if (one != &mine) one->turn.notify_one();
  }
  if (!state.queue.empty()) state.queue.front()->turn.notify_one();
  return *mine.result;
}

const crypto::PublicKey& TransparencyLog::public_key() const { return state_->key.public_key(); }

Result<TreeHead> TransparencyLog::head() {
  const std::lock_guard guard{state_->file_mutex};
  if (auto size = state_->refresh(); !size) return pass_on(std::move(size));
  return state_->head();
}

Result<std::string> TransparencyLog::entry(consent::EntryId id) {
  const std::lock_guard guard{state_->file_mutex};
  auto size = state_->refresh();
  if (!size) return pass_on(std::move(size));
  if (id.value >= *size) return no_such_entry(id, *size, state_->file.doing());
  return state_->entry(id.value);
}

Result<void> TransparencyLog::read(std::uint64_t from, std::uint64_t to,
                                   const std::function<void(consent::EntryId, std::string_view)>& take) {
  State& state = *state_;
  {
    const std::lock_guard guard{state.file_mutex};
    auto size = state.refresh();
    if (!size) return pass_on(std::move(size));
    to = std::min(to, *size);
  }
  // What is below the last head never changes, so the file is read without its lock, and `take` may append.
  for (; from < to; from = std::min(to, from + read_step)) {
    const State::Stretch stretch = state.stretch(from, std::min(to, from + read_step));
    std::uint64_t taken = 0;
    const auto take_line = [&](std::string_view line, std::uint64_t) -> Result<void> {
      if (looks_like_head(line)) return {};
      if (taken == stretch.leaves.size() || leaf_hash(line) != stretch.leaves[taken]) {
        return state.entry_changed(from + taken);
      }
      take({from + taken}, line);
      ++taken;
      return {};
    };
    auto done = state.file.read_lines(stretch.begins, stretch.ends, largest_line, take_line);
    if (!done) return pass_on(std::move(done));
    if (taken != stretch.leaves.size()) return state.entry_changed(from + taken);
  }
  return {};
}

Result<std::string> TransparencyLog::prove(consent::EntryId id) {
  const std::lock_guard guard{state_->file_mutex};
  auto size = state_->refresh();
  if (!size) return pass_on(std::move(size));
  if (id.value >= *size) return no_such_entry(id, *size, state_->file.doing());
  auto entry = state_->entry(id.value);
  if (!entry) return entry;
  return inclusion_json(*entry, id.value, state_->scan.tree(), *state_->scan.head(), public_key());
}

Result<std::string> TransparencyLog::prove_extension(const TreeHead& old_head) {
  const std::lock_guard guard{state_->file_mutex};
  auto size = state_->refresh();
  if (!size) return pass_on(std::move(size));
  const MerkleTree& tree = state_->scan.tree();
  const std::string doing = "proving that " + std::to_string(*size) + " entries extend an older head";
  if (!is_signed_by(old_head, public_key())) {
    return fail(ErrorKind::invalid_input, doing, "the old head is not signed by this log's key",
                "give a head of this log");
  }
  if (old_head.size > *size || tree.root(old_head.size) != old_head.root) {
    return fail(ErrorKind::invalid_input, doing,
                "they do not: the old head vouches for " + std::to_string(old_head.size) + " other entries",
                "entries were removed or replaced: look for the file that the old head was taken from");
  }
  auto head = state_->head();
  if (!head) return pass_on(std::move(head));
  return extension_json(old_head, tree, *head, public_key());
}

}  // namespace regard::events
