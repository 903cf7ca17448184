// What the world does to a log: processes killed, disks full, rights missing, several writers.
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <functional>
#include <random>
#include <thread>

#include "events/io/log_fixture.h"

namespace regard::events {
namespace {

using namespace testing;

/// Runs `work` in a child process; whatever it writes to the descriptor can be read here.
class Child {
 public:
  explicit Child(const std::function<int(int pipe)>& work) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::pipe(ends), 0);
    id_ = ::fork();
    if (id_ == 0) {
      ::close(ends[0]);
      ::_exit(work(ends[1]));
    }
    ::close(ends[1]);
    reading_ = ends[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    kill();
    ::close(reading_);
  }
  void kill() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    id_ = 0;
  }
  [[nodiscard]] int wait() {
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  /// Numbers that arrived; with `at_least`, waits for so many.
  std::vector<std::uint64_t> numbers(std::size_t at_least = SIZE_MAX) {
    std::vector<std::uint64_t> result;
    std::uint64_t value = 0;
    while (result.size() < at_least && ::read(reading_, &value, sizeof value) == sizeof value) result.push_back(value);
    return result;
  }

 private:
  pid_t id_ = 0;
  int reading_ = -1;
};

void tell(int pipe, std::uint64_t number) {
  if (::write(pipe, &number, sizeof number) != sizeof number) ::_exit(3);
}

/// Appends entries whose count is (seed + their index) from two threads, telling each id once it was acknowledged.
int append_for_ever(const std::filesystem::path& file, int pipe) {
  const auto log = TransparencyLog::open(file, key(), clock());
  if (!log) return 1;
  const auto work = [&] {
    for (std::uint64_t i = 0;; ++i) {
      const auto id = (*log)->append(entry(i));
      if (!id) ::_exit(2);
      tell(pipe, id->value);
    }
  };
  const std::jthread other{work};
  work();
  return 0;
}

TEST(LogFaults, everything_acknowledged_is_there_after_kills_at_random_moments) {
  const Folder folder;
  const unsigned seed = std::random_device{}();
  std::mt19937 random{seed};
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::uint64_t least = 0;
  int unfinished = 0;
  for (int round = 0; round < 60; ++round) {
    Child child{[&](int pipe) { return append_for_ever(folder / "log", pipe); }};
    auto acknowledged = child.numbers(1 + random() % 4);
    // A random moment of the next write, not a wait for anything.
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 6000});
    child.kill();
    const auto rest = child.numbers();
    acknowledged.insert(acknowledged.end(), rest.begin(), rest.end());
    ASSERT_FALSE(acknowledged.empty());

    const auto untouched = verify_log(folder / "log", key().public_key());
    ASSERT_TRUE(untouched) << message_of(untouched);
    unfinished += untouched->unfinished_bytes > 0;
    const auto log = open_log(folder / "log");
    ASSERT_TRUE(log);
    const std::uint64_t size = log->head().value().size;
    for (const std::uint64_t id : acknowledged) {
      ASSERT_GE(id, least) << "an id was given twice";
      ASSERT_LT(id, size) << "lost";
      ASSERT_TRUE(log->entry({id}));
    }
    least = *std::max_element(acknowledged.begin(), acknowledged.end()) + 1;
    const auto check = verify_log(folder / "log", key().public_key());
    ASSERT_TRUE(check) << message_of(check);
    EXPECT_EQ(check->entries, size);
    EXPECT_EQ(check->unfinished_bytes, 0);
  }
  RecordProperty("unfinished", unfinished);
}

TEST(LogFaults, processes_that_append_at_once_share_one_numbering) {
  const Folder folder;
  constexpr std::uint64_t each = 60;
  const auto work = [&](int pipe) {
    const auto log = TransparencyLog::open(folder / "log", key(), clock());
    if (!log) return 1;
    for (std::uint64_t i = 0; i < each; ++i) {
      const auto id = (*log)->append(entry(i));
      if (!id) return 2;
      tell(pipe, id->value);
    }
    return 0;
  };
  Child one{work};
  Child two{work};
  std::vector<std::uint64_t> ids = one.numbers(each);
  const std::vector<std::uint64_t> others = two.numbers(each);
  ids.insert(ids.end(), others.begin(), others.end());
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(one.wait(), 0);
  EXPECT_EQ(two.wait(), 0);
  ASSERT_EQ(ids.size(), 2 * each);
  for (std::uint64_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], i);
  const auto check = verify_log(folder / "log", key().public_key());
  ASSERT_TRUE(check) << message_of(check);
  EXPECT_EQ(check->entries, 2 * each);
}

/// Appends until one fails, makes room, appends again. The log's last state must hold exactly what was acknowledged.
int fill_and_recover(const std::filesystem::path& file, const std::function<void()>& make_room) {
  const auto log = TransparencyLog::open(file, key(), clock());
  if (!log) return 10;
  std::uint64_t acknowledged = 0;
  for (;; ++acknowledged) {
    const auto id = (*log)->append(entry(acknowledged));
    if (id && id->value != acknowledged) return 11;
    if (id && acknowledged > 10'000) return 12;
    if (id) continue;
    if (id.error().kind != ErrorKind::unavailable) return 13;
    break;
  }
  if (acknowledged == 0) return 14;
  if ((*log)->append(entry(0))) return 15;
  const auto full = verify_log(file, key().public_key());
  if (!full || full->entries != acknowledged || full->unfinished_bytes != 0) return 16;
  make_room();
  const auto again = (*log)->append(entry(1));
  if (!again || again->value != acknowledged) return 17;
  const auto check = verify_log(file, key().public_key());
  return check && check->entries == acknowledged + 1 ? 0 : 18;
}

TEST(LogFaults, nothing_is_acknowledged_beyond_a_limit_and_it_goes_on_when_the_limit_is_lifted) {
  const Folder folder;
  Child child{[&](int) {
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 20'000;
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 9;
    return fill_and_recover(folder / "log", [&] {
      limit.rlim_cur = before;
      ::setrlimit(RLIMIT_FSIZE, &limit);
    });
  }};
  EXPECT_EQ(child.wait(), 0);
}

TEST(LogFaults, nothing_is_acknowledged_on_a_full_disk_and_it_goes_on_when_there_is_room) {
  const Folder folder;
  if (::mount("none", folder.path().c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "only root may mount a small disk";
  }
  {
    std::ofstream ballast{folder / "ballast"};
    ballast << std::string(32'000, 'x');
  }
  Child child{
      [&](int) { return fill_and_recover(folder / "log", [&] { std::filesystem::remove(folder / "ballast"); }); }};
  EXPECT_EQ(child.wait(), 0);
  ::umount(folder.path().c_str());
}

TEST(LogFaults, a_folder_that_may_only_be_read_is_refused_and_nothing_is_made) {
  const Folder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0555});
  Child child{[&](int) {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) return 1;  // root may write anywhere
    const auto log = TransparencyLog::open(folder / "log", key(), clock());
    if (log) return 2;
    return log.error().kind == ErrorKind::denied ? 0 : 3;
  }};
  EXPECT_EQ(child.wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "log"));
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0755});
  EXPECT_EQ(TransparencyLog::open(folder / "none" / "log", key(), clock()).error().kind, ErrorKind::not_found);
  EXPECT_EQ(TransparencyLog::open(folder.path(), key(), clock()).error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace regard::events
