#include <gtest/gtest.h>

#include <set>

#include "detect/detect.h"

namespace regard::detect {
namespace {

TEST(ClassNames, are_eighty_and_all_different) {
  std::set<std::string_view> names;
  for (int i = 0; i < object_class_count; ++i) names.insert(class_name({i}));
  EXPECT_EQ(names.size(), 80U);
  EXPECT_EQ(class_name({0}), "person");
  EXPECT_EQ(class_name({2}), "car");
  EXPECT_EQ(class_name({62}), "tv");  // two gaps of the 91-number scheme lie before it
  EXPECT_EQ(class_name({79}), "toothbrush");
}

TEST(ClassNames, are_read_back_as_the_number_they_name) {
  for (int i = 0; i < object_class_count; ++i) EXPECT_EQ(class_from(class_name({i})).value().value, i);
}

TEST(ClassNames, outside_the_list_are_unknown) {
  EXPECT_EQ(class_name({-1}), "unknown");
  EXPECT_EQ(class_name({80}), "unknown");
}

TEST(ClassFrom, suggests_the_nearest_name) {
  for (const auto& [typed, meant] :
       {std::pair{"persn", "person"}, std::pair{"trafic light", "traffic light"}, std::pair{"bycicle", "bicycle"},
        std::pair{"carr", "car"}, std::pair{"elefant", "elephant"}}) {
    const auto refused = class_from(typed);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
    EXPECT_EQ(refused.error().remedy, "did you mean \"" + std::string{meant} + "\"?");
  }
}

TEST(ClassFrom, cuts_endless_text) {
  const auto refused = class_from(std::string(1'000'000, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_LT(refused.error().message().size(), 300U);
}

}  // namespace
}  // namespace regard::detect
