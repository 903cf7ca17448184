#include "events/logic/log_lines.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace regard::events {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp nine{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 9h + 15min + 2s + 250ms};

crypto::SigningKey key() {
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(std::vector<std::uint8_t>(32, 7))).value();
}

consent::Entry full_entry() {
  consent::Entry entry;
  entry.kind = consent::EntryKind::identify_permitted;
  entry.time = nine;
  entry.actor = {"camera:door"};
  entry.subject = consent::SubjectId{"person_1"};
  entry.consent = consent::ConsentId{"consent_1"};
  entry.gallery = consent::GalleryName{"staff"};
  entry.zone = consent::ZoneName{"entrance"};
  entry.camera = CameraName{"door"};
  entry.purpose = consent::Purpose::access;
  entry.watchlist = consent::WatchlistId{"watchlist_1"};
  entry.refusal = consent::Refusal::no_consent;
  entry.digest = std::string(64, 'a');
  entry.count = 3;
  entry.about = consent::EntryId{41};
  return entry;
}

TEST(LogEntry, has_sorted_keys_and_only_the_fields_that_are_set) {
  consent::Entry entry;
  entry.kind = consent::EntryKind::started;
  entry.time = nine;
  entry.actor = {"cli:1000"};
  EXPECT_EQ(to_json(entry, {0}),
            R"({"actor":"cli:1000","index":0,"kind":"started","time":"2026-01-31T09:15:02.250Z"})");
  EXPECT_EQ(to_json(full_entry(), {42}),
            R"({"about":41,"actor":"camera:door","camera":"door","consent":"consent_1","count":3,"digest":")" +
                std::string(64, 'a') +
                R"(","gallery":"staff","index":42,"kind":"identify_permitted","purpose":"access",)"
                R"("refusal":"no_consent","subject":"person_1","time":"2026-01-31T09:15:02.250Z",)"
                R"("watchlist":"watchlist_1","zone":"entrance"})");
}

TEST(LogEntry, is_one_line_of_utf8_whatever_a_name_holds) {
  consent::Entry entry = full_entry();
  entry.actor.value = std::string{"a\nb\"\\\0\x1f\xff{\"head\":", 16} + "ü";
  const std::string line = to_json(entry, {1});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_NE(line.find(R"("actor":"a\nb\"\\\u0000\u001f)"), std::string::npos) << line;
  EXPECT_EQ(nlohmann::json::parse(line).dump(), line) << "what is read and written again must hash the same";
  EXPECT_FALSE(looks_like_head(line));
}

TEST(LogEntry, has_the_form_of_one_with_its_own_index_only) {
  consent::Entry entry = full_entry();
  entry.actor.value = "\"index\":7,\n\x1f\u00fc";
  const std::string line = to_json(entry, {70});
  EXPECT_EQ(form_of_entry(line, 70), Form::whole);
  for (const std::uint64_t other : {7, 0, 700, 71}) EXPECT_EQ(form_of_entry(line, other), Form::wrong) << other;
  entry.count = UINT64_MAX;
  EXPECT_EQ(form_of_entry(to_json(entry, {UINT64_MAX}), UINT64_MAX), Form::whole);
}

