// Points, boxes and sizes, each in a stated frame of reference. Values; every function here is pure.
#pragma once

#include <array>

namespace regard {

/// Width and height of a picture in whole pixels.
struct Size {
  int width = 0;
  int height = 0;
  friend bool operator==(const Size&, const Size&) = default;
};

/// A place in a picture: pixels from the top left corner of the top left pixel, x to the right, y down.
struct PixelPoint {
  float x = 0;
  float y = 0;
  friend bool operator==(const PixelPoint&, const PixelPoint&) = default;
};

/// A rectangle in pixels of one picture; (x, y) is its top left corner. May reach outside the picture.
struct PixelBox {
  float x = 0;
  float y = 0;
  float width = 0;
  float height = 0;

  [[nodiscard]] float right() const { return x + width; }
  [[nodiscard]] float bottom() const { return y + height; }
  [[nodiscard]] float area() const { return width > 0 && height > 0 ? width * height : 0.0F; }
  [[nodiscard]] PixelPoint centre() const { return {x + width / 2, y + height / 2}; }
  friend bool operator==(const PixelBox&, const PixelBox&) = default;
};

/// A rectangle as fractions 0..1 of the picture's width and height: the form used in events.
struct NormalizedBox {
  float x = 0;
  float y = 0;
  float width = 0;
  float height = 0;
  friend bool operator==(const NormalizedBox&, const NormalizedBox&) = default;
};

/// The part common to both boxes; an empty box (width 0, height 0) when they do not meet.
[[nodiscard]] PixelBox intersect(const PixelBox& a, const PixelBox& b);

/// Intersection over union, 0..1. Boxes without area have overlap 0.
[[nodiscard]] float overlap(const PixelBox& a, const PixelBox& b);

/// The part of `box` that lies inside a picture of `size`.
[[nodiscard]] PixelBox clip(const PixelBox& box, Size size);

/// `box` of a picture of `size`, clipped to the picture, as fractions of it. `size` must not be empty.
[[nodiscard]] NormalizedBox normalize(const PixelBox& box, Size size);

/// The same rectangle in pixels of a picture of `size`.
[[nodiscard]] PixelBox to_pixels(const NormalizedBox& box, Size size);

/// `box` moved from a picture of size `from` to the same scene at size `to`.
[[nodiscard]] PixelBox rescale(const PixelBox& box, Size from, Size to);

/// Five points of a face in pixels. "Right" is the person's right: the image's left when they face the camera.
struct FacePoints {
  PixelPoint right_eye;
  PixelPoint left_eye;
  PixelPoint nose;
  PixelPoint right_mouth;
  PixelPoint left_mouth;

  [[nodiscard]] std::array<PixelPoint, 5> in_order() const {
    return {right_eye, left_eye, nose, right_mouth, left_mouth};
  }
  friend bool operator==(const FacePoints&, const FacePoints&) = default;
};

/// Rotation of a head in degrees. Yaw: positive when the person turns to their own left (the image's right).
/// Pitch: positive when looking down. Roll: positive clockwise in the image.
struct HeadPose {
  float yaw = 0;
  float pitch = 0;
  float roll = 0;
};

}  // namespace regard
