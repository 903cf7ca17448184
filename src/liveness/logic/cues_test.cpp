#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <random>

#include "liveness/logic/border.h"
#include "liveness/logic/judge.h"
#include "liveness/logic/moire.h"
#include "liveness/logic/region.h"

namespace regard::liveness {
namespace {

constexpr std::uint32_t seed = 11;
constexpr PixelBox all_of_it{0, 0, border_side, border_side};

GreyImage noise(int side, int mean, int spread, std::mt19937& random) {
  GreyImage image{Size{side, side}};
  std::uniform_int_distribution<int> value{mean - spread, mean + spread};
  for (std::uint8_t& pixel : image.bytes()) pixel = static_cast<std::uint8_t>(value(random));
  return image;
}

TEST(Border, sees_all_four_sides_of_a_tilted_sheet) {
  GreyImage room{Size{border_side, border_side}, 90};
  const float angle = 0.08F;
  for (int y = 0; y < border_side; ++y) {
    for (int x = 0; x < border_side; ++x) {
      const float dx = static_cast<float>(x) - 80;
      const float dy = static_cast<float>(y) - 80;
      const float u = std::cos(angle) * dx + std::sin(angle) * dy;
      const float v = -std::sin(angle) * dx + std::cos(angle) * dy;
      if (std::abs(u) < 45 && std::abs(v) < 58) *room.at(x, y) = 200;
    }
  }
  for (const float side : straight_sides(room, all_of_it)) EXPECT_GT(side, 0.95F);
  EXPECT_EQ(border_cue(border_of(straight_sides(room, all_of_it))), 1);
}

TEST(Border, two_straight_edges_of_a_room_are_no_frame) {
  GreyImage room{Size{border_side, border_side}, 120};
  for (int y = 0; y < border_side; ++y) {
    for (int x = 0; x < 30; ++x) *room.at(x, y) = 60;      // a cupboard
    for (int x = 130; x < 160; ++x) *room.at(x, y) = 200;  // a door
  }
  const auto sides = straight_sides(room, all_of_it);
  EXPECT_GT(sides[0], 0.95F);
  EXPECT_GT(sides[1], 0.95F);
  EXPECT_EQ(sides[2], 0);
  EXPECT_EQ(border_cue(border_of(sides)), 0);
}

TEST(Border, the_picture_s_own_ends_are_no_edges) {
  GreyImage room{Size{border_side, border_side}};
  const PixelBox seen{40.3F, 20.6F, 80, 110};
  for (int y = 21; y < 131; ++y) {
    for (int x = 41; x < 120; ++x) *room.at(x, y) = 180;
  }
  for (const float side : straight_sides(room, seen)) EXPECT_EQ(side, 0);
  EXPECT_EQ(straight_sides(room, {500, 500, 3, 3})[0], 0);
}

TEST(Border, noise_is_no_edge) {
  std::mt19937 random{seed};
  EXPECT_EQ(border_cue(border_of(straight_sides(noise(border_side, 120, 8, random), all_of_it))), 0);
}

TEST(Moire, transform_agrees_with_the_sum_that_defines_it) {
  std::mt19937 random{seed};
  std::normal_distribution<float> value;
  std::vector<std::complex<float>> values(16);
  for (auto& one : values) one = {value(random), value(random)};
  std::vector<std::complex<double>> expected(16);
  for (std::size_t k = 0; k < 16; ++k) {
    for (std::size_t n = 0; n < 16; ++n) {
      expected[k] +=
          std::complex<double>{values[n]} * std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k * n) / 16);
    }
  }
  transform(values);
  for (std::size_t k = 0; k < 16; ++k) {
    EXPECT_NEAR(values[k].real(), expected[k].real(), 1e-5);
    EXPECT_NEAR(values[k].imag(), expected[k].imag(), 1e-5);
  }
}

