// The stand-alone verifier, run as a stranger would, and held against verify_log.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <cstdio>
#include <random>
#include <regex>
#include <thread>

#include "events/io/log_fixture.h"

namespace regard::events {
namespace {

using namespace testing;
using ::testing::HasSubstr;

struct Finished {
  int status = -1;
  std::string out;
};

/// Runs the verifier; words hold no blanks.
Finished run(const std::vector<std::string>& words) {
  std::string command = REGARD_LOG_VERIFY;
  for (const std::string& word : words) command += " " + word;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  Finished finished;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) finished.out.append(buffer, got);
  const int status = ::pclose(pipe);
  finished.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return finished;
}

class LogVerify : public ::testing::Test {
 protected:
  LogVerify() {
    overwrite(key_file(), crypto::to_hex(key().public_key()) + "\n");
    const auto log = open_log(file());
    heads_.push_back(log->head().value());
    for (std::uint64_t i = 0; i < 4; ++i) EXPECT_TRUE(log->append(entry(i)));
    heads_.push_back(log->head().value());
    std::vector<std::jthread> threads;
    for (std::uint64_t t = 0; t < 6; ++t) threads.emplace_back([&log, t] { EXPECT_TRUE(log->append(entry(100 + t))); });
    threads.clear();
    heads_.push_back(log->head().value());
    good_ = contents(file());
  }
  [[nodiscard]] std::string file() const { return folder_ / "log"; }
  [[nodiscard]] std::string key_file() const { return folder_ / "key"; }
  [[nodiscard]] Finished check() const { return run({file(), key_file()}); }
  [[nodiscard]] Finished check_against(const TreeHead& head) const {
    overwrite(folder_ / "head", to_json(head) + "\n");
    return run({file(), key_file(), "--against", folder_ / "head"});
  }

  Folder folder_;
  std::vector<TreeHead> heads_;
  std::string good_;
};

TEST_F(LogVerify, accepts_a_good_log_and_each_of_its_old_heads) {
  const Finished finished = check();
  EXPECT_EQ(finished.status, 0) << finished.out;
  EXPECT_THAT(finished.out, HasSubstr("right: 10 entries, root " + crypto::to_hex(heads_.back().root)));
  for (const TreeHead& head : heads_) EXPECT_EQ(check_against(head).status, 0) << head.size;
}

TEST_F(LogVerify, accepts_an_empty_log_and_mentions_what_a_crash_left) {
  overwrite(file(), "");
  EXPECT_EQ(check().status, 0);
  EXPECT_EQ(check_against(heads_[0]).status, 0);
  EXPECT_EQ(check_against(heads_[1]).status, 1);
  overwrite(file(), good_ + to_json(entry(1), {10}).substr(0, 20));
  EXPECT_EQ(check().status, 0);
  EXPECT_THAT(check().out, HasSubstr("after it 20 bytes that no head vouches for"));
}

TEST_F(LogVerify, agrees_with_verify_log_on_random_changes_of_one_byte) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random{seed};
  static const std::regex named{R"((entry|head of size) \d+)"};
  for (int round = 0; round < 300; ++round) {
    std::string changed = good_;
    // The last byte every tenth time: it is the one that could pass for a crash.
    const std::size_t place = round % 10 == 0 ? changed.size() - 1 : random() % changed.size();
    changed[place] = static_cast<char>(changed[place] ^ static_cast<char>(1 + random() % 255));
    overwrite(file(), changed);
    const auto ours = verify_log(file(), key().public_key());
    const Finished theirs = check();
    ASSERT_FALSE(ours) << "byte " << place << ", seed " << seed;
    ASSERT_EQ(theirs.status, 1) << "byte " << place << ", seed " << seed << ": " << theirs.out;
    std::smatch our_name;
    std::smatch their_name;
    ASSERT_TRUE(std::regex_search(theirs.out, their_name, named)) << theirs.out;
    ASSERT_TRUE(std::regex_search(ours.error().cause, our_name, named)) << ours.error().cause;
    // In an unfinished end what is odd is seen at different places.
    if (good_[place] != '\n' && changed[place] != '\n') {
      EXPECT_EQ(our_name[0], their_name[0]) << "byte " << place << ", seed " << seed << ": " << ours.error().cause;
    }
  }
}

TEST_F(LogVerify, agrees_with_verify_log_on_random_damage) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random{seed};
  for (int round = 0; round < 200; ++round) {
    std::string changed = good_;
    const std::size_t from = random() % changed.size();
    const std::size_t length = random() % std::min<std::size_t>(600, changed.size() - from);
    switch (random() % 3) {
      case 0:
        changed.erase(from, length);
        break;
      case 1:
        changed.insert(random() % changed.size(), changed.substr(from, length));
        break;
      default:
        changed.resize(from);
    }
    overwrite(file(), changed);
    const auto ours = verify_log(file(), key().public_key());
    const Finished theirs = check();
    EXPECT_EQ(theirs.status == 0, ours.has_value()) << "seed " << seed << ", round " << round << "\n"
                                                    << theirs.out << message_of(ours);
  }
}

TEST_F(LogVerify, refuses_heads_of_another_past) {
  TreeHead other = heads_[1];
  other.root = leaf_hash("other");
  EXPECT_EQ(check_against(sign(other, key())).status, 1);
  TreeHead longer = heads_[2];
  longer.size = 11;
  const Finished cut = check_against(sign(longer, key()));
  EXPECT_EQ(cut.status, 1);
  EXPECT_THAT(cut.out, HasSubstr("from entry 10 on entries were removed"));
}

TEST_F(LogVerify, cannot_look_without_a_log_a_key_or_a_head) {
  EXPECT_EQ(run({}).status, 2);
  EXPECT_EQ(run({folder_ / "none", key_file()}).status, 2);
  EXPECT_EQ(run({file(), folder_ / "none"}).status, 2);
  EXPECT_EQ(run({file(), key_file(), "--against", folder_ / "none"}).status, 2);
  EXPECT_EQ(run({file(), key_file(), "--against", file()}).status, 2);
  EXPECT_EQ(check_against(sign(heads_[1], key(8))).status, 2) << "a head that somebody else signed says nothing";
  overwrite(key_file(), "not a key");
  EXPECT_EQ(check().status, 2);
  overwrite(key_file(), crypto::to_hex(key(8).public_key()));
  EXPECT_EQ(check().status, 1);
}

}  // namespace
}  // namespace regard::events
