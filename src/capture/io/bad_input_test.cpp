// Everything an operator may hand us by mistake, and what they are told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "capture/capture.h"
#include "capture/io/test_material.h"
#include "image/image.h"

namespace regard::capture {
namespace {

using test::TemporaryFolder;

/// Reads the source to its end; the number of frames, and the error when there was one.
struct Outcome {
  int frames = 0;
  std::optional<Error> error;
  SourceCounts counts;
  std::vector<std::string> notes;
};

Outcome read_all(const std::string& address, const SourceOptions& options = {}) {
  Outcome outcome;
  auto source = open_source(address, options, [&](CameraState, const std::string& detail) {
    if (!detail.empty()) outcome.notes.push_back(detail);
  });
  if (!source) {
    outcome.error = source.error();
    return outcome;
  }
  const test::Deadline deadline;
  while (true) {
    auto frame = (*source)->next(deadline.token());
    if (!frame) outcome.error = frame.error();
    if (!frame || !*frame) break;
    ++outcome.frames;
  }
  outcome.counts = (*source)->counts();
  return outcome;
}

void expect_refused(const Outcome& outcome, ErrorKind kind, const std::string& words) {
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, kind) << outcome.error->message();
  EXPECT_THAT(outcome.error->message(), testing::HasSubstr(words));
  EXPECT_FALSE(outcome.error->doing.empty());
  EXPECT_FALSE(outcome.error->cause.empty());
  EXPECT_FALSE(outcome.error->remedy.empty());
  EXPECT_THAT(outcome.error->message(), testing::Not(testing::HasSubstr("\n")));
}

TEST(BadInput, a_missing_file) {
  expect_refused(read_all("/nowhere/clip.mp4"), ErrorKind::not_found, "/nowhere/clip.mp4");
}

TEST(BadInput, an_empty_name) { expect_refused(read_all(""), ErrorKind::not_found, "no such file"); }

TEST(BadInput, a_text_file_called_mp4) {
  const TemporaryFolder folder;
  test::write(folder / "notes.mp4", "Dear diary,\nnothing moved today.\n");
  expect_refused(read_all((folder / "notes.mp4").string()), ErrorKind::corrupt, "not a video");
}

TEST(BadInput, zero_bytes) {
  const TemporaryFolder folder;
  for (const char* name : {"empty.mp4", "empty.jpg"}) {
    test::write(folder / name, "");
    expect_refused(read_all((folder / name).string()), ErrorKind::corrupt, "the file is empty");
  }
}

TEST(BadInput, an_mp4_that_was_cut_off_before_its_index) {
  const TemporaryFolder folder;
  test::make_h264_clip(folder / "whole.mp4");
  const std::string whole = test::contents(folder / "whole.mp4");
  test::write(folder / "cut.mp4", whole.substr(0, whole.size() / 2));
  expect_refused(read_all((folder / "cut.mp4").string()), ErrorKind::corrupt, "cut off");
}

class CutOff : public testing::TestWithParam<const char*> {};

TEST_P(CutOff, gives_the_good_frames_and_then_says_so) {
  const TemporaryFolder folder;
  const std::string whole_name = std::string{"whole."} + GetParam();
  test::make_clip(
      "-f lavfi -i testsrc2=size=320x180:rate=25:duration=4 -c:v libx264 -threads 1 -preset veryfast "
      "-pix_fmt yuv420p -movflags +faststart",
      folder / whole_name);
  const std::string whole = test::contents(folder / whole_name);
  const auto cut = folder / (std::string{"cut."} + GetParam());
  test::write(cut, whole.substr(0, whole.size() / 2));
  const Outcome outcome = read_all(cut.string());
  EXPECT_GE(outcome.frames, 30);
  EXPECT_LE(outcome.frames, 75);
  expect_refused(outcome, ErrorKind::corrupt, "breaks off");
}

INSTANTIATE_TEST_SUITE_P(Containers, CutOff, testing::Values("mp4", "mkv"),
                         [](const auto& parameter) { return std::string{parameter.param}; });

TEST(BadInput, a_picture_of_30000_by_30000) {
  // A PNG's size stands in its header (RFC 2083 section 4.1.1): nobody needs to make such a picture to claim it.
  const TemporaryFolder folder;
  std::string png = image::encode_png(BgrImage{{8, 8}}.view());
  for (const std::size_t at : {16U, 20U}) png.replace(at, 4, std::string{"\x00\x00\x75\x30", 4});
  test::write(folder / "huge.png", png);
  const Outcome outcome = read_all((folder / "huge.png").string());
  ASSERT_TRUE(outcome.error);
  EXPECT_TRUE(outcome.error->kind == ErrorKind::limit || outcome.error->kind == ErrorKind::corrupt);

  test::write(folder / "huge.mp4", png);  // and under a name that sends it to FFmpeg
  const Outcome disguised = read_all((folder / "huge.mp4").string());
  ASSERT_TRUE(disguised.error);
  EXPECT_EQ(disguised.frames, 0);
}

class Damaged : public testing::TestWithParam<const char*> {};

TEST_P(Damaged, h264_loses_only_what_is_damaged) {
  const TemporaryFolder folder;
  const std::string ending = GetParam();
  test::make_h264_clip(folder / ("whole." + ending), "-movflags +faststart");
  std::string bytes = test::contents(folder / ("whole." + ending));
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 4000; i += 7) bytes[i] = static_cast<char>(i * 31);
  test::write(folder / ("damaged." + ending), bytes);
  const Outcome outcome = read_all((folder / ("damaged." + ending)).string());
  EXPECT_FALSE(outcome.error) << outcome.error->message();
  EXPECT_GE(outcome.frames, 25);
  EXPECT_GT(outcome.counts.damaged, 0U);
  EXPECT_THAT(outcome.notes, testing::Contains(testing::HasSubstr("damaged")));
}

