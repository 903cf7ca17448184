#include "store/logic/window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "store/logic/stored_words.h"

namespace regard::store {
namespace {

Timestamp at(int hours) { return Timestamp{std::chrono::hours{hours}}; }
Window window(int from, int until) { return {at(from), at(until)}; }

TEST(Cover, joins_consents_that_follow_each_other_without_a_gap) {
  EXPECT_EQ(cover({window(0, 10), window(10, 20)}, at(5)), window(0, 20));
  EXPECT_EQ(cover({window(5, 20), window(0, 10)}, at(15)), window(0, 20));
  EXPECT_EQ(cover({window(0, 30), window(5, 10)}, at(12)), window(0, 30));
}

TEST(Cover, chooses_the_stretch_of_now_then_the_next_then_the_last) {
  const std::vector<Window> two{window(0, 10), window(20, 30)};
  EXPECT_EQ(cover(two, at(5)), window(0, 10));
  EXPECT_EQ(cover(two, at(10)), window(20, 30)) << "the first ended just now";
  EXPECT_EQ(cover(two, at(25)), window(20, 30));
  EXPECT_EQ(cover(two, at(40)), window(20, 30)) << "over, and told so by its end";
  EXPECT_EQ(cover(two, at(-5)), window(0, 10));
}

TEST(Cover, is_empty_without_consent) {
  EXPECT_EQ(cover({}, at(5)), Window{});
  EXPECT_EQ(cover({window(10, 10), window(9, 3)}, at(5)), Window{}) << "never valid";
}

TEST(Cover, agrees_with_asking_every_hour) {
  const std::uint64_t seed = std::random_device{}();
  std::mt19937_64 random{seed};
  for (int round = 0; round < 500; ++round) {
    std::vector<Window> windows;
    for (std::size_t i = 0; i < random() % 6; ++i) {
      const int from = static_cast<int>(random() % 40);
      windows.push_back(window(from, from + static_cast<int>(random() % 15)));
    }
    const int now = static_cast<int>(random() % 60);
    const auto is_covered = [&](int hour) {
      return std::ranges::any_of(windows, [&](const Window& w) { return w.from <= at(hour) && at(hour) < w.until; });
    };
    const Window found = cover(windows, at(now));
    for (int hour = 0; hour < 60; ++hour) {
      const bool in_found = found.from <= at(hour) && at(hour) < found.until;
      EXPECT_TRUE(is_covered(hour) || !in_found) << "seed " << seed;
    }
    EXPECT_EQ(is_covered(now), found.from <= at(now) && at(now) < found.until) << "seed " << seed;
  }
}

consent::Watchlist approved_list() {
  consent::Watchlist list;
  list.proposed = at(0);
  list.until = at(100);
  list.approvals = {{{"operator:a"}, at(5)}, {{"operator:b"}, at(7)}};
  return list;
}

TEST(WindowOfWatchlist, begins_with_the_last_approval) { EXPECT_EQ(window_of(approved_list()), window(7, 100)); }

TEST(WindowOfWatchlist, is_empty_unless_it_is_active) {
  const auto is_empty = [](const consent::Watchlist& list) { return window_of(list).from == window_of(list).until; };
  consent::Watchlist list = approved_list();
  list.approvals.pop_back();
  EXPECT_TRUE(is_empty(list));
  list = approved_list();
  list.suspended = true;
  EXPECT_TRUE(is_empty(list));
  list = approved_list();
  list.closed = true;
  EXPECT_TRUE(is_empty(list));
  list = approved_list();
  list.until = at(6);
  EXPECT_TRUE(is_empty(list));
}

TEST(StoredWords, are_read_as_what_they_were) {
  using consent::LegalBasis;
  using consent::Purpose;
  for (const Purpose purpose : {Purpose::access, Purpose::authentication, Purpose::watchlist, Purpose::association}) {
    EXPECT_EQ(purpose_stored_as(stored(purpose)), purpose);
  }
  for (const LegalBasis basis :
       {LegalBasis::consent, LegalBasis::contract, LegalBasis::legal_obligation, LegalBasis::vital_interests,
        LegalBasis::public_task, LegalBasis::legitimate_interests}) {
    EXPECT_EQ(basis_stored_as(stored(basis)), basis);
  }
  EXPECT_EQ(purpose_stored_as("doorbell"), std::nullopt);
  EXPECT_EQ(basis_stored_as(""), std::nullopt);
}

}  // namespace
}  // namespace regard::store
