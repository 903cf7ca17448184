#include "track/logic/motion.h"

#include <algorithm>
#include <cmath>

namespace regard::track {
namespace {

// ByteTrack's standard deviations are h/20 for positions and h/160 for velocities per frame, h being the box's height,
// and were chosen at 30 frames per second. Below they are rates per second, so that any frame rate gives the same
// filter: (h/20)^2 * 30 = .075 h^2, and (30 h/160)^2 * 30 = 1.05 h^2.
constexpr float position_rate = 0.075F;
constexpr float velocity_rate = 1.05F;
constexpr float measured_deviation = 1.0F / 20;
// A new track may move by ten times h/160 a frame: 1.9 heights a second, a person running.
constexpr float first_velocity_deviation = 10 * 30.0F / 160;
constexpr float first_position_deviation = 2.0F / 20;

// Who is hidden has often stopped: an unseen velocity falls to 37 % in so many seconds.
constexpr float fading = 1;

float square(float x) { return x * x; }

std::array<float, 4> measurements(const PixelBox& box) {
  return {box.centre().x, box.centre().y, box.width, box.height};
}

}  // namespace

float agility_of(detect::Kind kind) { return kind == detect::Kind::face ? 6.0F : 1.0F; }

Motion::Motion(const PixelBox& box, float agility) : agility_{agility} {
  const std::array<float, 4> values = measurements(box);
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    axes_[i].mean << values[i], 0;
    axes_[i].covariance << square(first_position_deviation * box.height), 0, 0,
        square(first_velocity_deviation * agility * box.height);
  }
}

void Motion::predict(double step) {
  const auto dt = static_cast<float>(step);
  const float scale = square(std::max(1.0F, axes_[3].mean[0]));
  const float wander = velocity_rate * square(agility_);
  // White acceleration integrated over the step (Bar-Shalom et al., 2001, section 6.2.2), plus a wandering position.
  Eigen::Matrix2f noise;
  noise << wander * dt * dt * dt / 3 + position_rate * dt, wander * dt * dt / 2, wander * dt * dt / 2, wander * dt;
  Eigen::Matrix2f transition;
  transition << 1, dt, 0, 1;
  for (Axis& axis : axes_) {
    axis.mean = (transition * axis.mean).eval();
    axis.covariance = (transition * axis.covariance * transition.transpose()).eval() + noise * scale;
  }
}

void Motion::correct(const PixelBox& box) {
  const std::array<float, 4> values = measurements(box);
  const float noise = square(measured_deviation * std::max(1.0F, box.height));
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    Axis& axis = axes_[i];
    const Eigen::Vector2f gain = axis.covariance.col(0) / (axis.covariance(0, 0) + noise);
    axis.mean += gain * (values[i] - axis.mean[0]);
    axis.covariance -= (gain * axis.covariance.row(0)).eval();
  }
}

void Motion::fade(double step) {
  const float left = std::exp(-static_cast<float>(step) / fading);
  axes_[0].mean[1] *= left;
  axes_[1].mean[1] *= left;
  axes_[2].mean[1] = 0;
  axes_[3].mean[1] = 0;
}

void Motion::rest() {
  for (Axis& axis : axes_) axis.mean[1] = 0;
}

PixelBox Motion::box() const {
  const float width = std::max(1.0F, axes_[2].mean[0]);
  const float height = std::max(1.0F, axes_[3].mean[0]);
  return {axes_[0].mean[0] - width / 2, axes_[1].mean[0] - height / 2, width, height};
}

float Motion::distance(const PixelBox& measured) const {
  const std::array<float, 4> values = measurements(measured);
  const float noise = square(measured_deviation * std::max(1.0F, measured.height));
  float sum = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    sum += square(values[i] - axes_[i].mean[0]) / (axes_[i].covariance(0, 0) + noise);
  }
  return sum;
}

float Motion::uncertainty() const { return std::sqrt(axes_[0].covariance(0, 0)); }

}  // namespace regard::track