INSTANTIATE_TEST_SUITE_P(Containers, Damaged, testing::Values("ts", "mp4", "h264"),
                         [](const auto& parameter) { return std::string{parameter.param}; });

TEST(BadInput, a_video_of_which_nothing_can_be_decoded) {
  const TemporaryFolder folder;
  test::make_h264_clip(folder / "whole.mp4", "-movflags +faststart");
  std::string bytes = test::contents(folder / "whole.mp4");
  for (std::size_t i = bytes.find("mdat") + 4; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 37 % 251);
  test::write(folder / "noise.mp4", bytes);
  expect_refused(read_all((folder / "noise.mp4").string()), ErrorKind::corrupt, "not one picture");
}

TEST(BadInput, sound_without_pictures) {
  const TemporaryFolder folder;
  test::make_clip("-f lavfi -i sine=duration=1", folder / "sound.mp4");
  expect_refused(read_all((folder / "sound.mp4").string()), ErrorKind::corrupt, "no moving pictures");
}

TEST(BadInput, a_folder_without_images) {
  const TemporaryFolder folder;
  test::write(folder / "readme.txt", "no pictures here");
  expect_refused(read_all((folder / "").string()), ErrorKind::not_found, "no images");
}

TEST(BadInput, an_unknown_scheme_is_answered_with_the_known_ones) {
  const Outcome outcome = read_all("gopher://user:secret@host/1");
  expect_refused(outcome, ErrorKind::unsupported, "rtsp://");
  EXPECT_THAT(outcome.error->message(), testing::Not(testing::HasSubstr("secret")));
}

TEST(BadInput, a_device_that_is_not_there) {
  expect_refused(read_all("/dev/video97"), ErrorKind::not_found, "/dev/video97");
}

TEST(BadInput, a_playlist_in_a_file_may_not_lead_to_the_network) {
  const TemporaryFolder folder;
  test::write(folder / "list.m3u8",
              "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n");
  EXPECT_TRUE(read_all((folder / "list.m3u8").string()).error);
}

}  // namespace
}  // namespace regard::capture
