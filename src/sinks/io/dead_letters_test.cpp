#include "sinks/dead_letters.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "files.h"
#include "sinks/journal.h"
#include "sinks/logic/dead_letter_lines.h"

namespace regard::sinks {
namespace {

DeadLetter letter(std::uint64_t number, std::string text = R"({"event":"track_started"})") {
  return {.number = number,
          .time = Timestamp{std::chrono::seconds{1'790'000'000}},
          .status = 422,
          .cause = "it answered 422",
          .attempts = 5,
          .is_asked_again = false,
          .text = std::move(text)};
}

std::vector<std::uint64_t> numbers_of(const DeadLetters& letters) {
  std::vector<std::uint64_t> numbers;
  const std::vector<DeadLetter> all = letters.list().value();
  for (const DeadLetter& one : all) numbers.push_back(one.number);
  return numbers;
}

std::int64_t asked_again(const DeadLetters& letters) {
  const std::vector<DeadLetter> all = letters.list().value();
  return std::ranges::count(all, true, &DeadLetter::is_asked_again);
}

TEST(DeadLetters, are_read_back_as_they_were_put_in) {
  const test::TemporaryFolder folder;
  const DeadLetters letters{folder.path(), "webhook-1"};
  EXPECT_TRUE(letters.list().value().empty());
  EXPECT_EQ(letters.version(), "");
  for (const std::string text : {R"({"event":"a","box":[0.1,0.25]})", "no JSON at all", R"(["\"])"}) {
    const DeadLetter put = letter(7, text);
    const auto read = dead_letter_from(dead_letter_line(put));
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->text, text);
    EXPECT_EQ(read->time, put.time);
    EXPECT_EQ(read->status, 422);
    EXPECT_EQ(read->cause, put.cause);
    EXPECT_EQ(read->attempts, 5);
    EXPECT_FALSE(read->is_asked_again);
  }
  for (const char* line : {"", "{}", "[1]", R"({"number":"7","event":{}})", R"({"number":7})", R"({"number":7,"ev)"})
    EXPECT_FALSE(dead_letter_from(line)) << line;
}

TEST(DeadLetters, that_are_asked_again_stay_until_it_is_settled) {
  const test::TemporaryFolder folder;
  const DeadLetters letters{folder.path(), "webhook-1"};
  for (std::uint64_t i = 1; i <= 4; ++i) ASSERT_EQ(letters.add(letter(i)).value(), 0U);
  const std::string before = letters.version();
  const std::vector<std::uint64_t> wanted{2, 3, 99};
  EXPECT_EQ(letters.ask_again(wanted).value(), 2U);
  EXPECT_NE(letters.version(), before);
  EXPECT_EQ(numbers_of(letters), (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(asked_again(letters), 2);
  DeadLetter again = letter(3);
  again.attempts = 10;
  const std::vector<DeadLetter> refused{again};
  const std::vector<std::uint64_t> delivered{2};
  ASSERT_TRUE(letters.settle(delivered, refused));
  EXPECT_EQ(numbers_of(letters), (std::vector<std::uint64_t>{1, 3, 4}));
  EXPECT_EQ(letters.list().value()[1].attempts, 10);
  EXPECT_EQ(asked_again(letters), 0);
  EXPECT_EQ(letters.ask_again({}).value(), 3U) << "all";
  EXPECT_EQ((DeadLetters{folder.path(), "other"}.ask_again({}).value()), 0U);
}

TEST(DeadLetters, lose_the_older_half_when_there_is_no_room) {
  const test::TemporaryFolder folder;
  const DeadLetters letters{folder.path(), "webhook-1"};
  const std::string text = R"({"event":")" + std::string(60'000, 'x') + R"("})";
  std::uint64_t number = 0;
  std::size_t gone = 0;
  while (gone == 0) gone = letters.add(letter(++number, text)).value();
  EXPECT_GT(number, DeadLetters::largest_bytes / 61'000);
  EXPECT_EQ(numbers_of(letters).front(), gone + 1);
  EXPECT_EQ(numbers_of(letters).back(), number);
}

TEST(DeadLetters, of_several_processes_at_once_get_lost_nowhere) {
  const test::TemporaryFolder folder;
  const pid_t child = ::fork();
  const DeadLetters letters{folder.path(), "webhook-1"};
  for (std::uint64_t i = 1; i <= 50; ++i) {
    static_cast<void>(letters.add(letter(2 * i + (child == 0 ? 1 : 0))));
    static_cast<void>(letters.ask_again({}));
  }
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(numbers_of(letters).size(), 100U);
}

TEST(SinksIn, tells_what_waits_while_another_process_has_the_journal) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(sinks_in(folder / "journal").error().kind, ErrorKind::not_found);
  auto journal = Journal::open(folder / "journal", {.segment_bytes = 100});
  ASSERT_TRUE(journal);
  EXPECT_TRUE(sinks_in(folder / "journal").value().empty());
  ASSERT_TRUE((*journal)->join("webhook-1"));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE((*journal)->append(std::string(40, 'x')));
  ASSERT_TRUE((*journal)->acknowledge("webhook-1", 4));
  ASSERT_TRUE((*journal)->join("mqtt"));
  ASSERT_TRUE((DeadLetters{folder / "journal", "webhook-1"}.add(letter(3))));
  const auto sinks = sinks_in(folder / "journal").value();
  ASSERT_EQ(sinks.size(), 2U);
  EXPECT_EQ(sinks[0].name, "mqtt");
  EXPECT_EQ(sinks[0].waiting, 0U);
  EXPECT_EQ(sinks[1].waiting, 6U);
  EXPECT_EQ(sinks[1].has, 4U);
  EXPECT_EQ(sinks[1].dead_letters, 1U);
}

}  // namespace
}  // namespace regard::sinks
