#include <gtest/gtest.h>

#include "app/people.h"

namespace regard::app {
namespace {

detect::Detection face(PixelBox box, float score) {
  detect::Detection one;
  one.kind = detect::Kind::face;
  one.box = box;
  one.score = {score};
  one.points = FacePoints{};
  return one;
}

TEST(CentralFace, prefers_the_large_face_near_the_middle_to_a_small_one_nearer_to_it) {
  const std::vector<detect::Detection> faces{face({70, 60, 100, 120}, 0.9F), face({120, 90, 8, 9}, 0.9F)};
  // The small one is 16 pixels from the middle of 200x200, twice its size; the large one 28, a quarter of its size.
  EXPECT_EQ(central_face(faces, {200, 200}), &faces[0]);
}

TEST(CentralFace, falls_back_on_a_weak_face_only_when_there_is_no_other) {
  const std::vector<detect::Detection> faces{face({80, 80, 40, 40}, 0.3F), face({0, 0, 40, 40}, 0.7F)};
  EXPECT_EQ(central_face(faces, {200, 200}), &faces[1]);
  EXPECT_EQ(central_face({faces.data(), 1}, {200, 200}), &faces[0]);
}

TEST(CentralFace, is_none_without_points_or_faces) {
  detect::Detection person = face({80, 80, 40, 40}, 0.9F);
  person.kind = detect::Kind::person;
  detect::Detection blind = face({80, 80, 40, 40}, 0.9F);
  blind.points.reset();
  const std::vector<detect::Detection> others{person, blind};
  EXPECT_EQ(central_face(others, {200, 200}), nullptr);
  EXPECT_EQ(central_face({}, {200, 200}), nullptr);
}

}  // namespace
}  // namespace regard::app
