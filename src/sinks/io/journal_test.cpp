#include "sinks/journal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <random>
#include <thread>

#include "files.h"
#include "sinks/logic/journal_lines.h"

namespace regard::sinks {
namespace {

using namespace std::chrono_literals;
using test::TemporaryFolder;

std::unique_ptr<Journal> open(const std::filesystem::path& folder, const Journal::Options& options = {}) {
  auto journal = Journal::open(folder, options);
  EXPECT_TRUE(journal) << journal.error().message();
  return journal ? std::move(*journal) : nullptr;
}

/// Everything that waits for a sink, without waiting for more.
std::vector<std::string> waiting(Journal& journal, const std::string& sink) {
  std::vector<std::string> texts;
  const auto records = journal.next(sink, 1'000'000, {}, 0s);
  EXPECT_TRUE(records) << records.error().message();
  for (const Journal::Record& record : *records) texts.push_back(record.text);
  return texts;
}

TEST(Journal, gives_each_sink_what_came_after_it_joined_in_order) {
  const TemporaryFolder folder;
  const auto journal = open(folder / "journal");
  ASSERT_TRUE(journal->append("before"));
  ASSERT_TRUE(journal->join("early"));
  EXPECT_EQ(journal->append("a").value(), 2U);
  ASSERT_TRUE(journal->join("late"));
  EXPECT_EQ(journal->append("b").value(), 3U);
  EXPECT_EQ(waiting(*journal, "early"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(waiting(*journal, "late"), (std::vector<std::string>{"b"}));
  EXPECT_EQ(journal->next("early", 1, {}, 0s).value().size(), 1U);
  EXPECT_EQ(journal->backlog("early").waiting, 2U);
}

TEST(Journal, keeps_records_and_places_over_runs) {
  const TemporaryFolder folder;
  for (int run = 0; run < 4; ++run) {
    const auto journal = open(folder / "journal");
    ASSERT_TRUE(journal->join("mqtt"));
    const auto left = journal->next("mqtt", 100, {}, 0s).value();
    EXPECT_EQ(left.size(), run == 0 ? 0U : 2U);
    if (run > 0) {
      EXPECT_EQ(left[0].text, "run " + std::to_string(run - 1) + " b");
    }
    if (run > 0) {
      EXPECT_TRUE(journal->acknowledge("mqtt", left.back().number));
    }
    for (const char* name : {" a", " b", " c"}) {
      ASSERT_TRUE(journal->append("run " + std::to_string(run) + name));
    }
    EXPECT_TRUE(journal->acknowledge("mqtt", journal->next("mqtt", 1, {}, 0s).value()[0].number));
  }
}

TEST(Journal, wakes_who_waits_for_the_next_record_and_who_is_told_to_stop) {
  const TemporaryFolder folder;
  const auto journal = open(folder / "journal");
  ASSERT_TRUE(journal->join("mqtt"));
  std::jthread writer{[&] { ASSERT_TRUE(journal->append("x")); }};
  EXPECT_EQ(journal->next("mqtt", 5, {}, 60s).value().size(), 1U);
  writer.join();
  ASSERT_TRUE(journal->acknowledge("mqtt", 1));
  EXPECT_TRUE(journal->wait_until_delivered("mqtt", 0s));
  std::stop_source stop;
  std::jthread stopper{[&] { stop.request_stop(); }};
  EXPECT_TRUE(journal->next("mqtt", 5, stop.get_token(), 60s).value().empty());
}

TEST(Journal, drops_the_oldest_when_it_is_full_and_says_how_many_each_sink_lost) {
  const TemporaryFolder folder;
  const std::string text(100, 'x');
  const auto journal = open(folder / "journal", {.largest_bytes = 20'000, .segment_bytes = 2'000});
  for (const char* sink : {"slow", "quick"}) ASSERT_TRUE(journal->join(sink));
  for (std::uint64_t i = 1; i <= 1'000; ++i) {
    ASSERT_EQ(journal->append(text).value(), i);
    ASSERT_TRUE(journal->acknowledge("quick", i));
  }
  const auto slow = journal->backlog("slow");
  EXPECT_EQ(slow.lost + slow.waiting, 1'000U);
  EXPECT_GT(slow.waiting, 100U);
  EXPECT_GT(slow.lost, 700U);
  EXPECT_EQ(journal->next("slow", 1, {}, 0s).value()[0].number, slow.lost + 1);
  EXPECT_EQ(journal->backlog("quick").lost, 0U);
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator{folder / "journal"}) bytes += entry.file_size();
  EXPECT_LT(bytes, 24'000U);
}

TEST(Journal, frees_what_every_sink_has) {
  const TemporaryFolder folder;
  const auto journal = open(folder / "journal", {.largest_bytes = 1 << 20, .segment_bytes = 1'000});
  ASSERT_TRUE(journal->join("mqtt"));
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(journal->acknowledge("mqtt", journal->append(std::string(100, 'x')).value()));
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{folder / "journal"}) {
    files += entry.path().extension() == ".segment";
  }
  EXPECT_LE(files, 2U);
}

TEST(Journal, forgets_what_every_sink_has_at_the_end_and_goes_on_counting) {
  const TemporaryFolder folder;
  for (std::uint64_t run = 0; run < 3; ++run) {
    {
      const auto journal = open(folder / "journal");
      ASSERT_TRUE(journal->join("mqtt"));
      ASSERT_EQ(journal->append("a name").value(), run + 1);
      ASSERT_TRUE(journal->acknowledge("mqtt", run + 1));
    }
    for (const auto& entry : std::filesystem::directory_iterator{folder / "journal"}) {
      EXPECT_EQ(test::contents(entry.path()).find("a name"), std::string::npos) << entry.path();
    }
  }
}

TEST(Journal, skips_a_damaged_record_and_counts_it_as_lost) {
  const TemporaryFolder folder;
  {
    const auto journal = open(folder / "journal");
    ASSERT_TRUE(journal->join("mqtt"));
    for (const char* text : {"one", "two", "three"}) ASSERT_TRUE(journal->append(text));
  }
  const auto file = folder / "journal" / segment_name(1);
  std::string bytes = test::contents(file);
  bytes[bytes.find("two")] = 'T';
  test::write(file, bytes);
  const auto journal = open(folder / "journal");
  ASSERT_TRUE(journal->join("mqtt"));
  EXPECT_EQ(waiting(*journal, "mqtt"), (std::vector<std::string>{"one"}));
  ASSERT_TRUE(journal->acknowledge("mqtt", 1));
  EXPECT_EQ(waiting(*journal, "mqtt"), (std::vector<std::string>{"three"}));
  EXPECT_EQ(journal->backlog("mqtt").lost, 1U);
}

TEST(Journal, survives_files_that_were_removed_or_emptied) {
  const TemporaryFolder folder;
  const Journal::Options small{.largest_bytes = 1 << 20, .segment_bytes = 300};
  {
    const auto journal = open(folder / "journal", small);
    ASSERT_TRUE(journal->join("mqtt"));
    for (int i = 1; i <= 12; ++i) ASSERT_TRUE(journal->append(std::string(100, 'x')));
  }
  std::vector<std::filesystem::path> segments;
  for (const auto& entry : std::filesystem::directory_iterator{folder / "journal"}) {
    if (entry.path().extension() == ".segment") segments.push_back(entry.path());
  }
  std::sort(segments.begin(), segments.end());
  ASSERT_EQ(segments.size(), 4U);
  std::filesystem::remove(segments[1]);
  test::write(segments[2], "no line");
  test::write(folder / "journal" / position_name("mqtt"), "");
  const auto journal = open(folder / "journal", small);
  ASSERT_TRUE(journal->join("mqtt"));
  EXPECT_EQ(waiting(*journal, "mqtt").size(), 3U);
  ASSERT_TRUE(journal->acknowledge("mqtt", 3));
  EXPECT_EQ(waiting(*journal, "mqtt").size(), 3U);
  EXPECT_EQ(journal->backlog("mqtt").lost, 6U);
}

std::vector<std::uint64_t> numbers_after(const Journal& journal, std::uint64_t number, std::size_t most = 1000) {
  std::vector<std::uint64_t> numbers;
  const auto records = journal.after(number, most);
  EXPECT_TRUE(records) << records.error().message();
  for (const Journal::Record& record : *records) {
    EXPECT_EQ(record.text, "text " + std::to_string(record.number));
    numbers.push_back(record.number);
  }
  return numbers;
}

TEST(Journal, keeps_a_tail_of_what_everybody_has_over_runs) {
  const TemporaryFolder folder;
  const Journal::Options options{.segment_bytes = 200, .kept_records = 20};
  std::uint64_t number = 0;
  for (int run = 0; run < 3; ++run) {
    const auto journal = open(folder / "journal", options);
    ASSERT_TRUE(journal->join("mqtt"));
    EXPECT_EQ(journal->newest(), number);
    for (int i = 0; i < 100; ++i) {
      ASSERT_EQ(journal->append("text " + std::to_string(number + 1)).value(), number + 1);
      ASSERT_TRUE(journal->acknowledge("mqtt", ++number));
    }
    const auto tail = numbers_after(*journal, 0);
    EXPECT_GE(tail.size(), 20U);
    EXPECT_LT(tail.size(), 40U) << "what is not asked for any more goes";
    EXPECT_EQ(tail.back(), number);
    EXPECT_EQ(numbers_after(*journal, number - 3), (std::vector{number - 2, number - 1, number}));
    EXPECT_EQ(numbers_after(*journal, number - 3, 1), (std::vector{number - 2}));
    EXPECT_TRUE(numbers_after(*journal, number).empty());
    EXPECT_TRUE(numbers_after(*journal, ~std::uint64_t{0}).empty());
  }
  const auto journal = open(folder / "journal", options);
  EXPECT_GE(numbers_after(*journal, 0).size(), 20U) << "and is there after a restart";
}

TEST(Journal, keeps_no_record_of_its_tail_for_too_long) {
  const TemporaryFolder folder;
  const Journal::Options options{.kept_records = 1000, .kept_for = 1h};
  {
    const auto journal = open(folder / "journal", options);
    for (int i = 1; i <= 3; ++i) ASSERT_TRUE(journal->append("text " + std::to_string(i)));
  }
  const auto file = folder / "journal" / segment_name(1);
  std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - 59min);
  const auto numbers = std::vector<std::uint64_t>{1, 2, 3};
  EXPECT_EQ(numbers_after(*open(folder / "journal", options), 0), numbers);
  std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - 61min);
  const auto journal = open(folder / "journal", options);
  EXPECT_TRUE(numbers_after(*journal, 0).empty());
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(journal->append("text 4").value(), 4U);
  journal->forget();
  EXPECT_EQ(numbers_after(*journal, 0), std::vector<std::uint64_t>{4});
}

TEST(Journal, forgets_its_tail_while_nothing_comes) {
  const TemporaryFolder folder;
  const auto journal = open(folder / "journal", {.kept_records = 1000, .kept_for = 50ms});
  ASSERT_TRUE(journal->append("text 1"));
  while (!numbers_after(*journal, 0).empty()) journal->forget();
  EXPECT_EQ(journal->append("text 2").value(), 2U);
}

TEST(Journal, belongs_to_one_process) {
  const TemporaryFolder folder;
  const auto journal = open(folder / "journal");
  const auto second = Journal::open(folder / "journal", {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::denied);
  EXPECT_EQ(Journal::open("/dev/null/journal", {}).error().kind, ErrorKind::denied);
}

TEST(Journal, refuses_what_is_no_line_and_what_is_no_name) {
  const TemporaryFolder folder;
  const auto journal = open(folder / "journal");
  EXPECT_EQ(journal->append("a\nb").error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(journal->append(std::string(Journal::largest_text + 1, 'x')).error().kind, ErrorKind::invalid_input);
  EXPECT_TRUE(journal->append(std::string(Journal::largest_text, 'x')));
  for (const char* name : {"", "../x", "a b"}) EXPECT_EQ(journal->join(name).error().kind, ErrorKind::invalid_input);
}

/// Runs `work` in a child process, which tells numbers through a pipe.
pid_t child_with(const std::function<void(int pipe)>& work, int& reading) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    work(ends[1]);
    ::_exit(0);
  }
  ::close(ends[1]);
  reading = ends[0];
  return child;
}

TEST(Journal, loses_nothing_that_was_acknowledged_when_it_is_killed_at_random_moments) {
  const TemporaryFolder folder{std::filesystem::current_path()};
  const unsigned seed = std::random_device{}();
  std::mt19937 random{seed};
  SCOPED_TRACE("seed " + std::to_string(seed));
  const Journal::Options options{.largest_bytes = 1 << 20, .segment_bytes = 500};
  ASSERT_TRUE(open(folder / "journal", options)->join("mqtt"));
  std::uint64_t delivered = 0;
  for (int round = 0; round < 30; ++round) {
    int pipe = -1;
    const pid_t child = child_with(
        [&](int told) {
          auto journal = Journal::open(folder / "journal", options);
          if (!journal) ::_exit(1);
          for (;;) {
            const auto number = (*journal)->append(std::string(40, 'x'));
            if (!number || ::write(told, &*number, sizeof *number) != sizeof *number) ::_exit(2);
          }
        },
        pipe);
    std::uint64_t acknowledged = 0;
    ASSERT_EQ(::read(pipe, &acknowledged, sizeof acknowledged), static_cast<ssize_t>(sizeof acknowledged));
    // A random moment of the next write, not a wait for anything.
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 4000});
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    std::uint64_t number = 0;
    while (::read(pipe, &number, sizeof number) == sizeof number) acknowledged = number;
    ::close(pipe);
    const auto journal = open(folder / "journal", options);
    ASSERT_TRUE(journal->join("mqtt"));
    const auto records = journal->next("mqtt", 1'000'000, {}, 0s).value();
    ASSERT_FALSE(records.empty());
    ASSERT_EQ(records.front().number, delivered + 1);
    delivered = records.back().number;
    EXPECT_GE(delivered, acknowledged);
    EXPECT_EQ(records.size(), records.back().number - records.front().number + 1);
    ASSERT_TRUE(journal->acknowledge("mqtt", delivered));
  }
}

TEST(Journal, says_when_the_disk_is_full_and_goes_on_when_there_is_room) {
  const TemporaryFolder folder;
  int pipe = -1;
  const pid_t child = child_with(
      [&](int) {
        ::signal(SIGXFSZ, SIG_IGN);
        auto journal = Journal::open(folder / "journal", {});
        if (!journal) ::_exit(10);
        if (!(*journal)->join("mqtt")) ::_exit(15);
        rlimit limit{};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        const rlim_t before = limit.rlim_cur;
        limit.rlim_cur = 1'000;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        std::uint64_t kept = 0;
        while ((*journal)->append(std::string(100, 'x'))) ++kept;
        if ((*journal)->append(std::string(100, 'y')).error().kind != ErrorKind::unavailable) ::_exit(11);
        limit.rlim_cur = before;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        if ((*journal)->append("z").value() != kept + 1) ::_exit(12);
        const auto records = (*journal)->next("mqtt", 100, {}, 0s).value();
        ::_exit(records.size() == kept + 1 && records.back().text == "z" ? 0 : 13);
      },
      pipe);
  int status = -1;
  ::waitpid(child, &status, 0);
  ::close(pipe);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace regard::sinks
