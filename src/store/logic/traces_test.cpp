#include "store/logic/traces.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace regard::store {
namespace {

crypto::Bytes random_bytes(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  crypto::Bytes bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

TEST(Traces, finds_any_fifteen_bytes_in_a_row_wherever_they_lie) {
  const crypto::Bytes secret = random_bytes(200, 1);
  Traces traces;
  traces.add_random(secret);
  for (std::size_t from = 0; from + 15 <= secret.size(); ++from) {
    for (std::size_t at = 0; at < 9; ++at) {
      crypto::Bytes file = random_bytes(100, 2);
      std::copy_n(secret.begin() + static_cast<std::ptrdiff_t>(from), 15,
                  file.begin() + static_cast<std::ptrdiff_t>(at));
      EXPECT_TRUE(traces.found_in(file)) << from << " at " << at;
    }
  }
}

TEST(Traces, finds_nothing_in_other_bytes) {
  Traces traces;
  traces.add_random(random_bytes(20'000, 1));
  EXPECT_FALSE(traces.found_in(random_bytes(5'000'000, 2)));
  EXPECT_FALSE(traces.found_in(crypto::Bytes(4'096, 0)));
  EXPECT_FALSE(traces.found_in({}));
}

crypto::BytesView view(std::string_view text) { return crypto::bytes_of(text); }

TEST(Traces, finds_every_piece_of_a_text_that_no_other_has) {
  Traces traces;
  traces.add_text(view("person_4zq"), view("Anna Elisabeth Example"), view("\1\2\3\4\5\6\7\10"), view("Bert Example"));
  const std::string row = "person_4zqAnna Elisabeth Example\1\2\3\4\5\6\7\10";
  for (std::size_t from = 3; from + 8 <= 39; ++from) {
    const std::string piece = row.substr(from, 8);
    const bool shared = std::string{"Bert Example"}.find(piece) != std::string::npos;
    EXPECT_EQ(traces.found_in(view("..." + piece + "...")), !shared) << piece;
  }
  EXPECT_FALSE(traces.found_in(view("person_4zq\1\2\3\4\5\6\7\10"))) << "the id may stay";
  EXPECT_FALSE(traces.found_in(view("Bert Example and Anna Lis")));
}

TEST(Traces, finds_a_short_text_by_what_stands_around_it) {
  Traces traces;
  traces.add_text(view("person_4zq"), view("Ann"), view("\1\2\3\4\5\6\7\10"), view("Anna Ann"));
  EXPECT_TRUE(traces.found_in(view("son_4zqAnn")));
  EXPECT_TRUE(traces.found_in(view("nn\1\2\3\4\5\6")));
  EXPECT_FALSE(traces.found_in(view("this is Ann and that is Anna")));
}

TEST(Traces, does_not_take_empty_places_for_a_secret_that_holds_zeros) {
  crypto::Bytes secret = random_bytes(64, 1);
  std::fill(secret.begin() + 8, secret.begin() + 32, std::uint8_t{0});
  Traces traces;
  traces.add_random(secret);
  EXPECT_FALSE(traces.found_in(crypto::Bytes(4'096, 0)));
  EXPECT_TRUE(traces.found_in(secret));
}

TEST(Traces, knows_when_looking_costs_more_than_rewriting) {
  Traces traces;
  EXPECT_TRUE(traces.empty());
  traces.add_text({}, view("Ann"), {}, {});
  EXPECT_FALSE(traces.empty()) << "something was deleted, even if it is too short to look for";
  EXPECT_FALSE(traces.too_many());
  traces.add_random(random_bytes(8'100'000, 1));
  EXPECT_TRUE(traces.too_many());
}

}  // namespace
}  // namespace regard::store
