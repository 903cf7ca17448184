#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include "infer/io/fetch.h"

namespace regard::infer {
namespace fs = std::filesystem;
namespace {

/// The larger of the two packages has 29 MB; ten minutes allow for 50 kB a second.
constexpr int npm_timeout_ms = 600'000;
/// Bounds on what a package may unpack to, so that a hostile archive costs neither memory nor hours.
constexpr int most_entries = 100'000;
constexpr std::int64_t most_unpacked = std::int64_t{1} << 31;

/// Runs the command with the folder as working directory, output to folder/log. Returns the exit status.
Result<int> run(std::vector<std::string> words, const fs::path& folder, const std::string& doing) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  CHECK(posix_spawn_file_actions_init(&actions) == 0 && posix_spawnattr_init(&attributes) == 0);
  const std::string log = (folder / "log").string();
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  // A group of its own, so that a client that hangs can be ended together with its children.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int spawned = ::posix_spawnp(&child, arguments[0], &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (spawned != 0) {
    return fail(ErrorKind::unavailable, doing, words[0] + " cannot be run: " + std::generic_category().message(spawned),
                "install npm (Debian: apt-get install npm)");
  }
  // By number: glibc 2.36 declares pidfd_open() without extern "C", so that C++ cannot link it.
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  pollfd waiting{handle, POLLIN, 0};
  int ready = 1;
  if (handle >= 0) {
    do ready = ::poll(&waiting, 1, npm_timeout_ms);
    while (ready < 0 && errno == EINTR);
    ::close(handle);
  }
  if (ready == 0) ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (ready == 0) {
    return fail(ErrorKind::unavailable, doing, "no answer within ten minutes", "check the network and the registry");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/// The first error that npm wrote, without its prefix.
std::string first_complaint(const fs::path& log) {
  const auto bytes = read_file(log, std::uint64_t{1} << 20);
  if (!bytes) return "no reason given";
  std::string_view text = as_text(*bytes);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    for (const std::string_view prefix : {"npm ERR! ", "npm error "}) {
      if (line.starts_with(prefix)) return std::string{line.substr(prefix.size(), 200)};
    }
  }
  return "no reason given";
}

struct ArchiveDeleter {
  void operator()(archive* reader) const { archive_read_free(reader); }
};

Result<void> unpack(archive* reader, const fs::path& to, std::uint64_t most, const Tick& tick,
                    const std::string& doing) {
  auto writer = Writer::create(to);
  if (!writer) return pass_on(std::move(writer));
  std::array<char, std::size_t{1} << 16> buffer{};
  std::uint64_t total = 0;
  while (true) {
    const la_ssize_t got = archive_read_data(reader, buffer.data(), buffer.size());
    if (got < 0) return fail(ErrorKind::corrupt, doing, archive_error_string(reader), "fetch the package again");
    if (got == 0) return writer->finish();
    total += static_cast<std::uint64_t>(got);
    if (total > most) {
      return fail(ErrorKind::limit, doing, "it has more than the " + std::to_string(most) + " bytes that were expected",
                  "check the version of the package");
    }
    if (auto wrote = writer->write(as_bytes({buffer.data(), static_cast<std::size_t>(got)})); !wrote) return wrote;
    if (tick) tick(total);
  }
}

/// Takes one file out of a package's archive; its paths begin with a folder, by custom "package".
Result<void> take(const fs::path& tgz, const std::string& path, const fs::path& to, std::uint64_t most,
                  const Tick& tick) {
  const std::string doing = "taking " + path + " out of " + tgz.filename().string();
  const std::unique_ptr<archive, ArchiveDeleter> reader{archive_read_new()};
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open_filename(reader.get(), tgz.c_str(), 1 << 16) != ARCHIVE_OK) {
    return fail(ErrorKind::corrupt, doing, archive_error_string(reader.get()), "fetch the package again");
  }
  archive_entry* entry = nullptr;
  std::int64_t unpacked = 0;
  for (int count = 0; count < most_entries && unpacked < most_unpacked; ++count) {
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK) {
      return fail(ErrorKind::corrupt, doing, archive_error_string(reader.get()), "fetch the package again");
    }
    unpacked += std::max<std::int64_t>(archive_entry_size(entry), 0);
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr || archive_entry_filetype(entry) != AE_IFREG) continue;
    const std::string_view inside = name;
    const std::size_t slash = inside.find('/');
    if (slash != std::string_view::npos && inside.substr(slash + 1) == path) {
      return unpack(reader.get(), to, most, tick, doing);
    }
  }
  return fail(ErrorKind::not_found, doing, "the package has no such file", "check the version of the package");
}

}  // namespace

NpmPackages::NpmPackages(std::string client, fs::path parent)
    : client_{std::move(client)}, parent_{std::move(parent)} {}

Result<fs::path> NpmPackages::archive(const std::string& package) {
  if (const auto known = archives_.find(package); known != archives_.end()) return known->second;
  const auto fetched = [&]() -> Result<fs::path> {
    const std::string doing = "fetching the npm package " + package;
    if (!folder_) {
      auto made = TemporaryFolder::create(parent_);
      if (!made) return pass_on(std::move(made));
      folder_.emplace(std::move(*made));
    }
    const fs::path folder = folder_->path() / std::to_string(archives_.size());
    if (auto made = make_folder(folder); !made) return pass_on(std::move(made));
    // Scripts stay off: a package's code is none of our business, we want one file out of it.
    const auto status = run({client_, "pack", package, "--ignore-scripts", "--loglevel=error", "--no-audit",
                             "--no-fund", "--no-update-notifier", "--pack-destination", fs::absolute(folder).string()},
                            folder, doing);
    if (!status) return tl::unexpected{status.error()};
    for (const auto& entry : fs::directory_iterator{folder}) {
      if (*status == 0 && entry.path().extension() == ".tgz") return entry.path();
    }
    return fail(ErrorKind::unavailable, doing,
                "npm ended with status " + std::to_string(*status) + ": " + first_complaint(folder / "log"),
                "check the network and npm's registry setting");
  }();
  return archives_.emplace(package, fetched).first->second;
}

Result<void> NpmPackages::fetch(const std::string& package, const std::string& path, const fs::path& to,
                                std::uint64_t most, const Tick& tick) {
  auto tgz = archive(package);
  if (!tgz) return pass_on(std::move(tgz));
  return take(*tgz, path, to, most, tick);
}

}  // namespace regard::infer
