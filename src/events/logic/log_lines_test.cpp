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

TEST(LogEntry, is_found_to_have_its_own_index_only) {
  consent::Entry entry = full_entry();
  entry.actor.value = R"("index":7,)";
  const std::string line = to_json(entry, {70});
  EXPECT_TRUE(has_index(line, 70));
  for (const std::uint64_t other : {7, 0, 700, 71}) EXPECT_FALSE(has_index(line, other)) << other;
  EXPECT_FALSE(has_index("{}", 0));
  EXPECT_FALSE(has_index("\"index\":0", 0));
}

TEST(Timestamp, comes_back_from_its_text) {
  for (const Timestamp time :
       {nine, Timestamp{}, Timestamp{-1ms}, Timestamp{std::chrono::sys_days{std::chrono::year{2024} / 2 / 29}}}) {
    EXPECT_EQ(timestamp_from(to_rfc3339(time)), time) << to_rfc3339(time);
  }
  for (const char* wrong : {"", "2026-01-31T09:15:02.250", "2026-01-31T09:15:02.250z", "2026-02-30T09:15:02.250Z",
                            "2026-01-31T24:15:02.250Z", "2026-01-31T09:60:02.250Z", "2026-01-31 09:15:02.250Z",
                            "2026-01-31T09:15:+2.250Z", "2026-01-31T09:15: 2.250Z", "2026-1-31T009:15:02.250Z"}) {
    EXPECT_EQ(timestamp_from(wrong), std::nullopt) << wrong;
  }
}

TreeHead some_head() {
  TreeHead head;
  head.size = 3;
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

TEST(Unfinished, is_every_prefix_of_a_batch_and_nothing_else) {
  consent::Entry entry = full_entry();
  HeadLine line{{leaf_hash("a"), leaf_hash("b")}, some_head(), {}};
  const std::string batch = to_json(entry, {5}) + "\n" + to_json(entry, {6}) + "\n" + to_line(line) + "\n";
  for (std::size_t cut = 0; cut < batch.size(); ++cut) {
    EXPECT_TRUE(judge_unfinished(std::string_view{batch}.substr(0, cut), 5, "x")) << cut;
  }
  EXPECT_TRUE(judge_unfinished(batch.substr(0, 40) + std::string(4096, '\0'), 5, "x"));
  for (int other = 0; other < 256; ++other) {
    if (other == '\n') continue;
    std::string changed = batch;
    changed.back() = static_cast<char>(other);
    EXPECT_FALSE(judge_unfinished(changed, 5, "x")) << "line break changed into " << other;
  }
  const auto wrong_number = judge_unfinished(batch, 4, "x");
  ASSERT_FALSE(wrong_number);
  EXPECT_EQ(wrong_number.error().kind, ErrorKind::corrupt);
  EXPECT_FALSE(judge_unfinished("{\"index\": 5}\n", 5, "x")) << "not canonical";
  EXPECT_FALSE(judge_unfinished("rubbish\n", 5, "x"));
}

}  // namespace
}  // namespace regard::events