TEST(LogEntry, is_neither_nested_nor_laid_out_nor_longer_than_64_kib) {
  const auto wrong = [](const std::string& text) { return form_of_entry(text, 5) == Form::wrong; };
  EXPECT_EQ(form_of_entry("{\"index\":5}", 5), Form::whole);
  for (const char* text : {"{}",
                           "[5]",
                           "{\"index\": 5}",
                           " {\"index\":5}",
                           "{\"index\":5} ",
                           "{\"index\":05}",
                           "{\"index\":5.0}",
                           "{\"index\":-5}",
                           "{\"index\":\"5\"}",
                           "{\"a\":[1],\"index\":5}",
                           "{\"a\":{},\"index\":5}",
                           "{\"a\":true,\"index\":5}",
                           "{\"index\":5,\"a\":1}",
                           "{\"index\":5,\"index\":5}",
                           "{\"a\":18446744073709551616,\"index\":5}",
                           "{\"a\":1}",
                           "{\"a\":\"\\u0020\",\"index\":5}",
                           "{\"a\":\"\\x\",\"index\":5}",
                           "{\"a\":\"\t\",\"index\":5}",
                           "{\"index\":5,}"}) {
    EXPECT_TRUE(wrong(text)) << text;
  }
  const auto long_one = [](std::size_t size) { return "{\"a\":\"" + std::string(size - 18, 'x') + "\",\"index\":5}"; };
  EXPECT_EQ(form_of_entry(long_one(largest_entry), 5), Form::whole);
  EXPECT_TRUE(wrong(long_one(largest_entry + 1)));
  EXPECT_TRUE(wrong(std::string(60'000, '[')));
}

TreeHead some_head(std::uint64_t size = 3) {
  TreeHead head;
  head.size = size;
  head.root = leaf_hash("root");
  head.previous = leaf_hash("previous");
  head.time = nine + 17us;
  return sign(head, key());
}

TEST(TreeHead, is_signed_over_the_documented_text) {
  const TreeHead head = some_head();
  EXPECT_EQ(signed_text(head), "regard-tree-head-v1\n3\n" + crypto::to_hex(leaf_hash("root")) +
                                   "\n2026-01-31T09:15:02.250Z\n" + crypto::to_hex(leaf_hash("previous")) + "\n");
  EXPECT_TRUE(crypto::verify(key().public_key(), crypto::bytes_of(signed_text(head)), head.signature));
  EXPECT_TRUE(is_signed_by(head, key().public_key()));
  EXPECT_FALSE(is_signed_by(head, crypto::SigningKey::generate().public_key()));
  TreeHead other = head;
  other.size = 4;
  EXPECT_FALSE(is_signed_by(other, key().public_key()));
}

TEST(TreeHead, comes_back_from_json_also_when_laid_out_by_hand) {
  const TreeHead head = some_head();
  EXPECT_EQ(tree_head_from(to_json(head)).value(), head);
  EXPECT_EQ(tree_head_from(nlohmann::ordered_json::parse(to_json(head)).dump(2)).value(), head);
  EXPECT_EQ(nlohmann::json::parse(to_json(head)).dump(), to_json(head)) << "it is canonical";
}

TEST(TreeHead, refuses_json_that_is_not_a_head) {
  auto json = nlohmann::json::parse(to_json(some_head()));
  const auto refused = [](const nlohmann::json& object) {
    const auto result = tree_head_from(object.dump());
    return !result && result.error().kind == ErrorKind::invalid_input;
  };
  for (const auto& item : json.items()) {
    auto less = json;
    less.erase(item.key());
    EXPECT_TRUE(refused(less)) << item.key();
  }
  auto more = json;
  more["extra"] = 1;
  EXPECT_TRUE(refused(more));
  for (const nlohmann::json& size : {nlohmann::json{-1}, nlohmann::json{1.5}, nlohmann::json{"3"}, nlohmann::json{}}) {
    auto other = json;
    other["size"] = size;
    EXPECT_TRUE(refused(other)) << size;
  }
  for (const char* text : {"", "[]", "{", "3", "{\"size\":3}"}) EXPECT_FALSE(tree_head_from(text)) << text;
  for (const nlohmann::json& root : {nlohmann::json::array(), nlohmann::json::object()}) {
    auto other = json;
    other["root"] = root;
    EXPECT_TRUE(refused(other)) << root;
  }
}

TEST(TreeHead, refuses_json_that_is_nested_deeper_than_a_stack_is_high) {
  for (const std::size_t depth : {std::size_t{2'000}, std::size_t{10'000'000}}) {
    const auto nested = tree_head_from("{\"root\":" + std::string(depth, '[') + std::string(depth, ']') + "}");
    ASSERT_FALSE(nested);
    EXPECT_EQ(nested.error().kind, ErrorKind::invalid_input);
  }
}

TEST(HeadLine, comes_back_from_its_line_and_from_nothing_else) {
  HeadLine line{{leaf_hash("a"), leaf_hash("b")}, some_head(), {}};
  const std::string text = to_line(line);
  EXPECT_TRUE(looks_like_head(text));
  const auto back = head_line_from(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->leaves, line.leaves);
  EXPECT_EQ(back->head, line.head);
  EXPECT_EQ(link_of(*back), link_of(line.head));
  EXPECT_EQ(nlohmann::json::parse(text).dump(), text) << "it is canonical";
  // A line that is read must be the line that would be written: two spellings of one head would be one too many.
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(head_line_from(text.substr(0, i))) << i;
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      const auto read = head_line_from(changed);
      EXPECT_TRUE(!read || to_line(*read) == changed) << changed;
    }
  }
}

/// Two entries from 5 on and their head.
std::string some_batch() {
  return to_json(full_entry(), {5}) + "\n" + to_json(full_entry(), {6}) + "\n" +
         to_line({{leaf_hash("a"), leaf_hash("b")}, some_head(7), {}}) + "\n";
}

TEST(Unfinished, is_every_prefix_of_a_batch_also_with_zeros_after_it) {
  const std::string batch = some_batch();
  for (std::size_t cut = 0; cut < batch.size(); ++cut) {
    EXPECT_TRUE(judge_unfinished(std::string_view{batch}.substr(0, cut), 5, "x")) << cut;
  }
  EXPECT_TRUE(judge_unfinished(batch.substr(0, 40) + std::string(4096, '\0'), 5, "x"));
  EXPECT_FALSE(judge_unfinished(batch.substr(0, 40) + std::string(4096, '\0') + "x", 5, "x"));
}

TEST(Unfinished, is_nothing_else) {
  const std::string batch = some_batch();
  for (int other = 0; other < 256; ++other) {
    if (other == '\n') continue;
    std::string changed = batch;
    changed.back() = static_cast<char>(other);
    EXPECT_FALSE(judge_unfinished(changed, 5, "x")) << "line break changed into " << other;
  }
  const auto wrong_number = judge_unfinished(batch, 4, "x");
  ASSERT_FALSE(wrong_number);
  EXPECT_EQ(wrong_number.error().kind, ErrorKind::corrupt);
  for (const std::string text :
       {"{\"index\": 5}\n", "rubbish\n", "rubbish", "{\"index\":6", "{\"index\":5}x", "{x", "\xff", "[[[[",
        "{\"head\":", "{\"actor\":[", "{\"b\":1,\"a\":1", "{\"actor\":\"\x01"}) {
    EXPECT_FALSE(judge_unfinished(text, 5, "x")) << text;
  }
  EXPECT_FALSE(judge_unfinished(std::string(100'000, '['), 5, "x"));
  EXPECT_FALSE(judge_unfinished("{\"a\":" + std::string(10'000'000, '['), 5, "x"));
}

TEST(Unfinished, is_no_batch_in_which_a_byte_of_the_form_was_changed) {
  const std::string batch = some_batch();
  const std::string_view head = std::string_view{batch}.substr(batch.find("{\"head\""));
  for (std::size_t i = 0; i + 1 < head.size(); ++i) {
    std::string changed = batch;
    changed.pop_back();  // the line break is missing, so the head counts as cut
    changed[batch.size() - head.size() + i] = 'G';
    EXPECT_FALSE(judge_unfinished(changed, 5, "x")) << "byte " << i << " of the head";
  }
}

}  // namespace
}  // namespace regard::events
