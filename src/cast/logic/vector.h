// Vectors, rotations and small curves of `cast`. Values; every function here is pure.
#pragma once

#include <algorithm>
#include <cmath>

namespace regard::cast {

inline constexpr float pi = 3.14159265F;
inline constexpr float degree = pi / 180.0F;

struct Vec2 {
  float x = 0;
  float y = 0;
};

/// x to the right, y up, z towards the viewer of somebody who faces us.
struct Vec3 {
  float x = 0;
  float y = 0;
  float z = 0;
};

inline Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator-(Vec3 a) { return {-a.x, -a.y, -a.z}; }
inline Vec3 operator*(Vec3 a, Vec3 b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
inline Vec3 operator*(Vec3 a, float s) { return {a.x * s, a.y * s, a.z * s}; }
inline Vec3 operator*(float s, Vec3 a) { return a * s; }
inline Vec3 operator/(Vec3 a, Vec3 b) { return {a.x / b.x, a.y / b.y, a.z / b.z}; }
inline Vec3& operator+=(Vec3& a, Vec3 b) { return a = a + b; }
inline Vec3& operator*=(Vec3& a, float s) { return a = a * s; }
inline Vec2 operator+(Vec2 a, Vec2 b) { return {a.x + b.x, a.y + b.y}; }
inline Vec2 operator-(Vec2 a, Vec2 b) { return {a.x - b.x, a.y - b.y}; }
inline Vec2 operator*(Vec2 a, float s) { return {a.x * s, a.y * s}; }

inline float dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline float dot(Vec2 a, Vec2 b) { return a.x * b.x + a.y * b.y; }
inline Vec3 cross(Vec3 a, Vec3 b) { return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
inline float length(Vec3 a) { return std::sqrt(dot(a, a)); }
inline float length(Vec2 a) { return std::sqrt(dot(a, a)); }
inline Vec3 normalized(Vec3 a) { return a * (1.0F / std::max(length(a), 1e-12F)); }
inline Vec3 mix(Vec3 a, Vec3 b, float t) { return a + (b - a) * t; }
inline float mix(float a, float b, float t) { return a + (b - a) * t; }
inline float clamp01(float v) { return std::clamp(v, 0.0F, 1.0F); }

/// 0 up to `from`, 1 from `to` on, smooth between.
inline float smoothstep(float from, float to, float v) {
  const float t = clamp01((v - from) / (to - from));
  return t * t * (3.0F - 2.0F * t);
}

/// A bell of height 1 at 0 with standard deviation `width`.
inline float bell(float v, float width) { return std::exp(-0.5F * v * v / (width * width)); }

/// Three columns: where the axes x, y, z go.
struct Mat3 {
  Vec3 x{1, 0, 0};
  Vec3 y{0, 1, 0};
  Vec3 z{0, 0, 1};
};

inline Vec3 operator*(const Mat3& m, Vec3 v) { return m.x * v.x + m.y * v.y + m.z * v.z; }
inline Mat3 operator*(const Mat3& a, const Mat3& b) { return {a * b.x, a * b.y, a * b.z}; }
inline Vec3 times_transposed(const Mat3& m, Vec3 v) { return {dot(m.x, v), dot(m.y, v), dot(m.z, v)}; }

/// Turns z towards x: a person who faces us turns to their own left.
inline Mat3 rotation_y(float angle) {
  const float c = std::cos(angle);
  const float s = std::sin(angle);
  return {{c, 0, -s}, {0, 1, 0}, {s, 0, c}};
}
/// Turns z towards -y: a person looks down.
inline Mat3 rotation_x(float angle) {
  const float c = std::cos(angle);
  const float s = std::sin(angle);
  return {{1, 0, 0}, {0, c, s}, {0, -s, c}};
}
/// Turns y towards x: clockwise for the viewer.
inline Mat3 rotation_z(float angle) {
  const float c = std::cos(angle);
  const float s = std::sin(angle);
  return {{c, -s, 0}, {s, c, 0}, {0, 0, 1}};
}

/// A rotation (and scale) followed by a move.
struct Transform {
  Mat3 linear;
  Vec3 origin;
};

inline Vec3 operator*(const Transform& t, Vec3 p) { return t.linear * p + t.origin; }
inline Transform operator*(const Transform& a, const Transform& b) { return {a.linear * b.linear, a * b.origin}; }
/// Rotation by `linear` about `pivot`.
inline Transform about(Vec3 pivot, const Mat3& linear) { return {linear, pivot - linear * pivot}; }
inline Transform scaled(const Transform& t, float s) {
  return {{t.linear.x * s, t.linear.y * s, t.linear.z * s}, t.origin};
}

}  // namespace regard::cast
