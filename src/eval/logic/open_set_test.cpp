#include <gtest/gtest.h>

#include <cmath>

#include "eval/verification.h"

namespace regard::eval {
namespace {

GalleryProbe stranger(float best) { return {false, {}, best}; }
GalleryProbe member(float mate, float other) { return {true, mate, other}; }

TEST(OpenSet, counts_by_hand) {
  const std::vector<GalleryProbe> probes{
      stranger(.1F),    stranger(.2F), stranger(.3F), stranger(.6F),  // one of four is named at .5
      member(.9F, .2F),                                               // right
      member(.4F, .1F),                                               // too weak
      member(.7F, .8F),                                               // somebody else is more alike
      {true, {}, {}},                                                 // no face was found
  };
  const OpenSetFigures figures = open_set(probes, .5F);
  EXPECT_DOUBLE_EQ(figures.fpir.value, .25);
  EXPECT_DOUBLE_EQ(figures.fnir.value, .75);
}

TEST(OpenSet, threshold_is_the_lowest_that_keeps_the_wanted_rate) {
  std::vector<GalleryProbe> probes;
  for (int i = 0; i < 100; ++i) probes.push_back(stranger(static_cast<float>(i) / 100));
  const float threshold = open_set_threshold(probes, .01);
  EXPECT_LE(open_set(probes, threshold).fpir.value, .01);
  EXPECT_GT(open_set(probes, std::nextafter(threshold, 0.0F)).fpir.value, .01);
  EXPECT_GT(threshold, .98F);
  EXPECT_LE(threshold, .99F);
}

TEST(OpenSet, nobody_to_be_named_needs_no_threshold) {
  EXPECT_EQ(open_set_threshold(std::vector<GalleryProbe>{member(.9F, .1F)}, .01), -1.0F);
}

}  // namespace
}  // namespace regard::eval
