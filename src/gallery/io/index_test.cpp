#include "gallery/io/index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "gallery/logic/rotation.h"
#include "random_unit.h"

namespace regard::gallery {
namespace {

using Vector = std::vector<float>;

/// Another picture of the same person: `likeness` is about the cosine.
Vector picture_of(std::mt19937& random, const Vector& person, float likeness) {
  Vector other = random_unit(random, person.size());
  for (std::size_t i = 0; i < person.size(); ++i)
    other[i] = likeness * person[i] + std::sqrt(1 - likeness * likeness) * other[i];
  EXPECT_TRUE(make_unit(other));
  return other;
}

constexpr Timestamp never{};
constexpr Timestamp now{std::chrono::hours{1}};
constexpr Timestamp always = Timestamp::max();

/// The same, by brute force in double precision.
class Oracle {
 public:
  void put(const IndexedRow& row, const Vector& unit) { rows_[row.row] = {row, unit}; }
  void erase(std::uint64_t row) { rows_.erase(row); }
  [[nodiscard]] std::vector<Hit> search(const Vector& probe, const SearchLimits& limits) const {
    std::map<SubjectNumber, Hit> best;
    for (const auto& [number, entry] : rows_) {
      const auto& [row, unit] = entry;
      if (!(row.from <= limits.now && limits.now < row.until) || row.subject == limits.without) continue;
      const float score = dot_twin(unit, probe);
      if (score < limits.floor) continue;
      const auto at = best.try_emplace(row.subject, Hit{row.subject, number, score}).first;
      if (score > at->second.score) at->second = {row.subject, number, score};
    }
    std::vector<Hit> hits;
    for (const auto& [subject, hit] : best) hits.push_back(hit);
    std::ranges::sort(hits, std::greater{}, &Hit::score);
    hits.resize(std::min(hits.size(), limits.subjects));
    return hits;
  }
  [[nodiscard]] ExactVectors exact() const {
    return [this](const IndexedRow& row) -> std::optional<crypto::SecretBytes> {
      const auto at = rows_.find(row.row);
      if (at == rows_.end()) return std::nullopt;
      const Vector& unit = at->second.second;
      return crypto::SecretBytes::copy_of({reinterpret_cast<const std::uint8_t*>(unit.data()), unit.size() * 4});
    };
  }
  std::map<std::uint64_t, std::pair<IndexedRow, Vector>> rows_;
};

void expect_same(const std::vector<Hit>& found, const std::vector<Hit>& truth) {
  ASSERT_EQ(found.size(), truth.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].row, truth[i].row) << i;
    EXPECT_EQ(found[i].subject, truth[i].subject) << i;
    EXPECT_NEAR(found[i].score, truth[i].score, 1e-5);
  }
}

struct Filled {
  Index index;
  Oracle oracle;
  std::vector<Vector> people;
};

Filled fill(std::mt19937& random, std::size_t dimension, std::size_t people, std::size_t pictures, std::size_t floats) {
  Filled filled{Index{dimension, floats}, {}, {}};
  std::uint64_t number = 0;
  for (std::size_t person = 0; person < people; ++person) {
    filled.people.push_back(random_unit(random, dimension));
    for (std::size_t i = 0; i < pictures; ++i) {
      const IndexedRow row{++number, never, always, static_cast<SubjectNumber>(person)};
      const Vector unit = picture_of(random, filled.people.back(), .8F);
      filled.index.put(row, unit);
      filled.oracle.put(row, unit);
    }
  }
  return filled;
}

