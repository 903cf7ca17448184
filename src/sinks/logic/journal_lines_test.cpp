#include "sinks/logic/journal_lines.h"

#include <gtest/gtest.h>

namespace regard::sinks {
namespace {

TEST(JournalLine, gives_back_its_text_and_tells_every_changed_byte) {
  for (const std::string text : {"", "{}", "{\"event\":\"summary\"}", "\xff\x01"}) {
    std::string line = journal_line(text);
    ASSERT_EQ(line.back(), '\n');
    line.pop_back();
    EXPECT_EQ(text_of_line(line), text);
    for (std::size_t i = 0; i < line.size(); ++i) {
      std::string changed = line;
      changed[i] = static_cast<char>(changed[i] ^ 1);
      EXPECT_EQ(text_of_line(changed), std::nullopt) << i;
      EXPECT_EQ(text_of_line(line.substr(0, i)), std::nullopt) << i;
    }
  }
  // FIPS 180-4's example, so that another program can check a journal too.
  EXPECT_EQ(journal_line("abc"), "ba7816bf8f01cfea abc\n");
}

TEST(JournalNames, come_back_and_nothing_else_does) {
  EXPECT_EQ(segment_name(42), "00000000000000000042.segment");
  EXPECT_EQ(first_of_segment(segment_name(UINT64_MAX)), UINT64_MAX);
  for (const char* wrong : {"", ".segment", "42.segment", "0000000000000000004x.segment", "lock"}) {
    EXPECT_EQ(first_of_segment(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(sink_of_position(position_name("webhook-1a")), "webhook-1a");
  for (const char* wrong : {"", ".position", "a/b.position", "mqtt.position.next", "lock"}) {
    EXPECT_EQ(sink_of_position(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(position_from("17\n"), 17U);
  for (const char* wrong : {"", "\n", "17", "-1\n", "1 7\n"}) EXPECT_EQ(position_from(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace regard::sinks