TEST(Moire, sees_a_faint_grating_in_noise_but_not_noise_or_an_edge) {
  std::mt19937 random{seed};
  GreyImage plain = noise(moire_side, 128, 6, random);
  EXPECT_EQ(moire_cue(strongest_peak(plain)), 0);
  GreyImage grating = plain;
  GreyImage edge = plain;
  for (int y = 0; y < moire_side; ++y) {
    for (int x = 0; x < moire_side; ++x) {
      const float wave = 4 * std::sin(0.9F * static_cast<float>(x) + 1.3F * static_cast<float>(y));
      *grating.at(x, y) = static_cast<std::uint8_t>(std::lround(static_cast<float>(*plain.at(x, y)) + wave));
      if (x > 60) *edge.at(x, y) = static_cast<std::uint8_t>(*plain.at(x, y) + 80);
    }
  }
  EXPECT_EQ(moire_cue(strongest_peak(grating)), 1);
  EXPECT_EQ(moire_cue(strongest_peak(edge)), 0);
  EXPECT_EQ(moire_cue(strongest_peak(GreyImage{Size{moire_side, moire_side}, 90})), 0);
}

TEST(Region, is_widened_as_far_as_the_picture_allows_and_moved_inside) {
  const PixelBox wide = widened_inside({10, 10, 20, 30}, 2.7F, {640, 480});
  EXPECT_EQ(wide.x, 0);
  EXPECT_NEAR(wide.width, 54, 1e-3);
  EXPECT_NEAR(wide.height, 81, 1e-3);
  const PixelBox limited = widened_inside({100, 100, 200, 200}, 4, {401, 301});
  EXPECT_NEAR(limited.height, 300, 1e-3);
  EXPECT_NEAR(limited.width, 300, 1e-3);
  EXPECT_GE(limited.y, 0);
}

Observation seen(float network, float moire, float border) {
  Observation one;
  one.network = network;
  one.moire = moire;
  one.border = border;
  return one;
}

TEST(Judge, says_what_spoke_against_the_face_strongest_first) {
  const Observation screen = seen(0.02F, 0.5F, 1.0F);
  const Liveness verdict = judge({&screen, 1}, Family::minifasnet, {});
  EXPECT_FALSE(verdict.live);
  EXPECT_EQ(verdict.score.value, 0);
  ASSERT_EQ(verdict.reasons.size(), 3U);
  EXPECT_EQ(verdict.reasons[0], "a straight border around the face (1.00)");
  EXPECT_EQ(verdict.reasons[1], "texture of a print or a screen (0.02)");
  EXPECT_EQ(verdict.reasons[2], "a periodic pattern as screens leave it (0.50)");
  const Observation person = seen(0.9F, 0, 0);
  EXPECT_TRUE(judge({&person, 1}, Family::minifasnet, {}).live);
  EXPECT_EQ(judge({&person, 1}, Family::minifasnet, {}).reasons,
            std::vector<std::string>{"no sign of a picture (0.90)"});
}

TEST(Judge, scores_a_family_s_threshold_as_one_half_and_never_decides_without_a_face) {
  for (const auto& [family, raw] : {std::pair{Family::minifasnet, 0.06F}, std::pair{Family::human, 0.3F}}) {
    const Observation border_case = seen(raw, 0, 0);
    EXPECT_NEAR(judge({&border_case, 1}, family, {}).score.value, 0.5F, 1e-5);
    const Observation sure = seen(1, 0, 0);
    EXPECT_NEAR(judge({&sure, 1}, family, {}).score.value, 1, 1e-5);
  }
  EXPECT_FALSE(judge({}, Family::human, {}).live);
}

TEST(Judge, averages_a_track_so_that_one_odd_frame_does_not_decide) {
  std::vector<Observation> track(9, seen(0.9F, 0, 0));
  track.push_back(seen(0.9F, 0, 1));
  EXPECT_TRUE(judge(track, Family::minifasnet, {}).live);
  std::vector<Observation> attack(9, seen(0.02F, 0, 1));
  attack.push_back(seen(0.9F, 0, 0.5F));
  EXPECT_FALSE(judge(attack, Family::minifasnet, {}).live);
}

TEST(Judge, agreed_is_the_geometric_mean) {
  EXPECT_EQ(agreed({}), 0);
  const std::vector<float> two{0.25F, 1.0F};
  EXPECT_NEAR(agreed(two), 0.5F, 1e-6);
}

}  // namespace
}  // namespace regard::liveness
