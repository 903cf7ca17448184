#include "track/logic/motion.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

namespace regard::track {
namespace {

PixelBox walker(double t) { return {static_cast<float>(100 + 60 * t), 200, 40, 100}; }

TEST(Motion, learns_a_steady_velocity_at_any_frame_rate) {
  for (const double rate : {5.0, 10.0, 25.0}) {
    Motion motion{walker(0), 1};
    int i = 1;
    for (; i <= 2 * rate; ++i) {
      motion.predict(1 / rate);
      motion.correct(walker(i / rate));
    }
    motion.predict(0.5);
    EXPECT_NEAR(motion.box().x, walker((i - 1) / rate + 0.5).x, 3) << rate;
    EXPECT_NEAR(motion.box().height, 100, 1) << rate;
  }
}

TEST(Motion, is_less_sure_the_longer_it_predicts) {
  Motion motion{walker(0), 1};
  float last = motion.uncertainty();
  for (int i = 0; i < 10; ++i) {
    motion.predict(0.1);
    EXPECT_GT(motion.uncertainty(), last);
    last = motion.uncertainty();
  }
  EXPECT_GT(motion.distance(walker(10)), motion.distance(walker(0)));
}

TEST(Motion, stops_when_it_rests_and_slows_down_when_it_fades) {
  Motion steady{walker(0), 1};
  for (int i = 1; i <= 20; ++i) {
    steady.predict(0.1);
    steady.correct(walker(0.1 * i));
  }
  Motion resting = steady;
  resting.rest();
  resting.predict(1);
  EXPECT_NEAR(resting.box().x, steady.box().x, 1e-3);
  Motion fading = steady;
  fading.fade(1);
  fading.predict(1);
  steady.predict(1);
  EXPECT_GT(fading.box().x, resting.box().x + 5);
  EXPECT_LT(fading.box().x, steady.box().x - 5);
}

/// The textbook filter in one dimension with full matrices and an explicit inverse, in double precision.
TEST(Motion, equals_the_textbook_filter) {
  constexpr double h = 100;
  constexpr double dt = 0.2;
  Eigen::Vector2d mean{120, 0};
  Eigen::Matrix2d covariance = Eigen::Vector2d{std::pow(h / 10, 2), std::pow(1.875 * h, 2)}.asDiagonal();
  Eigen::Matrix2d transition;
  transition << 1, dt, 0, 1;
  Eigen::Matrix2d noise;
  noise << 1.05 * dt * dt * dt / 3 + 0.075 * dt, 1.05 * dt * dt / 2, 1.05 * dt * dt / 2, 1.05 * dt;
  noise *= h * h;
  const Eigen::RowVector2d observe{1, 0};
  Motion motion{{100, 200, 40, 100}, 1};
  for (const double x : {130.0, 138.0, 151.0, 149.0}) {
    mean = transition * mean;
    covariance = transition * covariance * transition.transpose() + noise;
    const double innovation = (observe * covariance * observe.transpose())(0, 0) + std::pow(h / 20, 2);
    const Eigen::Vector2d gain = covariance * observe.transpose() / innovation;
    mean += gain * (x - mean[0]);
    covariance = (Eigen::Matrix2d::Identity() - gain * observe) * covariance;
    motion.predict(dt);
    motion.correct({static_cast<float>(x - 20), 200, 40, 100});
    EXPECT_NEAR(motion.box().centre().x, mean[0], 0.05);
    EXPECT_NEAR(motion.uncertainty(), std::sqrt(covariance(0, 0)), 0.05);
  }
}

}  // namespace
}  // namespace regard::track
