#include "embed/logic/align.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <utility>

namespace regard::embed {
namespace {

constexpr std::uint32_t seed = 20260131;

FivePoints random_face(std::mt19937& random) {
  std::uniform_real_distribution<float> place{0, 500};
  FivePoints points;
  for (PixelPoint& p : points) p = {place(random), place(random)};
  return points;
}

/// The same least squares posed as a linear system in (a, b, x0, y0), two equations a point, solved by Gauss-Jordan on
/// the normal equations in double precision: shares nothing with the closed form.
std::array<double, 4> solve_linear(const FivePoints& from, const FivePoints& to) {
  std::array<std::array<double, 5>, 4> m{};
  const auto add = [&](const std::array<double, 4>& row, double target) {
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 4; ++j) m[i][j] += row[i] * row[j];
      m[i][4] += row[i] * target;
    }
  };
  for (std::size_t i = 0; i < 5; ++i) {
    add({from[i].x, -from[i].y, 1, 0}, to[i].x);
    add({from[i].y, from[i].x, 0, 1}, to[i].y);
  }
  for (std::size_t c = 0; c < 4; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c + 1; r < 4; ++r) {
      if (std::abs(m[r][c]) > std::abs(m[pivot][c])) pivot = r;
    }
    std::swap(m[c], m[pivot]);
    for (std::size_t r = 0; r < 4; ++r) {
      if (r == c) continue;
      const double factor = m[r][c] / m[c][c];
      for (std::size_t j = 0; j < 5; ++j) m[r][j] -= factor * m[c][j];
    }
  }
  return {m[0][4] / m[0][0], m[1][4] / m[1][1], m[2][4] / m[2][2], m[3][4] / m[3][3]};
}

TEST(Align, agrees_with_a_linear_solver_on_random_points) {
  std::mt19937 random{seed};
  for (int round = 0; round < 200; ++round) {
    const FivePoints from = random_face(random);
    const FivePoints to = random_face(random);
    const auto found = align(from, to);
    ASSERT_TRUE(found);
    const auto expected = solve_linear(from, to);
    EXPECT_NEAR(found->a, expected[0], 1e-4);
    EXPECT_NEAR(found->b, expected[1], 1e-4);
    // Shifts of up to a thousand pixels in single precision.
    EXPECT_NEAR(found->x0, expected[2], 0.05);
    EXPECT_NEAR(found->y0, expected[3], 0.05);
  }
}

TEST(Align, finds_a_known_rotation_scale_and_shift_exactly) {
  const float angle = 0.4F;
  const Similarity truth{1.7F * std::cos(angle), 1.7F * std::sin(angle), 12, -7};
  FivePoints from = arcface_template();
  FivePoints to;
  for (std::size_t i = 0; i < 5; ++i) to[i] = truth(from[i]);
  const auto found = align(from, to);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->scale(), 1.7F, 1e-4F);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR((*found)(from[i]).x, to[i].x, 1e-3F);
    EXPECT_NEAR(found->inverse()(to[i]).y, from[i].y, 1e-3F);
  }
}

TEST(Align, never_mirrors) {
  FivePoints mirrored = arcface_template();
  for (PixelPoint& p : mirrored) p.x = 112 - p.x;
  const auto found = align(mirrored, arcface_template());
  ASSERT_TRUE(found);
  // A reflection would fit perfectly; the best rotation cannot.
  float residual = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    residual += std::hypot((*found)(mirrored[i]).x - arcface_template()[i].x,
                           (*found)(mirrored[i]).y - arcface_template()[i].y);
  }
  EXPECT_GT(residual, 20);
}

TEST(Align, refuses_points_that_coincide_or_are_not_numbers) {
  FivePoints one;
  one.fill({3, 4});
  EXPECT_FALSE(align(one, arcface_template()));
  FivePoints broken = arcface_template();
  broken[2].x = NAN;
  EXPECT_FALSE(align(broken, arcface_template()));
  broken[2].x = INFINITY;
  EXPECT_FALSE(align(broken, arcface_template()));
}

TEST(PlanCrop, leads_every_pixel_where_the_whole_map_leads_it) {
  std::mt19937 random{seed};
  std::uniform_real_distribution<float> any{-1, 1};
  for (int round = 0; round < 200; ++round) {
    const float scale = std::exp(3 * any(random));
    const float angle = 3 * any(random);
    const Similarity map{scale * std::cos(angle), scale * std::sin(angle), 300 * any(random), 300 * any(random)};
    const Crop crop = plan_crop(map, 112);
    EXPECT_LE(crop.size.width, 323);  // 2 * 112 * sqrt(2), and a border
    EXPECT_LE(static_cast<float>(crop.size.width), crop.region.width + 0.01F);
    const float step_x = crop.region.width / static_cast<float>(crop.size.width);
    const float step_y = crop.region.height / static_cast<float>(crop.size.height);
    for (const PixelPoint p : {PixelPoint{0, 0}, PixelPoint{111, 0}, PixelPoint{40, 70}, PixelPoint{111, 111}}) {
      const PixelPoint in_picture = map.inverse()(p);
      const PixelPoint in_cut{(in_picture.x + 0.5F - crop.region.x) / step_x - 0.5F,
                              (in_picture.y + 0.5F - crop.region.y) / step_y - 0.5F};
      EXPECT_GE(in_cut.x, 0);
      EXPECT_GE(in_cut.y, 0);
      EXPECT_LE(in_cut.x, static_cast<float>(crop.size.width - 1));
      EXPECT_LE(in_cut.y, static_cast<float>(crop.size.height - 1));
      // Shifts of thousands of pixels in single precision.
      EXPECT_NEAR(crop.to_net(in_cut).x, p.x, 0.02F);
      EXPECT_NEAR(crop.to_net(in_cut).y, p.y, 0.02F);
    }
  }
}

TEST(PlanCrop, copies_pixels_when_nothing_is_shrunk) {
  const Similarity map{1.1F, 0, -20, -30};
  const Crop crop = plan_crop(map, 128);
  EXPECT_EQ(static_cast<float>(crop.size.width), crop.region.width);
  EXPECT_EQ(static_cast<float>(crop.size.height), crop.region.height);
  const PixelPoint p{50, 60};
  const PixelPoint direct = map(p);
  const PixelPoint through = crop.to_net({p.x - crop.region.x, p.y - crop.region.y});
  EXPECT_NEAR(direct.x, through.x, 1e-3F);
  EXPECT_NEAR(direct.y, through.y, 1e-3F);
}

TEST(Tightened, keeps_the_middle_and_spreads_the_points) {
  const FivePoints tight = tightened(descriptor_template(), 150, 1.2F);
  EXPECT_NEAR(tightened(tight, 150, 1 / 1.2F)[3].x, descriptor_template()[3].x, 1e-3F);
  EXPECT_NEAR(tight[1].x - tight[0].x, 1.2F * 52.6F, 1e-3F);
  FivePoints middle;
  middle.fill({74.5F, 74.5F});
  EXPECT_EQ(tightened(middle, 150, 3)[0].x, 74.5F);
}

}  // namespace
}  // namespace regard::embed
