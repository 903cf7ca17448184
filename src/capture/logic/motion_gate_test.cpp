#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "capture/capture.h"

namespace regard::capture {
namespace {

constexpr Size grid{80, 45};
constexpr double rate = 10;

using Scene = std::function<double(int x, int y, double time)>;

GreyImage picture(const Scene& scene, double time) {
  GreyImage image{grid};
  for (int y = 0; y < grid.height; ++y) {
    for (int x = 0; x < grid.width; ++x) {
      *image.at(x, y) = static_cast<std::uint8_t>(std::clamp(scene(x, y, time), 0.0, 255.0));
    }
  }
  return image;
}

double texture(int x, int y) { return 110 + 40 * std::sin(x * 0.7) * std::cos(y * 0.9); }

/// How many of the frames between `from` and `to` seconds are analysed.
int analysed(MotionGate& gate, const Scene& scene, double from, double to) {
  int count = 0;
  for (int i = static_cast<int>(std::lround(from * rate)); i < static_cast<int>(std::lround(to * rate)); ++i) {
    const double time = i / rate;
    if (gate.should_analyse(picture(scene, time), from_seconds(time))) ++count;
  }
  return count;
}

TEST(MotionGate, analyses_the_first_frame_and_then_only_to_refresh) {
  MotionGate gate;
  EXPECT_EQ(analysed(
                gate, [](int x, int y, double) { return texture(x, y); }, 0, 10),
            5);  // 0, 2, 4, 6, 8 s
  EXPECT_EQ(gate.skipped(), 95U);
}

TEST(MotionGate, sees_a_small_object_moving) {
  MotionGate gate;
  const Scene still = [](int x, int y, double) { return texture(x, y); };
  analysed(gate, still, 0, 5);
  const Scene walker = [](int x, int y, double time) {
    const double left = 10 + (time - 5) * 6;
    const bool body = x >= left && x < left + 3 && y >= 20 && y < 26;
    return body ? 30 : texture(x, y);
  };
  EXPECT_EQ(analysed(gate, walker, 5, 10), 50);
}

TEST(MotionGate, lingers_after_motion_and_then_rests) {
  MotionGate gate;
  const Scene still = [](int x, int y, double) { return texture(x, y); };
  const Scene flash = [](int x, int y, double) { return x < 10 && y < 10 ? 250 : texture(x, y); };
  analysed(gate, still, 0, 4);
  EXPECT_EQ(analysed(gate, flash, 4, 4.1), 1);
  EXPECT_EQ(analysed(gate, still, 4.1, 5.2), 10);  // up to one second after the motion
  EXPECT_EQ(analysed(gate, still, 5.2, 6.9), 0);
}

TEST(MotionGate, ignores_sensor_noise) {
  const unsigned seed = 7;
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random{seed};
  std::normal_distribution<double> noise{0, 3};
  MotionGate gate;
  const Scene noisy = [&](int x, int y, double) { return texture(x, y) + noise(random); };
  analysed(gate, noisy, 0, 3);  // gets to know the noise
  EXPECT_LE(analysed(gate, noisy, 3, 23), 11);
}

TEST(MotionGate, ignores_light_that_changes_slowly) {
  MotionGate gate;  // a cloud: 60 grey levels in 30 s, and stronger on the bright side
  analysed(
      gate, [](int x, int y, double time) { return texture(x, y) + time * 2 * (0.7 + 0.6 * x / 80.0); }, 0, 30);
  EXPECT_EQ(gate.skipped(), 285U);
}

TEST(MotionGate, ignores_exposure_steps_of_the_whole_picture) {
  MotionGate gate;
  analysed(
      gate, [](int x, int y, double time) { return texture(x, y) + (static_cast<int>(time) % 2) * 15; }, 0, 20);
  EXPECT_EQ(gate.skipped(), 190U);
}

TEST(MotionGate, ignores_the_flicker_of_key_frames) {
  MotionGate gate;  // every second the codec redraws blocks, up to 9 levels off, and drifts back
  const Scene pulse = [](int x, int y, double time) {
    const double phase = time - std::floor(time);
    const double block = ((x / 4) * 31 + (y / 4) * 17) % 19 - 9;
    return texture(x, y) + block * (1 - phase);
  };
  analysed(gate, pulse, 0, 20);
  EXPECT_EQ(gate.skipped(), 190U);
}

TEST(MotionGate, takes_a_light_being_switched_for_motion) {
  MotionGate gate;
  analysed(
      gate, [](int x, int y, double) { return texture(x, y); }, 0, 3.5);
  EXPECT_EQ(analysed(
                gate, [](int x, int y, double) { return texture(x, y) + 60; }, 3.5, 3.6),
            1);
}

TEST(MotionGate, gets_used_to_what_was_put_down) {
  MotionGate gate;
  const Scene still = [](int x, int y, double) { return texture(x, y); };
  const Scene parked = [](int x, int y, double) { return x > 60 && y > 30 ? 20 : texture(x, y); };
  analysed(gate, still, 0, 3);
  EXPECT_EQ(analysed(gate, parked, 3, 8), 50);
  analysed(gate, parked, 8, 20);
  EXPECT_EQ(analysed(gate, parked, 20, 30), 5);
}

TEST(MotionGate, still_sees_a_person_in_front_of_moving_leaves) {
  const unsigned seed = 11;
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random{seed};
  std::normal_distribution<double> noise{0, 9};
  MotionGate gate;
  const auto leaves = [&](int x, int y, double) { return x < 30 ? texture(x, y) + noise(random) : texture(x, y); };
  analysed(gate, leaves, 0, 60);
  const int restless = analysed(gate, leaves, 60, 70);
  EXPECT_LE(restless, 10);
  const auto person = [&](int x, int y, double time) {
    const double left = (time - 70) * 8;
    return x >= left && x < left + 4 && y > 10 && y < 22 ? 235 : leaves(x, y, time);
  };
  EXPECT_GE(analysed(gate, person, 70, 75), 48);
}

}  // namespace
}  // namespace regard::capture
