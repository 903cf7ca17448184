#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "events/events.h"
#include "image/image.h"

namespace regard::events {
namespace {

BgrImage noise(Size size) {
  BgrImage picture{size};
  std::mt19937 random{11};
  for (std::uint8_t& value : picture.bytes()) value = static_cast<std::uint8_t>(random());
  return picture;
}

detect::Detection found(detect::Kind kind, PixelBox box) {
  return {.kind = kind, .object = {kind == detect::Kind::person ? 0 : -1}, .score = {0.9F}, .box = box, .points = {}};
}

/// Whether `box` is hidden once `redact` has enlarged the regions by a third on each side.
bool covers(std::span<const PixelBox> regions, const PixelBox& box) {
  return std::ranges::any_of(regions, [&](const PixelBox& region) {
    const PixelBox hidden{region.x - region.width / 3, region.y - region.height / 3, region.width * 5 / 3,
                          region.height * 5 / 3};
    return intersect(hidden, box).area() > 0.99F * box.area();
  });
}

TEST(Redact, a_margin_around_each_face_is_hidden_too) {
  const BgrImage original = noise({200, 200});
  const PixelBox face{80, 80, 30, 40};
  const RedactedImage redacted = redact(original, std::span{&face, 1});
  const auto detail = [](const BgrImage& picture, const PixelBox& region) {
    return image::sharpness(image::to_grey(image::cut(picture.view(), region, {30, 30}).view()).view());
  };
  for (const PixelBox& place : {PixelBox{82, 82, 30, 30}, PixelBox{72, 70, 30, 30}}) {
    EXPECT_LT(detail(redacted.pixels(), place), detail(original, place) / 500);
  }
  EXPECT_FLOAT_EQ(detail(redacted.pixels(), {10, 10, 30, 30}), detail(original, {10, 10, 30, 30}));
}

TEST(Redact, every_weak_face_every_expected_face_and_every_head_is_hidden) {
  const std::vector<detect::Detection> detections{found(detect::Kind::face, {10, 10, 20, 20}),
                                                  found(detect::Kind::person, {100, 50, 60, 180})};
  track::Track lost;
  lost.kind = detect::Kind::face;
  lost.state = track::State::lost;
  lost.box = {300, 40, 25, 25};
  const auto regions = faces_to_hide(detections, std::span{&lost, 1});
  EXPECT_TRUE(covers(regions, {10, 10, 20, 20}));
  EXPECT_TRUE(covers(regions, {300, 40, 25, 25}));
  EXPECT_TRUE(covers(regions, {118, 51, 24, 28}));  // the head of a body whose face is turned away
}

TEST(Redact, a_second_head_in_a_body_with_a_known_face_is_hidden_too) {
  // Two people, one behind the other, found as one body; only the nearer face is found, below the farther head.
  const std::vector<detect::Detection> detections{found(detect::Kind::face, {120, 85, 24, 28}),
                                                  found(detect::Kind::person, {100, 50, 60, 180})};
  const auto regions = faces_to_hide(detections, {});
  EXPECT_TRUE(covers(regions, {120, 85, 24, 28}));
  EXPECT_TRUE(covers(regions, {118, 51, 24, 28}));
}

TEST(Redact, a_weak_face_beside_the_head_does_not_stand_for_it) {
  std::vector<detect::Detection> detections{found(detect::Kind::face, {135, 60, 20, 24}),
                                            found(detect::Kind::person, {100, 50, 60, 180})};
  detections[0].score = {0.35F};
  EXPECT_TRUE(covers(faces_to_hide(detections, {}), {118, 51, 24, 28}));
}

TEST(Redact, the_head_of_a_bust_is_hidden_whole) {
  const std::vector<detect::Detection> detections{found(detect::Kind::person, {0, 0, 200, 160})};
  EXPECT_TRUE(covers(faces_to_hide(detections, {}), {62, 4, 76, 70}));
}

TEST(Redact, cars_keep_their_look) {
  const std::vector<detect::Detection> detections{found(detect::Kind::object, {10, 10, 100, 50})};
  EXPECT_TRUE(faces_to_hide(detections, {}).empty());
}

TEST(Redact, annotating_leaves_the_faces_hidden) {
  const PixelBox face{80, 80, 30, 40};
  track::Track person;
  person.id = {1};
  person.state = track::State::confirmed;
  person.kind = detect::Kind::person;
  person.object = {0};
  person.box = {60, 60, 80, 130};
  const RedactedImage redacted = redact(noise({200, 200}), std::span{&face, 1});
  const RedactedImage drawn = annotate(redacted, std::span{&person, 1});
  EXPECT_EQ(drawn.pixels().at(95, 100)[0], redacted.pixels().at(95, 100)[0]);
  EXPECT_NE(drawn.pixels().at(60, 120)[0], redacted.pixels().at(60, 120)[0]);  // the outline
}

}  // namespace
}  // namespace regard::events
