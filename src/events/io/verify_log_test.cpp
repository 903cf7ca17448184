#include <gmock/gmock.h>

#include <random>
#include <regex>
#include <thread>

#include "events/io/log_fixture.h"

namespace regard::events {
namespace {

using namespace testing;
using ::testing::HasSubstr;

/// A log with batches of one and of several entries.
std::string mixed_log(const std::filesystem::path& file) {
  const auto log = open_log(file);
  for (std::uint64_t i = 0; i < 2; ++i) EXPECT_TRUE(log->append(entry(i)));
  std::vector<std::jthread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&log, t] { EXPECT_TRUE(log->append(entry(100 + t))); });
  }
  threads.clear();
  return contents(file);
}

TEST(VerifyLog, finds_each_byte_that_was_changed_and_names_what_it_belongs_to) {
  const Folder folder;
  const std::string text = mixed_log(folder / "log");
  const unsigned seed = std::random_device{}();
  std::mt19937 random{seed};
  static const std::regex entry_named{R"(entry (\d+))"};
  static const std::regex head_named{R"(head of size (\d+))"};
  std::uint64_t index = 0;
  std::size_t line_begins = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ static_cast<char>(1 + random() % 255));
    write(folder / "log", changed);
    const auto check = verify_log(folder / "log", key().public_key());
    ASSERT_FALSE(check) << "byte " << i << ", seed " << seed;
    EXPECT_EQ(check.error().kind, ErrorKind::corrupt);
    const bool head = std::string_view{text}.substr(line_begins).starts_with("{\"head\"");
    const std::string cause = check.error().cause;
    std::smatch found;
    if (text[i] == '\n') {
      // Two lines became one: either may be named.
      if (!head) ++index;
      line_begins = i + 1;
    } else if (changed[i] != '\n') {
      ASSERT_TRUE(std::regex_search(cause, found, head && i >= line_begins + 8 ? head_named : entry_named))
          << cause << ", byte " << i << ", seed " << seed;
      EXPECT_EQ(std::stoull(found[1]), index) << cause << ", byte " << i << ", seed " << seed;
    }
  }
  write(folder / "log", text);
  EXPECT_TRUE(verify_log(folder / "log", key().public_key()));
}

TEST(VerifyLog, finds_lines_that_were_removed_doubled_or_swapped) {
  const Folder folder;
  const std::vector<std::string> lines = lines_of(mixed_log(folder / "log"));
  const auto refused = [&](const std::vector<std::string>& changed) {
    std::string text;
    for (const std::string& line : changed) text += line + "\n";
    write(folder / "log", text);
    return !verify_log(folder / "log", key().public_key());
  };
  EXPECT_FALSE(refused(lines));
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    auto removed = lines;
    removed.erase(removed.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_TRUE(refused(removed)) << i;
    auto doubled = lines;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
    EXPECT_TRUE(refused(doubled)) << i;
    auto swapped = lines;
    std::swap(swapped[i], swapped[i + 1]);
    EXPECT_TRUE(refused(swapped)) << i;
  }
}

TEST(VerifyLog, sees_that_the_end_was_cut_off_only_against_an_old_head) {
  const Folder folder;
  fill(folder / "log", 5);
  const TreeHead old = open_log(folder / "log")->head().value();
  std::string text = contents(folder / "log");
  text.resize(text.rfind("{\"actor\""));
  write(folder / "log", text);
  const auto alone = verify_log(folder / "log", key().public_key());
  ASSERT_TRUE(alone) << message_of(alone);
  EXPECT_EQ(alone->entries, 4);
  EXPECT_THAT(message_of(verify_log(folder / "log", key().public_key(), old)),
              HasSubstr("from entry 4 on they were removed"));
}

TEST(VerifyLog, sees_a_log_written_anew_with_the_key_only_against_an_old_head) {
  const Folder folder;
  fill(folder / "log", 5);
  const TreeHead old = open_log(folder / "log")->head().value();
  std::filesystem::remove(folder / "log");
  const auto log = open_log(folder / "log");
  for (std::uint64_t i = 0; i < 6; ++i) ASSERT_TRUE(log->append(entry(i == 2 ? 99 : i)));
  EXPECT_TRUE(verify_log(folder / "log", key().public_key()));
  EXPECT_THAT(message_of(verify_log(folder / "log", key().public_key(), old)), HasSubstr("was replaced"));
}

/// What somebody without the key can do at best: change an entry and make everything fit but the signatures.
TEST(VerifyLog, names_the_first_head_that_the_key_did_not_sign) {
  const Folder folder;
  fill(folder / "log", 4);
  const std::string good = contents(folder / "log");
  std::filesystem::remove(folder / "log");
  const auto forged = TransparencyLog::open(folder / "log", key(9), clock());
  ASSERT_TRUE(forged);
  for (std::uint64_t i = 0; i < 4; ++i) ASSERT_TRUE((*forged)->append(entry(i < 2 ? i : 77)));
  EXPECT_THAT(message_of(verify_log(folder / "log", key().public_key())),
              HasSubstr("the head of size 1 is not signed by this key"));
}

TEST(VerifyLog, says_when_there_is_no_file) {
  const Folder folder;
  EXPECT_EQ(verify_log(folder / "none", key().public_key()).error().kind, ErrorKind::not_found);
  EXPECT_EQ(verify_log(folder.path(), key().public_key()).error().kind, ErrorKind::invalid_input);
}

}  // namespace
}  // namespace regard::events
