#include <gtest/gtest.h>

#include "eval/eval.h"

namespace regard::eval {
namespace {

TEST(MotTruth, is_read_and_sorted) {
  const auto rows = parse_mot_truth("5,2,10,20,30.5,40,1\r\n1,3,1,2,3,4,0,-1,-1,-1\n\n 5 , 1 ,0,0,1,1,1", "gt.txt");
  ASSERT_TRUE(rows) << rows.error().message();
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[0].frame, 1U);
  EXPECT_TRUE((*rows)[0].ignored);
  EXPECT_EQ((*rows)[1].id, 1U);
  EXPECT_EQ((*rows)[2].box, (PixelBox{10, 20, 30.5F, 40}));
  EXPECT_FALSE((*rows)[2].ignored);
}

TEST(MotTruth, errors_name_file_line_and_cause) {
  const auto refused = parse_mot_truth("1,1,0,0,5,5,1\n2,1,0,x,5,5,1\n", "gt.txt");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(refused.error().message(),
            "reading gt.txt, line 2: \"x\" is not a place in pixels; every line must be frame,id,x,y,w,h,conf");
}

TEST(MotTruth, refuses_what_makes_no_sense) {
  for (const char* const text : {"", "\n\n", "1,1,0,0,5,5", "0,1,0,0,5,5,1", "1.5,1,0,0,5,5,1", "1,-1,0,0,5,5,1",
                                 "1,1,0,0,0,5,1", "1,1,nan,0,5,5,1", "1,1,1e9,0,5,5,1", "1,1,0,0,5,5,",
                                 "99999999999999,1,0,0,5,5,1", "1,1,0,0,5,5,1\n1,1,9,9,5,5,1"}) {
    EXPECT_FALSE(parse_mot_truth(text, "gt.txt")) << text;
  }
}

TEST(Labels, are_read_as_corner_and_size) {
  const auto rows = parse_labels("0 0.5 0.5 0.5 0.25\n79  0.1 0.1 0.2 0.2 \n", "a.txt");
  ASSERT_TRUE(rows) << rows.error().message();
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[0].box, (NormalizedBox{0.25F, 0.375F, 0.5F, 0.25F}));
  EXPECT_EQ((*rows)[1].object.value, 79);
}

TEST(Labels, may_be_none) { EXPECT_TRUE(parse_labels("", "a.txt").value().empty()); }

TEST(Labels, refuse_what_makes_no_sense) {
  for (const char* const text : {"0 .5 .5 .5", "80 .5 .5 .5 .5", "-1 .5 .5 .5 .5", "person .5 .5 .5 .5", "0 .5 .5 0 .5",
                                 "0 1.5 .5 .5 .5", "0 .5 .5 .5 .5 .9", "0 inf .5 .5 .5"}) {
    EXPECT_FALSE(parse_labels(text, "a.txt")) << text;
  }
}

}  // namespace
}  // namespace regard::eval
