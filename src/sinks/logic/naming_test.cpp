#include "sinks/naming.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace regard::sinks {
namespace {

using ::testing::HasSubstr;

const std::string kept =
    R"({"event":"identified","camera":"door","person":"p1","gallery":"staff","box":[0.1,0.25,0.2,0.6],"score":0.8712})";

Naming says(std::optional<std::string> name) {
  return [name](const consent::SubjectId& person, const consent::GalleryName& gallery) {
    EXPECT_EQ(person.value, "p1");
    EXPECT_EQ(gallery.value, "staff");
    return name;
  };
}

TEST(Named, puts_the_name_behind_the_pseudonym_and_changes_nothing_else) {
  EXPECT_EQ(named(kept, says("Ada \"A\" \xff")).value(),
            R"({"event":"identified","camera":"door","person":"p1","name":"Ada \"A\" )"
            "\xef\xbf\xbd"
            R"(","gallery":"staff","box":[0.1,0.25,0.2,0.6],"score":0.8712})");
}

TEST(Named, says_that_an_event_was_redacted_when_there_is_no_name_to_tell) {
  const std::string redacted =
      R"({"event":"identified","camera":"door","person":"p1","redacted":true,"gallery":"staff","box":[0.1,0.25,0.2,0.6],"score":0.8712})";
  EXPECT_EQ(named(kept, says(std::nullopt)).value(), redacted);
  EXPECT_EQ(named(kept, {}).value(), redacted);
  EXPECT_EQ(named(redacted, says(std::nullopt)).value(), redacted);
  EXPECT_THAT(named(redacted, says("Ada")).value(), HasSubstr(R"("name":"Ada")"));
}

TEST(Named, trusts_no_name_that_lies_in_the_text) {
  const std::string forged = R"({"event":"identified","name":"Eve","person":"p1","gallery":"staff"})";
  EXPECT_EQ(named(forged, says(std::nullopt)).value().find("Eve"), std::string::npos);
}

TEST(Named, leaves_every_other_text_alone_and_asks_nobody) {
  const Naming asked = [](const consent::SubjectId&,
                          const consent::GalleryName&) -> Result<std::optional<std::string>> {
    ADD_FAILURE();
    return std::nullopt;
  };
  for (const std::string text : {R"({"event":"track_started","camera":"identified"})", R"("identified")", "", "{"})
    EXPECT_EQ(named(text, asked).value(), text);
}

TEST(Named, passes_on_that_nobody_could_be_asked) {
  const Naming broken = [](const consent::SubjectId&,
                           const consent::GalleryName&) -> Result<std::optional<std::string>> {
    return fail(ErrorKind::unavailable, "asking", "the disk is gone", "look at it");
  };
  EXPECT_EQ(named(kept, broken).error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace regard::sinks
