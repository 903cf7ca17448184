#include "track/logic/best_shot.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace regard::track {
namespace {

// Where a quality factor stops growing. Sides in pixels: the networks that look at faces take 112 to 128 pixels, bodies
// 256.
constexpr float full_face_height = 128;
constexpr float full_body_height = 256;
// Variance of the Laplacian at 64x64 at which a face is half as good as a perfectly sharp one.
constexpr float half_sharpness = 100;
constexpr float best_brightness = 128;
constexpr float middling = 0.5F;
// The tip of the nose lies about as far before the plane of eyes as an eye lies beside its middle: 33 and 32 mm.
constexpr float nose_depth = 1.03F;

float degrees(float radians) { return radians * 180 / std::numbers::pi_v<float>; }
float falling(float angle) {
  const float cosine = std::cos(angle * std::numbers::pi_v<float> / 180);
  return std::max(0.0F, cosine);
}

float pose_factor(const HeadPose& pose) {
  const float frontal = falling(pose.yaw);
  return frontal * frontal * falling(pose.roll / 2);  // a rolled head is turned upright later, at little cost
}

float appearance_factor(const FaceAppearance& appearance) {
  const float sharp = appearance.sharpness / (appearance.sharpness + half_sharpness);
  const float off = (appearance.brightness - best_brightness) / best_brightness;
  return sharp * std::max(0.0F, 1 - off * off);
}

}  // namespace

HeadPose pose_of(const FacePoints& points) {
  const float across = points.left_eye.x - points.right_eye.x;
  const float down = points.left_eye.y - points.right_eye.y;
  const float eyes = std::hypot(across, down);
  if (!(eyes > 0)) return {.yaw = 90, .pitch = 0, .roll = 0};
  HeadPose pose;
  pose.roll = degrees(std::atan2(down, across));
  // The nose's offset from the middle of the eyes along the eye line, in half eye distances: depth * tan(yaw).
  const float x = points.nose.x - (points.left_eye.x + points.right_eye.x) / 2;
  const float y = points.nose.y - (points.left_eye.y + points.right_eye.y) / 2;
  const float offset = (x * across + y * down) / eyes / (eyes / 2);
  pose.yaw = degrees(std::atan(offset / nose_depth));
  return pose;
}

float face_quality(const PixelBox& box, const std::optional<FacePoints>& points,
                   const std::optional<FaceAppearance>& appearance) {
  const float size = std::clamp(box.height / full_face_height, 0.0F, 1.0F);
  const float pose = points ? pose_factor(pose_of(*points)) : middling;
  const float look = appearance ? appearance_factor(*appearance) : middling;
  return size * pose * look;
}

float body_quality(const PixelBox& box, Score score, Size frame) {
  const PixelBox margins{1, 1, static_cast<float>(frame.width - 2), static_cast<float>(frame.height - 2)};
  const float inside = box.area() > 0 ? intersect(box, margins).area() / box.area() : 0.0F;
  // A body that touches the border is probably cut: half as good as a whole one.
  const float whole = inside < 0.999F ? 0.5F * inside : 1.0F;
  return std::clamp(box.height / full_body_height, 0.0F, 1.0F) * std::clamp(score.value, 0.0F, 1.0F) * whole;
}

}  // namespace regard::track
