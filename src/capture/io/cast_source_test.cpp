#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "capture/capture.h"
#include "capture/io/test_material.h"

namespace regard::capture {
namespace {

std::vector<Frame> all_frames(Source& source) {
  std::vector<Frame> frames;
  const test::Deadline deadline;
  while (true) {
    auto frame = source.next(deadline.token());
    EXPECT_TRUE(frame) << frame.error().message();
    if (!frame || !*frame) return frames;
    frames.push_back(**frame);
  }
}

TEST(CastSource, a_scene_with_an_end_is_a_recording) {
  auto source = open_source("cast:lobby?people=1&seed=1&size=320x180&fps=10&seconds=1", {});
  ASSERT_TRUE(source) << source.error().message();
  EXPECT_EQ((*source)->kind(), SourceKind::recorded);
  EXPECT_EQ((*source)->length(), std::chrono::seconds{1});
  const auto frames = all_frames(**source);
  ASSERT_EQ(frames.size(), 10U);
  EXPECT_EQ(frames[3].position, std::chrono::milliseconds{300});
  EXPECT_EQ(frames[3].picture->size(), (Size{320, 180}));
  EXPECT_EQ((*source)->state(), CameraState::ended);
}

TEST(CastSource, the_same_seed_gives_the_same_pixels_at_any_rate) {
  SourceOptions slow;
  slow.frames_per_second = 2;
  const std::string address = "cast:lobby?people=2&seed=4&size=320x180&fps=10&seconds=1";
  auto every = open_source(address, {});
  auto some = open_source(address, slow);
  ASSERT_TRUE(every && some);
  const auto all = all_frames(**every);
  const auto few = all_frames(**some);
  ASSERT_EQ(few.size(), 2U);
  EXPECT_EQ((*some)->counts().skipped, 8U);
  for (const Frame& frame : few) {
    const BgrImage expected = all.at(frame.index).picture->scaled({320, 180});
    EXPECT_TRUE(std::ranges::equal(frame.picture->scaled({320, 180}).bytes(), expected.bytes()));
  }
}

TEST(CastSource, a_scene_without_end_keeps_the_time_of_the_clock) {
  auto source = open_source("cast:lobby?people=1&seed=1&size=160x90&fps=20", {});
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->kind(), SourceKind::live);
  const auto clock = system_clock();
  const Duration start = clock->elapsed();
  const test::Deadline deadline;
  Duration last{-1};
  for (int i = 0; i < 10; ++i) {
    const auto frame = (*source)->next(deadline.token());
    ASSERT_TRUE(frame && *frame);
    EXPECT_GT((*frame)->position, last);
    last = (*frame)->position;
  }
  EXPECT_GE(clock->elapsed() - start, last - std::chrono::milliseconds{1});
}

TEST(CastSource, stops_when_asked) {
  auto source = open_source("cast:lobby?people=1&size=160x90", {});
  ASSERT_TRUE(source);
  std::stop_source stop;
  stop.request_stop();
  const auto frame = (*source)->next(stop.get_token());
  ASSERT_TRUE(frame);
  EXPECT_FALSE(*frame);
}

TEST(CastSource, an_unknown_scene_is_refused) {
  const auto source = open_source("cast:circus", {});
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().kind, ErrorKind::invalid_input) << source.error().message();
}

}  // namespace
}  // namespace regard::capture
