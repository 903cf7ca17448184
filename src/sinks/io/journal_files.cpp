#include "sinks/io/journal_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "sinks/logic/journal_lines.h"

namespace regard::sinks {
namespace {

constexpr std::uint64_t chunk = std::uint64_t{1} << 20;

/// Writes all of `text` at `offset`; 0 or the errno.
int write_at(int descriptor, std::string_view text, std::uint64_t offset) {
  while (!text.empty()) {
    const ssize_t put = ::pwrite(descriptor, text.data(), text.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return 0;
}

}  // namespace

tl::unexpected<Error> journal_fault(const std::filesystem::path& file, int problem, const std::string& step) {
  const std::string doing = "keeping events in the journal " + file.string();
  const std::string cause = step + ": " + std::generic_category().message(problem);
  if (problem == EACCES || problem == EPERM || problem == EROFS || problem == ENOTDIR) {
    return fail(ErrorKind::denied, doing, cause, "give the user that runs Regard the right to write there");
  }
  return fail(ErrorKind::unavailable, doing, cause, "make room on the disk, or choose another folder with --journal");
}

Result<Segment> Segment::open(std::filesystem::path file, std::uint64_t first) {
  Descriptor descriptor{::open(file.c_str(), O_RDWR | O_CLOEXEC)};
  if (!descriptor.is_open()) return journal_fault(file, errno, "opening it");
  Segment segment{std::move(file), first, std::move(descriptor)};
  if (auto found = segment.find_lines(); !found) return pass_on(std::move(found));
  return segment;
}

Result<Segment> Segment::create(const std::filesystem::path& folder, std::uint64_t first) {
  std::filesystem::path file = folder / segment_name(first);
  Descriptor descriptor{::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  if (!descriptor.is_open()) return journal_fault(file, errno, "making it");
  if (const int problem = sync_folder_of(file); problem != 0) return journal_fault(file, problem, "syncing its folder");
  return Segment{std::move(file), first, std::move(descriptor)};
}

Result<std::string> Segment::bytes_at(std::uint64_t from, std::uint64_t to) const {
  std::string text(to - from, '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got =
        ::pread(descriptor_.number(), text.data() + filled, text.size() - filled, static_cast<off_t>(from + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return journal_fault(file_, errno, "reading");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return text;
}

Result<void> Segment::find_lines() {
  struct stat status {};
  if (::fstat(descriptor_.number(), &status) != 0) return journal_fault(file_, errno, "looking at it");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  written_ = Time{std::chrono::seconds{status.st_mtim.tv_sec} + std::chrono::nanoseconds{status.st_mtim.tv_nsec}};
  std::uint64_t line = 0;
  for (std::uint64_t from = 0; from < size; from += chunk) {
    auto text = bytes_at(from, std::min(size, from + chunk));
    if (!text) return pass_on(std::move(text));
    for (std::size_t end = text->find('\n'); end != std::string::npos; end = text->find('\n', end + 1)) {
      begins_.push_back(line);
      line = from + end + 1;
    }
  }
  bytes_ = line;
  // Nobody was told of what follows the last line break.
  if (bytes_ < size && ::ftruncate(descriptor_.number(), static_cast<off_t>(bytes_)) != 0) {
    return journal_fault(file_, errno, "cutting it");
  }
  return {};
}

Result<void> Segment::append(std::string_view line) {
  int problem = write_at(descriptor_.number(), line, bytes_);
  if (problem == 0 && ::fdatasync(descriptor_.number()) != 0) problem = errno;
  if (problem != 0) {
    // Should this fail too, the next record is written over it.
    static_cast<void>(::ftruncate(descriptor_.number(), static_cast<off_t>(bytes_)));
    return journal_fault(file_, problem, "writing");
  }
  begins_.push_back(bytes_);
  bytes_ += line.size();
  written_ = std::chrono::system_clock::now();
  return {};
}

Result<std::string> Segment::line(std::uint64_t number) const {
  const std::uint64_t place = number - first_;
  auto text = bytes_at(begins_[place], (place + 1 < begins_.size() ? begins_[place + 1] : bytes_) - 1);
  return text;
}

void Segment::remove() const { static_cast<void>(::unlink(file_.c_str())); }

Result<void> replace_file(const std::filesystem::path& file, std::string_view content, Durability durability) {
  const std::string next = file.string() + ".next";
  const Descriptor descriptor{::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  if (!descriptor.is_open()) return journal_fault(file, errno, "making it");
  int problem = write_at(descriptor.number(), content, 0);
  const bool is_now = durability == Durability::now;
  if (problem == 0 && is_now && ::fdatasync(descriptor.number()) != 0) problem = errno;
  if (problem != 0) return journal_fault(file, problem, "writing");
  if (::rename(next.c_str(), file.c_str()) != 0) return journal_fault(file, errno, "putting it in place");
  if (is_now) problem = sync_folder_of(file);
  if (problem != 0) return journal_fault(file, problem, "syncing its folder");
  return {};
}

Result<void> append_to_file(const std::filesystem::path& file, std::string_view lines) {
  const Descriptor descriptor{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!descriptor.is_open()) return journal_fault(file, errno, "making it");
  struct stat status {};
  if (::fstat(descriptor.number(), &status) != 0) return journal_fault(file, errno, "looking at it");
  int problem = write_at(descriptor.number(), lines, static_cast<std::uint64_t>(status.st_size));
  if (problem == 0 && ::fdatasync(descriptor.number()) != 0) problem = errno;
  if (problem == 0) problem = sync_folder_of(file);
  if (problem == 0) return {};
  static_cast<void>(::ftruncate(descriptor.number(), status.st_size));
  return journal_fault(file, problem, "writing");
}

std::string whole_file(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

Result<Descriptor> lock_file(const std::filesystem::path& file) {
  Descriptor descriptor{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!descriptor.is_open()) return journal_fault(file, errno, "making it");
  if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) == 0) return descriptor;
  return fail(ErrorKind::denied, "keeping events in the journal " + file.parent_path().string(),
              "another process uses it", "give each its own folder with --journal");
}

Result<Descriptor> wait_for_lock(const std::filesystem::path& file) {
  Descriptor descriptor{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!descriptor.is_open()) return journal_fault(file, errno, "making it");
  while (::flock(descriptor.number(), LOCK_EX) != 0) {
    if (errno != EINTR) return journal_fault(file, errno, "locking it");
  }
  return descriptor;
}

}  // namespace regard::sinks
