#include "events/io/log_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "core/files.h"

namespace regard::events {
namespace {

constexpr std::size_t chunk = std::size_t{1} << 20;

std::string text_of(int problem) { return std::generic_category().message(problem); }

tl::unexpected<Error> system_fault(int problem, const std::string& doing, const std::string& step) {
  switch (problem) {
    case ENOENT:
      return fail(ErrorKind::not_found, doing, "there is no such file or folder", "check the path");
    case EACCES:
    case EPERM:
    case EROFS:
      return fail(ErrorKind::denied, doing, step + ": " + text_of(problem),
                  "give the user that runs Regard the right to write the file and its folder");
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return fail(ErrorKind::unavailable, doing, step + ": " + text_of(problem),
                  "make room: nothing is recognised until the log can be written");
    default:
      return fail(ErrorKind::unavailable, doing, step + ": " + text_of(problem), "check the disk");
  }
}

/// Of what stands before the zeros at the end.
std::size_t text_size(std::string_view text) { return text.find_last_not_of('\0') + 1; }

Result<void> sync_folder(const std::filesystem::path& file, const std::string& doing) {
  const int problem = sync_folder_of(file);
  return problem == 0 ? Result<void>{} : system_fault(problem, doing, "syncing its folder");
}

}  // namespace

LogFile::LogFile(Descriptor descriptor, std::filesystem::path path, std::string doing)
    : descriptor_{std::move(descriptor)}, path_{std::move(path)}, doing_{std::move(doing)} {}

Result<LogFile> LogFile::open(std::filesystem::path path, Access access, std::string doing) {
  const int flags = access == Access::append ? O_RDWR | O_CREAT : O_RDONLY;
  // Non-blocking, so that a pipe under that name does not hold us up; it means nothing to files.
  Descriptor descriptor{::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0600)};
  if (!descriptor.is_open()) return system_fault(errno, doing, "opening it");
  LogFile file{std::move(descriptor), std::move(path), std::move(doing)};
  struct stat status {};
  if (::fstat(file.descriptor_.number(), &status) != 0) return system_fault(errno, file.doing_, "looking at it");
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorKind::invalid_input, file.doing_, "it is not a file", "check the path");
  }
  if (access == Access::append && status.st_size == 0) {
    if (auto synced = sync_folder(file.path_, file.doing_); !synced) return pass_on(std::move(synced));
  }
  return file;
}

LogFile::Lock::~Lock() {
  if (descriptor_ >= 0) ::flock(descriptor_, LOCK_UN);
}

Result<LogFile::Lock> LogFile::lock(Sharing sharing) const {
  int result = 0;
  do result = ::flock(descriptor_.number(), sharing == Sharing::exclusive ? LOCK_EX : LOCK_SH);
  while (result != 0 && errno == EINTR);
  if (result != 0) return system_fault(errno, doing_, "locking it");
  return Lock{descriptor_.number()};
}

Result<std::uint64_t> LogFile::size() const {
  struct stat status {};
  if (::fstat(descriptor_.number(), &status) != 0) return system_fault(errno, doing_, "looking at it");
  return static_cast<std::uint64_t>(status.st_size);
}

bool LogFile::is_in_place() const {
  struct stat here {};
  struct stat there {};
  return ::fstat(descriptor_.number(), &here) == 0 && ::stat(path_.c_str(), &there) == 0 &&
         here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

Result<std::string> LogFile::read(std::uint64_t from, std::uint64_t to) const {
  std::string bytes(to - from, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got =
        ::pread(descriptor_.number(), bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(from + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_fault(errno, doing_, "reading");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

tl::unexpected<Error> LogFile::line_too_long() const {
  return fail(ErrorKind::corrupt, doing_, "there is a line longer than any that Regard writes",
              "restore the file from a copy and keep this one as evidence");
}

Result<std::string> LogFile::read_lines(std::uint64_t from, std::uint64_t to, std::size_t longest,
                                        const TakeLine& take) const {
  std::string buffer;
  std::uint64_t start = from;  // offset in the file of the buffer's first byte
  bool only_zeros_may_follow = false;
  for (std::uint64_t next = from; next < to;) {
    auto bytes = read(next, std::min<std::uint64_t>(to, next + chunk));
    if (!bytes) return bytes;
    if (bytes->empty()) break;
    next += bytes->size();
    if (only_zeros_may_follow) {
      if (text_size(*bytes) > 0) return line_too_long();
      continue;
    }
    buffer += *bytes;
    std::string_view rest = buffer;
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      if (auto taken = take(rest.substr(0, end), start); !taken) return pass_on(std::move(taken));
      rest.remove_prefix(end + 1);
      start += end + 1;
    }
    if (text_size(rest) > longest) return line_too_long();
    only_zeros_may_follow = rest.size() > longest;
    buffer.erase(0, buffer.size() - rest.size());
  }
  buffer.resize(std::min(buffer.size(), text_size(buffer) + 1));
  return buffer;
}

Result<void> LogFile::append(std::string_view text, std::uint64_t offset) const {
  std::size_t written = 0;
  int problem = 0;
  while (written < text.size() && problem == 0) {
    const ssize_t put = ::pwrite(descriptor_.number(), text.data() + written, text.size() - written,
                                 static_cast<off_t>(offset + written));
    if (put < 0 && errno != EINTR) problem = errno;
    if (put > 0) written += static_cast<std::size_t>(put);
  }
  const std::string step = problem != 0 ? "writing" : "waiting for the disk";
  if (problem == 0 && ::fdatasync(descriptor_.number()) != 0) problem = errno;
  if (problem == 0) return {};
  // Should this fail too, the next writer finds a batch without its head, or one that nobody was told of, under the
  // lock.
  static_cast<void>(::ftruncate(descriptor_.number(), static_cast<off_t>(offset)));
  return system_fault(problem, doing_, step);
}

Result<void> LogFile::truncate(std::uint64_t size) const {
  if (::ftruncate(descriptor_.number(), static_cast<off_t>(size)) != 0)
    return system_fault(errno, doing_, "cutting it");
  if (::fdatasync(descriptor_.number()) != 0) return system_fault(errno, doing_, "waiting for the disk");
  return {};
}

}  // namespace regard::events
