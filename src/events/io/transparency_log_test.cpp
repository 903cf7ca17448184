#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "events/io/log_fixture.h"
#include "events/logic/log_lines.h"

namespace regard::events {
namespace {

using namespace testing;
using ::testing::HasSubstr;

crypto::Digest digest(const nlohmann::json& hex) {
  const auto bytes = crypto::from_hex(hex.get<std::string>()).value();
  crypto::Digest result{};
  std::copy(bytes.begin(), bytes.end(), result.begin());
  return result;
}

std::vector<crypto::Digest> digests(const nlohmann::json& array) {
  std::vector<crypto::Digest> result;
  for (const auto& hex : array) result.push_back(digest(hex));
  return result;
}

TEST(TransparencyLog, is_empty_when_new_and_readable_by_its_user_only) {
  const Folder folder;
  const auto log = open_log(folder / "log");
  const auto head = log->head();
  ASSERT_TRUE(head) << message_of(head);
  EXPECT_EQ(head->size, 0);
  EXPECT_EQ(head->root, MerkleTree{}.root());
  EXPECT_TRUE(is_signed_by(*head, log->public_key()));
  EXPECT_EQ(log->entry({0}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(log->prove({0}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(std::filesystem::status(folder / "log").permissions(), std::filesystem::perms{0600});
  const auto check = verify_log(folder / "log", key().public_key());
  ASSERT_TRUE(check) << message_of(check);
  EXPECT_EQ(check->entries, 0);
  EXPECT_FALSE(check->head);
}

TEST(TransparencyLog, gives_back_what_was_appended_also_after_opening_again) {
  const Folder folder;
  for (std::uint64_t round = 0; round < 3; ++round) {
    const auto log = open_log(folder / "log");
    for (std::uint64_t i = 0; i < 5; ++i) {
      const auto id = log->append(entry(round * 5 + i));
      ASSERT_TRUE(id) << message_of(id);
      EXPECT_EQ(id->value, round * 5 + i);
    }
    for (std::uint64_t i = 0; i < (round + 1) * 5; ++i) EXPECT_EQ(log->entry({i}).value(), to_json(entry(i), {i}));
    const auto check = verify_log(folder / "log", log->public_key());
    ASSERT_TRUE(check) << message_of(check);
    EXPECT_EQ(check->entries, (round + 1) * 5);
    EXPECT_EQ(check->head, log->head().value());
    EXPECT_EQ(check->unfinished_bytes, 0);
  }
}

TEST(TransparencyLog, reads_a_range_as_far_as_it_goes) {
  const Folder folder;
  fill(folder / "log", 10);
  const auto log = open_log(folder / "log");
  std::vector<std::uint64_t> seen;
  const auto note = [&](consent::EntryId id, std::string_view text) {
    EXPECT_EQ(text, to_json(entry(id.value), id));
    seen.push_back(id.value);
    EXPECT_TRUE(id.value != 8 || log->append(entry(10))) << "whoever reads may append";
  };
  EXPECT_TRUE(log->read(7, 100, note));
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{7, 8, 9}));
  EXPECT_TRUE(log->read(11, 5, note));
  EXPECT_TRUE(log->read(50, 60, note));
  EXPECT_EQ(seen.size(), 3);
}

TEST(TransparencyLog, is_a_file_as_documented) {
  const Folder folder;
  fill(folder / "log", 2);
  const auto lines = lines_of(contents(folder / "log"));
  ASSERT_EQ(lines.size(), 4);
  EXPECT_EQ(lines[0], to_json(entry(0), {0}));
  EXPECT_EQ(lines[2], to_json(entry(1), {1}));
  const auto first = nlohmann::json::parse(lines[1])["head"];
  const auto second = nlohmann::json::parse(lines[3])["head"];
  EXPECT_EQ(digest(first["leaves"][0]), leaf_hash(lines[0]));
  EXPECT_EQ(digest(first["root"]), leaf_hash(lines[0]));
  EXPECT_EQ(digest(second["root"]), node_hash(leaf_hash(lines[0]), leaf_hash(lines[2])));
  EXPECT_EQ(first["previous"], std::string(64, '0'));
  auto alone = first;
  alone.erase("leaves");
  EXPECT_EQ(digest(second["previous"]), crypto::sha256(crypto::bytes_of(alone.dump())));
  EXPECT_EQ(second["size"], 2);
}

TEST(TransparencyLog, proves_each_entry_to_somebody_without_the_log) {
  const Folder folder;
  fill(folder / "log", 11);
  const auto log = open_log(folder / "log");
  for (std::uint64_t i = 0; i < 11; ++i) {
    const auto proof = nlohmann::json::parse(log->prove({i}).value());
    const auto head = tree_head_from(proof["head"].dump());
    ASSERT_TRUE(head) << message_of(head);
    EXPECT_TRUE(is_signed_by(*head, key().public_key()));
    EXPECT_EQ(proof["key"], crypto::to_hex(key().public_key()));
    EXPECT_EQ(proof["index"], i);
    EXPECT_EQ(proof["size"], 11);
    EXPECT_EQ(digest(proof["root"]), head->root);
    EXPECT_EQ(proof["entry"], to_json(entry(i), {i}));
    EXPECT_TRUE(verify_inclusion(leaf_hash(proof["entry"].get<std::string>()), i, head->size, digests(proof["path"]),
                                 head->root));
  }
}

TEST(TransparencyLog, proves_that_it_extends_each_of_its_older_heads_and_no_other) {
  const Folder folder;
  std::vector<TreeHead> heads;
  const auto log = open_log(folder / "log");
  heads.push_back(log->head().value());
  for (std::uint64_t i = 0; i < 9; ++i) {
    ASSERT_TRUE(log->append(entry(i)));
    heads.push_back(log->head().value());
  }
  for (const TreeHead& old : heads) {
    const auto text = log->prove_extension(old);
    ASSERT_TRUE(text) << message_of(text);
    const auto proof = nlohmann::json::parse(*text);
    EXPECT_EQ(tree_head_from(proof["old_head"].dump()).value(), old);
    const TreeHead head = tree_head_from(proof["head"].dump()).value();
    EXPECT_TRUE(verify_consistency(old.size, head.size, old.root, head.root, digests(proof["path"])));
    EXPECT_TRUE(verify_log(folder / "log", key().public_key(), old));
  }
  // The same key over other entries, or over more: what a thief of the key, or whoever cut the log, would show.
  TreeHead other = heads[4];
  other.root = leaf_hash("other");
  TreeHead longer = heads[9];
  longer.size = 10;
  for (const TreeHead& head : {sign(other, key()), sign(longer, key()), sign(heads[4], key(8))}) {
    const auto refused = log->prove_extension(head);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
    EXPECT_FALSE(verify_log(folder / "log", key().public_key(), head));
  }
  EXPECT_THAT(message_of(verify_log(folder / "log", key().public_key(), sign(longer, key()))),
              HasSubstr("from entry 9 on they were removed"));
}

TEST(TransparencyLog, keeps_each_threads_entries_in_its_own_order) {
  const Folder folder;
  constexpr std::uint64_t threads = 8;
  constexpr std::uint64_t each = 50;
  const auto log = open_log(folder / "log");
  std::vector<std::vector<std::uint64_t>> ids(threads);
  {
    std::vector<std::jthread> running;
    for (std::uint64_t t = 0; t < threads; ++t) {
      running.emplace_back([&, t] {
        for (std::uint64_t i = 0; i < each; ++i) ids[t].push_back(log->append(entry(t * each + i)).value().value);
      });
    }
  }
  for (std::uint64_t t = 0; t < threads; ++t) {
    EXPECT_TRUE(std::is_sorted(ids[t].begin(), ids[t].end()));
    for (std::uint64_t i = 0; i < each; ++i) {
      EXPECT_EQ(log->entry({ids[t][i]}).value(), to_json(entry(t * each + i), {ids[t][i]}));
    }
  }
  const auto check = verify_log(folder / "log", key().public_key());
  ASSERT_TRUE(check) << message_of(check);
  EXPECT_EQ(check->entries, threads * each);
  EXPECT_LT(lines_of(contents(folder / "log")).size(), 2 * threads * each) << "some were written together";
}

TEST(TransparencyLog, follows_what_another_opener_appends) {
  const Folder folder;
  const auto one = open_log(folder / "log");
  const auto two = open_log(folder / "log");
  for (std::uint64_t i = 0; i < 10; ++i) {
    EXPECT_EQ((i % 2 == 0 ? one : two)->append(entry(i)).value().value, i);
    EXPECT_EQ(one->head().value(), two->head().value());
  }
  EXPECT_EQ(one->entry({9}).value(), two->entry({9}).value());
  EXPECT_TRUE(verify_log(folder / "log", key().public_key()));
}

TEST(TransparencyLog, refuses_another_key_than_the_one_that_signed) {
  const Folder folder;
  fill(folder / "log", 3);
  const auto log = TransparencyLog::open(folder / "log", key(8), clock());
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(log.error().message(), HasSubstr("not signed by this key"));
  EXPECT_THAT(message_of(verify_log(folder / "log", key(8).public_key())), HasSubstr("the head of size 1"));
}

TEST(TransparencyLog, refuses_an_entry_that_is_too_long_and_takes_the_next) {
  const Folder folder;
  const auto log = open_log(folder / "log");
  consent::Entry longest = entry(0);
  longest.actor.value.assign(largest_entry - 400, 'x');
  EXPECT_TRUE(log->append(longest));
  longest.actor.value.assign(largest_entry, 'x');
  EXPECT_EQ(log->append(longest).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(log->append(entry(1)).value().value, 1);
  EXPECT_TRUE(verify_log(folder / "log", key().public_key()));
}

TEST(TransparencyLog, says_when_an_entry_that_it_reads_was_changed) {
  const Folder folder;
  fill(folder / "log", 6);
  std::string text = contents(folder / "log");
  text[text.find("\"count\":4") + 8] = '5';
  write(folder / "log", text);
  const auto log = open_log(folder / "log");
  EXPECT_TRUE(log->entry({3}));
  EXPECT_THAT(message_of(log->entry({4})), HasSubstr("entry 4 was changed"));
  EXPECT_THAT(message_of(log->prove({4})), HasSubstr("entry 4 was changed"));
  const auto read = log->read(0, 6, [](consent::EntryId id, std::string_view) { EXPECT_LT(id.value, 4); });
  EXPECT_THAT(message_of(read), HasSubstr("entry 4 was changed"));
}

TEST(TransparencyLog, writes_no_more_once_another_hand_was_at_its_file) {
  const Folder folder;
  fill(folder / "log", 3);
  const std::string text = contents(folder / "log");
  const auto refuses = [&](const auto& change, const std::string& says) {
    write(folder / "log", text);
    const auto log = open_log(folder / "log");
    change();
    for (int i = 0; i < 2; ++i) {
      const auto appended = log->append(entry(3));
      ASSERT_FALSE(appended);
      EXPECT_EQ(appended.error().kind, ErrorKind::corrupt);
      EXPECT_THAT(appended.error().message(), HasSubstr(says));
    }
  };
  refuses([&] { std::filesystem::resize_file(folder / "log", text.size() - 10); }, "became shorter");
  refuses([&] { write(folder / "log", text + "rubbish\n"); }, "neither");
  refuses([&] { std::filesystem::rename(folder / "log", folder / "moved"); }, "moved, removed or replaced");
  refuses([&] { fill(folder / "other", 9), std::filesystem::rename(folder / "other", folder / "log"); }, "replaced");
  const std::size_t last = text.rfind("{\"head\":");
  refuses([&] { write(folder / "log", text + text.substr(last)); }, "does not fit");
}

TEST(TransparencyLog, drops_what_a_crash_cut_short_whenever_it_happens) {
  const Folder folder;
  fill(folder / "log", 3);
  const std::string text = contents(folder / "log");
  const std::size_t batch = text.find("{\"actor\"", text.rfind("{\"head\"", text.size() - 700));
  ASSERT_NE(batch, std::string::npos);
  for (std::size_t size = batch; size < text.size(); size += 13) {
    write(folder / "log", text.substr(0, size));
    const auto before = verify_log(folder / "log", key().public_key());
    ASSERT_TRUE(before) << message_of(before);
    EXPECT_EQ(before->unfinished_bytes, size - batch);
    EXPECT_EQ(before->entries, 2);
    const auto log = open_log(folder / "log");
    EXPECT_EQ(std::filesystem::file_size(folder / "log"), batch);
    EXPECT_EQ(log->head().value().size, 2);
    // Another process dies while this one lives.
    write(folder / "log", text.substr(0, size));
    EXPECT_EQ(log->head().value().size, 2);
    EXPECT_EQ(log->append(entry(7)).value().value, 2);
    EXPECT_EQ(log->entry({2}).value(), to_json(entry(7), {2}));
    const auto after = verify_log(folder / "log", key().public_key());
    ASSERT_TRUE(after) << message_of(after);
    EXPECT_EQ(after->unfinished_bytes, 0);
    EXPECT_EQ(after->entries, 3);
  }
}

/// What a file system that had not written the data leaves: far more zeros than the longest line.
TEST(TransparencyLog, drops_the_zeros_that_a_power_cut_left_however_many) {
  const Folder folder;
  fill(folder / "log", 3);
  const std::string text = contents(folder / "log");
  const std::string cut = to_json(entry(9), {3}).substr(0, 30);
  for (const std::size_t zeros : {std::size_t{1}, largest_line, largest_line + 1, std::size_t{3} << 20}) {
    for (const std::string& before : {std::string{}, cut, to_json(entry(9), {3}) + "\n"}) {
      write(folder / "log", text + before + std::string(zeros, '\0'));
      const auto check = verify_log(folder / "log", key().public_key());
      ASSERT_TRUE(check) << zeros << ": " << message_of(check);
      EXPECT_EQ(check->entries, 3);
      EXPECT_EQ(check->unfinished_bytes, before.size() + zeros);
      const auto log = open_log(folder / "log");
      ASSERT_TRUE(log);
      EXPECT_EQ(log->append(entry(3)).value().value, 3);
    }
    // What follows zeros was written by somebody.
    write(folder / "log", text + std::string(zeros, '\0') + "x");
    EXPECT_FALSE(verify_log(folder / "log", key().public_key())) << zeros;
    EXPECT_FALSE(TransparencyLog::open(folder / "log", key(), clock())) << zeros;
  }
}

TEST(TransparencyLog, keeps_an_end_that_no_crash_leaves) {
  const Folder folder;
  fill(folder / "log", 3);
  const std::string text = contents(folder / "log");
  for (const std::string& end :
       {std::string{"rubbish"}, std::string{"{\"actor\":["}, text.substr(text.rfind("{\"head\"")),
        std::string(100'000, '['), std::string(20, '\xff')}) {
    write(folder / "log", text + end);
    EXPECT_EQ(verify_log(folder / "log", key().public_key()).error().kind, ErrorKind::corrupt) << end.substr(0, 50);
    EXPECT_EQ(TransparencyLog::open(folder / "log", key(), clock()).error().kind, ErrorKind::corrupt);
    EXPECT_EQ(contents(folder / "log"), text + end);
  }
}

}  // namespace
}  // namespace regard::events
