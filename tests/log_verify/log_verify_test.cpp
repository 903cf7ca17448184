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
    write(key_file(), crypto::to_hex(key().public_key()) + "\n");
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
    write(folder_ / "head", to_json(head) + "\n");
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
  write(file(), "");
  EXPECT_EQ(check().status, 0);
  EXPECT_EQ(check_against(heads_[0]).status, 0);
  EXPECT_EQ(check_against(heads_[1]).status, 1);
  write(file(), good_ + to_json(entry(1), {10}).substr(0, 20));
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
    write(file(), changed);
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
    write(file(), changed);
    const auto ours = verify_log(file(), key().public_key());
    const Finished theirs = check();
    EXPECT_EQ(theirs.status == 0, ours.has_value()) << "seed " << seed << ", round " << round << "\n"
                                                    << theirs.out << message_of(ours);
  }
}

/// Of what a crash may leave, both accept and refuse the same.
TEST_F(LogVerify, agrees_with_verify_log_on_the_end_of_the_file) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random{seed};
  const std::string last_batch = good_.substr(good_.rfind("\n", good_.find("\"index\":9,")) + 1);
  const std::string whole = good_.substr(0, good_.size() - last_batch.size());
  consent::Entry large = entry(UINT64_MAX);
  large.actor.value = std::string{"\"\\\n\x01\x1f/\u00fc", 8};
  const std::string next = to_json(large, {10});
  std::vector<std::string> ends{"",
                                "x",
                                "{",
                                "{}",
                                "[",
                                "\"",
                                std::string(5, '\0'),
                                next,
                                next + "\n",
                                next + "\n{\"head\":",
                                "{\"head\":",
                                to_json(large, {11}),
                                to_json(large, {1}),
                                "{\"a\":18446744073709551615",
                                "{\"a\":18446744073709551616",
                                "{\"a\":012",
                                "{\"a\":\"\\u001",
                                "{\"a\":\"\\u002",
                                "{\"a\":\"\\x",
                                "{\"a\":\"\\",
                                "{\"b\":1,\"a\":1",
                                "{\"index\":1",
                                "{\"index\":10",
                                "{\"index\":10}",
                                "{\"index\":10}\n",
                                "{\"a\":1}",
                                "{\"a\":\"" + std::string(70'000, 'x'),
                                std::string(70'000, '\0') + "x",
                                std::string(71ULL << 20, '\0'),
                                std::string(60ULL << 20, '\0')};
  for (int round = 0; round < 300; ++round) {
    std::string changed = next.substr(0, 1 + random() % next.size());
    changed[random() % changed.size()] = static_cast<char>(random() % 256);
    ends.push_back(changed);
  }
  int right = 0;
  for (const std::string& end : ends) {
    write(file(), good_ + end);
    const auto ours = verify_log(file(), key().public_key());
    right += ours.has_value();
    EXPECT_EQ(check().status == 0, ours.has_value())
        << "seed " << seed << ": " << end.substr(0, 300) << message_of(ours);
  }
  EXPECT_GE(right, 10);
  // The last batch cut anywhere, and then changed somewhere.
  ASSERT_FALSE(last_batch.empty());
  for (int round = 0; round < 300; ++round) {
    std::string cut = last_batch.substr(0, random() % last_batch.size());
    if (round % 2 == 1 && !cut.empty()) cut[random() % cut.size()] = static_cast<char>(random() % 256);
    write(file(), whole + cut);
    const auto ours = verify_log(file(), key().public_key());
    if (round % 2 == 0) {
      EXPECT_TRUE(ours) << message_of(ours);
    }
    EXPECT_EQ(check().status == 0, ours.has_value()) << "seed " << seed << ": " << cut << message_of(ours);
  }
}

class ProofOfExtension : public LogVerify {
 protected:
  [[nodiscard]] std::string proof_of(const TreeHead& old) const {
    return open_log(file())->prove_extension(old).value() + "\n";
  }
  [[nodiscard]] Finished check_proof(const std::string& proof) const {
    write(folder_ / "proof", proof);
    return run({"--proof", folder_ / "proof", key_file()});
  }
};

TEST_F(ProofOfExtension, is_right_for_each_old_head) {
  const auto log = open_log(file());
  std::vector<TreeHead> heads = heads_;
  for (std::uint64_t i = 10; i < 24; ++i) {
    ASSERT_TRUE(log->append(entry(i)));
    heads.push_back(log->head().value());
  }
  for (const TreeHead& old : heads) {
    const Finished finished = check_proof(proof_of(old));
    EXPECT_EQ(finished.status, 0) << finished.out;
    EXPECT_THAT(finished.out, HasSubstr("right: 24 entries, of which the first " + std::to_string(old.size)));
    write(folder_ / "head", to_json(old));
    EXPECT_EQ(run({"--proof", folder_ / "proof", key_file(), "--against", folder_ / "head"}).status, 0);
    write(folder_ / "head", to_json(heads_[old.size == heads_[1].size ? 2 : 1]));
    EXPECT_EQ(run({"--proof", folder_ / "proof", key_file(), "--against", folder_ / "head"}).status, 1);
  }
}

TEST_F(ProofOfExtension, in_which_a_digit_was_changed_is_wrong) {
  const std::string proof = proof_of(heads_[1]);
  for (std::size_t i = 0; i + 1 < proof.size(); i += 7) {
    std::string changed = proof;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_NE(check_proof(changed).status, 0) << "byte " << i << ": " << changed;
  }
  EXPECT_EQ(check_proof("{}").status, 2);
  EXPECT_EQ(check_proof(proof.substr(0, proof.size() / 2)).status, 2);
  write(key_file(), crypto::to_hex(key(8).public_key()));
  EXPECT_EQ(check_proof(proof).status, 1);
}

/// Both heads are signed, but by a log that was written anew.
TEST_F(ProofOfExtension, of_another_past_is_wrong) {
  const auto other = open_log(folder_ / "other");
  for (std::uint64_t i = 0; i < 12; ++i) ASSERT_TRUE(other->append(entry(77)));
  const std::string honest = other->prove_extension(sign(heads_[0], key())).value();
  std::string proof = other
                          ->prove_extension([&] {
                            const auto log = open_log(folder_ / "short");
                            for (int i = 0; i < 4; ++i) EXPECT_TRUE(log->append(entry(77)));
                            return log->head().value();
                          }())
                          .value();
  EXPECT_EQ(check_proof(honest).status, 0);
  ASSERT_EQ(check_proof(proof).status, 0);
  const std::size_t from = proof.find("\"old_head\":") + 11;
  proof.replace(from, proof.find('}', from) + 1 - from, to_json(heads_[1]));
  const Finished finished = check_proof(proof);
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.out, HasSubstr("does not extend"));
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
  write(key_file(), "not a key");
  EXPECT_EQ(check().status, 2);
  write(key_file(), crypto::to_hex(key(8).public_key()));
  EXPECT_EQ(check().status, 1);
}

}  // namespace
}  // namespace regard::events