TEST(Index, finds_the_same_as_brute_force_for_known_and_unknown_people) {
  std::mt19937 random{1};
  for (const std::size_t dimension : {20UL, 128UL, 256UL}) {
    for (const std::size_t floats : {0UL, 100'000UL}) {
      const Filled filled = fill(random, dimension, 700, 3, floats);
      for (int i = 0; i < 40; ++i) {
        const Vector probe =
            i % 2 == 0 ? random_unit(random, dimension) : picture_of(random, filled.people[random() % 700], .7F);
        const SearchLimits limits{.subjects = 5, .now = now, .without = {}};
        expect_same(filled.index.search(Query{probe}, limits, filled.oracle.exact()),
                    filled.oracle.search(probe, limits));
      }
    }
  }
}

TEST(Index, rows_go_and_come_and_the_rest_is_still_found) {
  std::mt19937 random{2};
  Filled filled = fill(random, 128, 900, 2, 100'000);
  for (int round = 0; round < 1'500; ++round) {
    const std::uint64_t number = 1 + random() % 2'000;
    if (random() % 3 != 0) {
      EXPECT_EQ(filled.index.erase(number).has_value(), filled.oracle.rows_.contains(number));
      filled.oracle.erase(number);
    } else {
      const IndexedRow row{number, never, always, static_cast<SubjectNumber>(random() % 900)};
      const Vector unit = random_unit(random, 128);
      filled.index.put(row, unit);
      filled.oracle.put(row, unit);
    }
  }
  ASSERT_EQ(filled.index.size(), filled.oracle.rows_.size());
  for (int i = 0; i < 50; ++i) {
    const Vector probe = random_unit(random, 128);
    const SearchLimits limits{.subjects = 3, .now = now, .without = {}};
    expect_same(filled.index.search(Query{probe}, limits, {}), filled.oracle.search(probe, limits));
  }
}

TEST(Index, an_erased_row_is_never_found_again_and_an_emptied_index_finds_nothing) {
  std::mt19937 random{3};
  Filled filled = fill(random, 64, 5, 2, 100'000);
  for (std::uint64_t number = 1; number <= 10; ++number) {
    EXPECT_TRUE(filled.index.erase(number));
    EXPECT_FALSE(filled.index.erase(number));
  }
  EXPECT_EQ(filled.index.size(), 0U);
  EXPECT_TRUE(filled.index.search(Query{filled.people[0]}, {.now = now, .without = {}}, {}).empty());
}

TEST(Index, rows_are_searched_only_between_their_dates) {
  std::mt19937 random{4};
  Index index{64};
  const Vector unit = random_unit(random, 64);
  index.put({1, Timestamp{std::chrono::hours{2}}, Timestamp{std::chrono::hours{3}}, 0}, unit);
  const Query query{unit};
  const auto found = [&](Timestamp at) { return index.search(query, {.now = at, .without = {}}, {}).size(); };
  EXPECT_EQ(found(Timestamp{std::chrono::hours{2}} - Duration{1}), 0U);
  EXPECT_EQ(found(Timestamp{std::chrono::hours{2}}), 1U);
  EXPECT_EQ(found(Timestamp{std::chrono::hours{3}} - Duration{1}), 1U);
  EXPECT_EQ(found(Timestamp{std::chrono::hours{3}}), 0U);
  EXPECT_FALSE(index.compare(query, 0, now, {}));
  EXPECT_TRUE(index.compare(query, 0, Timestamp{std::chrono::hours{2}}, {}));
}

TEST(Index, a_subject_can_be_left_out_or_asked_for_alone) {
  std::mt19937 random{5};
  const Filled filled = fill(random, 128, 300, 3, 100'000);
  const Query query{filled.people[7]};
  const auto others = filled.index.search(query, {.now = now, .without = 7}, {});
  ASSERT_FALSE(others.empty());
  EXPECT_NE(others.front().subject, 7U);
  const auto own = filled.index.compare(query, 7, now, {});
  ASSERT_TRUE(own);
  EXPECT_GT(own->score, .7F);
  EXPECT_FALSE(filled.index.compare(query, 300, now, {}));
}

TEST(Index, nothing_below_the_floor_is_found) {
  std::mt19937 random{6};
  const Filled filled = fill(random, 128, 500, 1, 100'000);
  const SearchLimits limits{.subjects = 100, .floor = .5F, .now = now, .without = {}};
  const auto hits = filled.index.search(Query{filled.people[3]}, limits, {});
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(hits.front().subject, 3U);
}

TEST(Index, threads_and_batches_find_what_one_probe_on_one_thread_finds) {
  std::mt19937 random{7};
  const Filled filled = fill(random, 64, 70'000, 1, 0);
  std::vector<Query> queries;
  for (int i = 0; i < 12; ++i) queries.emplace_back(random_unit(random, 64));
  const SearchLimits alone{.subjects = 4, .now = now, .without = {}, .threads = 1};
  SearchLimits together = alone;
  together.threads = 2;
  const auto batch = filled.index.search(queries, together, filled.oracle.exact());
  for (std::size_t i = 0; i < queries.size(); ++i)
    expect_same(batch[i], filled.index.search(queries[i], alone, filled.oracle.exact()));
}

TEST(Index, many_pictures_of_one_person_do_not_hide_the_second_best) {
  std::mt19937 random{8};
  Filled filled = fill(random, 128, 50, 1, 100'000);
  for (std::uint64_t number = 1'000; number < 4'000; ++number) {
    const IndexedRow row{number, never, always, 1};
    filled.index.put(row, filled.people[1]);
    filled.oracle.put(row, filled.people[1]);
  }
  const SearchLimits limits{.subjects = 2, .now = now, .without = {}};
  const auto hits = filled.index.search(Query{filled.people[1]}, limits, {});
  const auto truth = filled.oracle.search(filled.people[1], limits);
  ASSERT_EQ(hits.size(), 2U);
  EXPECT_EQ(hits[0].subject, 1U);
  EXPECT_EQ(hits[1].subject, truth[1].subject);
}

TEST(Index, without_floats_or_a_store_scores_of_bytes_stand) {
  std::mt19937 random{9};
  const Filled filled = fill(random, 256, 100, 1, 0);
  const auto rough = filled.index.search(Query{filled.people[9]}, {.now = now, .without = {}}, {});
  const auto exact = filled.index.search(Query{filled.people[9]}, {.now = now, .without = {}}, filled.oracle.exact());
  ASSERT_EQ(rough.front().subject, exact.front().subject);
  EXPECT_NEAR(rough.front().score, exact.front().score, .004);
}

}  // namespace
}  // namespace regard::gallery
