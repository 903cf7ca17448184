// Where a box will be: a Kalman filter with constant velocity in real time. Pure.
#pragma once

#include <Eigen/Core>
#include <array>

#include "core/core.h"
#include "detect/detect.h"

namespace regard::track {

/// Centre, width and height of one box, each with its velocity. The four are filtered apart: in SORT's model nothing
/// couples them, so four filters of two states give what one of eight would, for a tenth of the arithmetic.
/// Sources: Bewley et al., "Simple Online and Realtime Tracking", ICIP 2016; Zhang et al., "ByteTrack", ECCV 2022.
class Motion {
 public:
  /// `agility` is how far the thing may go in terms of its own height, a body being 1: see agility_of.
  Motion(const PixelBox& box, float agility);

  /// Moves `step` seconds (> 0) ahead.
  void predict(double step);
  /// Takes a measured box.
  void correct(const PixelBox& box);
  /// Before predicting what was not measured: the size keeps, and the velocity fades over `step` seconds.
  void fade(double step);
  /// Nothing moves: all velocities become zero.
  void rest();

  [[nodiscard]] PixelBox box() const;
  /// Squared Mahalanobis distance of a box's centre from the predicted one; chi-square with 2 degrees of freedom.
  [[nodiscard]] float distance(const PixelBox& measured) const;
  /// Standard deviation of the predicted centre along x, in pixels; it is the same along y.
  [[nodiscard]] float uncertainty() const;

 private:
  struct Axis {
    Eigen::Vector2f mean;  ///< value and velocity per second
    Eigen::Matrix2f covariance;
  };
  std::array<Axis, 4> axes_;  ///< centre x, centre y, width, height
  float agility_;
};

/// A face is carried by a body of about six times its box's height, so it goes six times as far in terms of its own.
[[nodiscard]] float agility_of(detect::Kind kind);

}  // namespace regard::track
