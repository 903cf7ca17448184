#include "track/logic/attachment.h"

#include <gtest/gtest.h>

namespace regard::track {
namespace {

const AttachedBox left_body{{1}, {100, 100, 80, 240}, {}};
const AttachedBox right_body{{2}, {150, 100, 80, 240}, {}};

TEST(Attach, gives_a_face_to_the_body_whose_top_middle_it_is) {
  const std::vector<AttachedBox> faces{{{3}, {125, 108, 30, 36}, {}}, {{4}, {175, 108, 30, 36}, {}}};
  EXPECT_EQ(attach(faces, std::vector{left_body, right_body}), (std::vector<TrackId>{{1}, {2}}));
}

TEST(Attach, gives_no_body_to_a_face_at_its_feet_or_beside_it) {
  const std::vector<AttachedBox> faces{{{3}, {125, 300, 30, 36}, {}}, {{4}, {400, 108, 30, 36}, {}}};
  EXPECT_EQ(attach(faces, std::vector{left_body}), (std::vector<TrackId>{{}, {}}));
}

TEST(Attach, gives_each_body_one_face) {
  const std::vector<AttachedBox> faces{{{3}, {125, 108, 30, 36}, {}}, {{4}, {120, 120, 30, 36}, {}}};
  const auto owners = attach(faces, std::vector{left_body});
  EXPECT_EQ(owners[0].value + owners[1].value, 1U);
}

TEST(Attach, leaves_a_face_with_its_body_when_two_would_do) {
  const AttachedBox between{{3}, {150, 108, 30, 36}, {1}};
  EXPECT_EQ(attach(std::vector{between}, std::vector{left_body, right_body})[0].value, 1U);
  AttachedBox other = between;
  other.body = {2};
  EXPECT_EQ(attach(std::vector{other}, std::vector{left_body, right_body})[0].value, 2U);
}

TEST(Attach, of_nothing_is_nothing) { EXPECT_TRUE(attach({}, std::vector{left_body}).empty()); }

}  // namespace
}  // namespace regard::track
