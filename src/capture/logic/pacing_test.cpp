#include "capture/logic/pacing.h"

#include <gtest/gtest.h>

#include <random>

namespace regard::capture {
namespace {

using std::chrono::milliseconds;

int taken(Pacer pacer, double stream_rate, double length) {
  int count = 0;
  for (int i = 0; i < static_cast<int>(stream_rate * length); ++i) {
    if (pacer.take(from_seconds(i / stream_rate))) ++count;
  }
  return count;
}

TEST(Pacer, takes_the_asked_rate_of_any_stream) {
  for (const double stream_rate : {25.0, 30.0, 29.97, 12.5, 60.0}) {
    for (const double wanted : {1.0, 5.0, 7.0, 10.0, 12.0}) {
      const int count = taken(Pacer{wanted, from_seconds(1 / stream_rate)}, stream_rate, 20);
      EXPECT_NEAR(count, wanted * 20, 1.01) << stream_rate << " " << wanted;
    }
  }
}

TEST(Pacer, takes_everything_of_a_slower_stream) {
  EXPECT_EQ(taken(Pacer{25, from_seconds(0.1)}, 10, 10), 100);
  EXPECT_EQ(taken(Pacer{0, from_seconds(0.1)}, 10, 10), 100);
}

TEST(Pacer, loses_no_frame_of_a_jittering_stream_of_the_asked_rate) {
  const unsigned seed = 3;
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random{seed};
  std::uniform_int_distribution<int> jitter{-12, 12};
  Pacer pacer{25, milliseconds{40}};
  int count = 0;
  for (int i = 0; i < 500; ++i) count += pacer.take(milliseconds{40 * i + jitter(random)}) ? 1 : 0;
  EXPECT_EQ(count, 500);
}

TEST(Pacer, foresees_every_frame_that_it_takes) {
  const unsigned seed = 5;
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random{seed};
  for (const double wanted : {0.5, 5.0, 9.0, 20.0}) {
    Pacer pacer{wanted, milliseconds{40}};
    int foreseen = 0;
    for (int i = 0; i < 2000; ++i) {
      const Duration position = milliseconds{40 * i + static_cast<int>(random() % 15)};
      const bool may = pacer.may_be_due(position);
      foreseen += may ? 1 : 0;
      if (pacer.take(position)) {
        EXPECT_TRUE(may || i == 0) << position.count();
      }
    }
    EXPECT_LE(foreseen, 2000 * 0.04 * wanted * 2 + 2);  // and not many others
  }
}

TEST(Timeline, follows_the_time_stamps_of_a_recording) {
  Timeline line{milliseconds{40}};
  EXPECT_EQ(line.place(milliseconds{1000}, {}), milliseconds{0});
  EXPECT_EQ(line.place(milliseconds{1040}, {}), milliseconds{40});
  EXPECT_EQ(line.foresee(milliseconds{1100}), milliseconds{100});
  EXPECT_EQ(line.place({}, {}), milliseconds{80});  // a frame without a stamp comes one step later
}

TEST(Timeline, never_stands_still_or_goes_back) {
  Timeline line{milliseconds{40}};
  (void)line.place(milliseconds{500}, milliseconds{0});
  const Duration first = line.place(milliseconds{540}, milliseconds{40});
  const Duration again = line.place(milliseconds{540}, milliseconds{80});
  const Duration back = line.place(milliseconds{100}, milliseconds{120});
  EXPECT_GT(again, first);
  EXPECT_GT(back, again);
}

TEST(Timeline, goes_on_by_the_clock_after_a_reconnection) {
  Timeline line{milliseconds{40}};
  (void)line.place(milliseconds{700}, milliseconds{0});
  (void)line.place(milliseconds{1700}, milliseconds{1000});
  line.restart(milliseconds{4000});
  EXPECT_EQ(line.place(milliseconds{3}, milliseconds{4001}), milliseconds{4000});
  EXPECT_EQ(line.place(milliseconds{43}, milliseconds{4090}), milliseconds{4040});
}

TEST(Timeline, does_not_believe_stamps_that_leap) {
  Timeline line{milliseconds{40}};
  (void)line.place(milliseconds{0}, milliseconds{0});
  EXPECT_EQ(line.place(std::chrono::hours{10}, milliseconds{40}), milliseconds{40});
  EXPECT_EQ(line.place(std::chrono::hours{10} + milliseconds{40}, milliseconds{81}), milliseconds{80});
}

TEST(FrameDistance, measures_the_usual_distance) {
  FrameDistance distance;
  EXPECT_FALSE(distance.usual());
  for (int i = 0; i < 20; ++i) distance.observe(milliseconds{80 * i + (i % 2) * 6});
  ASSERT_TRUE(distance.usual());
  EXPECT_NEAR(seconds(*distance.usual()), 0.080, 0.001);
  distance.observe(std::chrono::hours{1});
  EXPECT_FALSE(distance.usual());
}

TEST(KeyFrameRhythm, trusts_key_frames_only_when_they_come_often_enough) {
  KeyFrameRhythm rhythm;
  for (int i = 0; i <= 100; ++i) rhythm.observe(milliseconds{40 * i}, i % 25 == 0);
  EXPECT_TRUE(rhythm.enough_for(1.0));
  EXPECT_TRUE(rhythm.enough_for(2.0));
  EXPECT_FALSE(rhythm.enough_for(0.5));
  for (int i = 101; i <= 130; ++i) rhythm.observe(milliseconds{40 * i}, false);
  EXPECT_FALSE(rhythm.enough_for(1.0));  // the next one is overdue
}

TEST(KeyFrameRhythm, waits_until_it_has_seen_some) {
  KeyFrameRhythm rhythm;
  for (int i = 0; i < 60; ++i) rhythm.observe(milliseconds{40 * i}, i % 25 == 0);
  EXPECT_FALSE(rhythm.enough_for(1.0));
}

TEST(RetryDelay, doubles_up_to_its_limit_and_varies) {
  const Duration first = milliseconds{500};
  const Duration longest = std::chrono::seconds{30};
  EXPECT_EQ(retry_delay(0, first, longest, 1), milliseconds{500});
  EXPECT_EQ(retry_delay(0, first, longest, 0), milliseconds{250});
  EXPECT_EQ(retry_delay(3, first, longest, 1), milliseconds{4000});
  EXPECT_EQ(retry_delay(1000, first, longest, 1), longest);
}

}  // namespace
}  // namespace regard::capture
