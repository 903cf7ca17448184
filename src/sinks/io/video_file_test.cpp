extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <gtest/gtest.h>

#include <filesystem>

#include "files.h"
#include "sinks/sinks.h"

namespace regard::sinks {
namespace {

using test::TemporaryFolder;

struct Played {
  int frames = 0;
  double last_second = 0;
  int width = 0;
};

/// What FFmpeg's own demuxer finds in the file.
Played play(const std::filesystem::path& file) {
  Played played;
  AVFormatContext* format = nullptr;
  if (avformat_open_input(&format, file.c_str(), nullptr, nullptr) < 0) return played;
  avformat_find_stream_info(format, nullptr);
  AVPacket* packet = av_packet_alloc();
  while (av_read_frame(format, packet) >= 0) {
    ++played.frames;
    played.last_second = static_cast<double>(packet->pts) * av_q2d(format->streams[0]->time_base);
    played.width = format->streams[0]->codecpar->width;
    av_packet_unref(packet);
  }
  av_packet_free(&packet);
  avformat_close_input(&format);
  return played;
}

events::RedactedImage picture(int number) {
  BgrImage pixels{Size{160, 90}, static_cast<std::uint8_t>(number * 5)};
  return events::redact(std::move(pixels), {});
}

TEST(VideoFile, keeps_every_picture_at_its_time) {
  const TemporaryFolder folder;
  auto video = VideoFile::create(folder / "a.mp4", {160, 90}, {});
  ASSERT_TRUE(video) << video.error().message();
  for (int i = 0; i < 30; ++i) ASSERT_TRUE((*video)->write(picture(i), std::chrono::milliseconds{i * 100}));
  ASSERT_TRUE((*video)->finish());
  const Played played = play(folder / "a.mp4");
  EXPECT_EQ(played.frames, 30);
  EXPECT_NEAR(played.last_second, 2.9, 0.01);
  EXPECT_EQ(played.width, 160);
}

TEST(VideoFile, can_be_played_when_it_was_never_finished) {
  const TemporaryFolder folder;
  auto video = VideoFile::create(folder / "a.mp4", {160, 90}, {.frames_per_second = 5});
  ASSERT_TRUE(video);
  for (int i = 0; i < 200; ++i) ASSERT_TRUE((*video)->write(picture(i % 50), std::chrono::milliseconds{i * 200}));
  std::filesystem::copy_file(folder / "a.mp4", folder / "killed.mp4");  // what a kill -9 leaves
  EXPECT_GT(play(folder / "killed.mp4").frames, 50);
}

TEST(VideoFile, odd_sides_lose_a_pixel) {
  const TemporaryFolder folder;
  auto video = VideoFile::create(folder / "a.mp4", {161, 91}, {});
  ASSERT_TRUE(video);
  ASSERT_TRUE((*video)->write(events::redact(BgrImage{Size{161, 91}}, {}), Duration{}));
  ASSERT_TRUE((*video)->finish());
  EXPECT_EQ(play(folder / "a.mp4").width, 160);
}

TEST(VideoFile, positions_that_do_not_grow_still_give_a_file) {
  const TemporaryFolder folder;
  auto video = VideoFile::create(folder / "a.mp4", {160, 90}, {});
  ASSERT_TRUE(video);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE((*video)->write(picture(i), Duration{}));
  ASSERT_TRUE((*video)->finish());
  EXPECT_EQ(play(folder / "a.mp4").frames, 5);
}

TEST(VideoFile, a_folder_that_is_not_there_is_said) {
  const auto video = VideoFile::create("/nonexistent/a.mp4", {160, 90}, {});
  ASSERT_FALSE(video);
  EXPECT_NE(video.error().message().find("/nonexistent/a.mp4"), std::string::npos);
}

TEST(VideoFile, a_full_disk_is_an_error_not_a_crash) {
  auto video = VideoFile::create("/dev/full", {160, 90}, {.frames_per_second = 1});
  bool refused = !video;
  for (int i = 0; video && i < 100 && !refused; ++i)
    refused = !(*video)->write(picture(i % 50), std::chrono::seconds{i});
  if (video && !refused) refused = !(*video)->finish();
  EXPECT_TRUE(refused);
}

TEST(EventLines, are_appended_and_flushed_line_by_line) {
  const TemporaryFolder folder;
  const std::string file = (folder / "events.jsonl").string();
  const events::Event event = events::CameraEvent{{"a"}, Timestamp{}, capture::CameraState::live, ""};
  for (int i = 0; i < 2; ++i) {
    auto lines = EventLines::open(file);
    ASSERT_TRUE(lines);
    ASSERT_TRUE((*lines)->write(event));
    EXPECT_EQ(std::filesystem::file_size(file), (events::to_json(event).size() + 1) * static_cast<std::size_t>(i + 1));
  }
}

TEST(EventLines, a_full_disk_is_said) {
  auto lines = EventLines::open("/dev/full");
  ASSERT_TRUE(lines);
  const auto written = (*lines)->write(events::CameraEvent{{"a"}, Timestamp{}, capture::CameraState::live, ""});
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message().find("/dev/full"), std::string::npos);
}

}  // namespace
}  // namespace regard::sinks
