#include "core/text.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

TEST(EditDistance, counts_letters_changed_added_and_left_out) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);  // the usual example: two changed, one added
  EXPECT_EQ(edit_distance("sunday", "saturday"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
  EXPECT_EQ(edit_distance("", ""), 0U);
}

}  // namespace
}  // namespace regard
