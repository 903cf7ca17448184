// Real servers, started here, killed here.
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>

#include "capture/capture.h"
#include "capture/io/test_material.h"

namespace regard::capture {
namespace {

using test::Deadline;
using test::Server;
using test::TemporaryFolder;

/// Remembers every state a source went through.
class States {
 public:
  StateListener listener() {
    return [this](CameraState state, const std::string&) {
      const std::lock_guard lock{mutex_};
      states_.push_back(state);
    };
  }
  [[nodiscard]] std::vector<CameraState> all() const {
    const std::lock_guard lock{mutex_};
    return states_;
  }
  [[nodiscard]] long times(CameraState state) const { return std::ranges::count(all(), state); }

 private:
  mutable std::mutex mutex_;
  std::vector<CameraState> states_;
};

std::unique_ptr<Source> open(const std::string& address, const SourceOptions& options = {},
                             const StateListener& listener = {}) {
  auto source = open_source(address, options, listener);
  EXPECT_TRUE(source) << source.error().message();
  return source ? std::move(*source) : nullptr;
}

/// Takes `count` frames and checks that each stands after the one before; returns the last.
std::optional<Frame> take(Source& source, int count, const Deadline& deadline, std::optional<Frame> last = {}) {
  for (int i = 0; i < count; ++i) {
    auto frame = source.next(deadline.token());
    EXPECT_TRUE(frame) << frame.error().message();
    if (!frame || !*frame) return std::nullopt;
    if (last) {
      EXPECT_GT((*frame)->position, last->position);
      EXPECT_GT((*frame)->index, last->index);
    }
    last = **frame;
  }
  return last;
}

SourceOptions quick() {
  SourceOptions options;
  options.first_retry = std::chrono::milliseconds{50};
  options.longest_retry = std::chrono::milliseconds{200};
  options.stall_after = std::chrono::seconds{3};
  return options;
}

class Rtsp : public testing::TestWithParam<const char*> {};

TEST_P(Rtsp, gives_frames_over_tcp) {
  const Server server{"rtsp_server.py", {"--codec", GetParam()}};
  const auto source = open(server.address("rtsp", "camera"), quick());
  const Deadline deadline;
  const auto frame = take(*source, 5, deadline);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->picture->size(), (Size{320, 240}));
  EXPECT_EQ(source->state(), CameraState::live);
  EXPECT_EQ(source->kind(), SourceKind::live);
}

INSTANTIATE_TEST_SUITE_P(Codecs, Rtsp, testing::Values("h264", "h265", "mjpeg"),
                         [](const auto& parameter) { return std::string{parameter.param}; });

TEST(Live, gives_frames_over_tls_from_a_camera_with_a_certificate_of_its_own) {
  const Server server{"rtsp_server.py", {"--codec", "h264", "--tls"}};
  const auto source = open(server.address("rtsps", "camera"), quick());
  EXPECT_TRUE(take(*source, 5, Deadline{}));
}

TEST(Live, gives_frames_over_udp) {
  const Server server{"rtsp_server.py", {"--codec", "h264"}};
  SourceOptions options = quick();
  options.rtsp_over_udp = true;
  const auto source = open(server.address("rtsp", "camera"), options);
  EXPECT_TRUE(take(*source, 5, Deadline{}));
}

TEST(Live, goes_on_when_the_server_was_killed_and_comes_back) {
  auto server = std::make_unique<Server>("rtsp_server.py", std::vector<std::string>{"--codec", "h264"});
  const std::string port = std::to_string(server->port());
  States states;
  const auto source = open(server->address("rtsp", "camera"), quick(), states.listener());
  const Deadline deadline;
  auto last = take(*source, 5, deadline);
  ASSERT_TRUE(last);
  server->kill();
  server = std::make_unique<Server>("rtsp_server.py", std::vector<std::string>{"--codec", "h264", "--port", port});
  while (states.times(CameraState::live) < 2 && last) last = take(*source, 1, deadline, last);
  EXPECT_TRUE(take(*source, 5, deadline, last));
  EXPECT_GE(source->counts().reconnections, 1U);
  EXPECT_EQ(states.all().front(), CameraState::connecting);
}

TEST(Live, notices_a_camera_that_falls_silent) {
  Server server{"rtsp_server.py", {"--codec", "h264"}};
  SourceOptions options = quick();
  options.stall_after = std::chrono::milliseconds{700};
  options.require_first_connection = false;
  States states;
  const Deadline deadline;
  std::stop_source stalled;
  const auto source =
      open(server.address("rtsp", "camera"), options, [&](CameraState state, const std::string& detail) {
        states.listener()(state, detail);
        if (state == CameraState::stalled) stalled.request_stop();
      });
  const auto last = take(*source, 3, deadline);
  ASSERT_TRUE(last);
  server.freeze();
  while (!stalled.stop_requested() && source->next(stalled.get_token())) {
  }
  EXPECT_EQ(states.times(CameraState::stalled), 1);
  server.thaw();
  EXPECT_TRUE(take(*source, 3, deadline, last));
  EXPECT_EQ(states.all().back(), CameraState::live);
}

class Passwords : public testing::TestWithParam<const char*> {};

TEST_P(Passwords, open_the_camera_when_right_and_are_refused_when_wrong) {
  const Server server{"rtsp_server.py", {"--user", "guard", "--password", "p@ss:w/rd", "--auth", GetParam()}};
  SourceOptions options = quick();
  options.credentials = Credentials{"guard", "p@ss:w/rd"};
  EXPECT_TRUE(take(*open(server.address("rtsp", "camera"), options), 2, Deadline{}));

  options.credentials = Credentials{"guard", "wrong"};
  const auto frame = open(server.address("rtsp", "camera"), options)->next(Deadline{}.token());
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().kind, ErrorKind::denied);
  EXPECT_EQ(frame.error().message().find("wrong"), std::string::npos) << frame.error().message();

  options.credentials.reset();
  EXPECT_TRUE(take(*open(server.address("rtsp", "camera", "guard:p%40ss%3Aw%2Frd"), options), 2, Deadline{}));
}

INSTANTIATE_TEST_SUITE_P(Methods, Passwords, testing::Values("basic", "digest"),
                         [](const auto& parameter) { return std::string{parameter.param}; });

TEST(Live, says_that_a_host_cannot_be_reached) {
  int port = 0;
  {
    const Server server{"camera_server.py", {}};
    port = server.port();
  }
  for (const char* scheme : {"rtsp", "http", "rtmp"}) {
    const auto source = open(std::string{scheme} + "://user:secret@127.0.0.1:" + std::to_string(port) + "/x", quick());
    const auto frame = source->next(Deadline{}.token());
    ASSERT_FALSE(frame) << scheme;
    EXPECT_EQ(frame.error().kind, ErrorKind::unavailable) << frame.error().message();
    EXPECT_EQ(frame.error().message().find("secret"), std::string::npos) << frame.error().message();
    EXPECT_EQ(source->state(), CameraState::failed);
  }
}

TEST(Live, keeps_trying_when_told_so) {
  int port = 0;
  {
    const Server server{"camera_server.py", {}};
    port = server.port();
  }
  SourceOptions options = quick();
  options.require_first_connection = false;
  const TemporaryFolder folder;
  test::make_clip("-f lavfi -i testsrc2=size=160x120:rate=25:duration=0.2", folder / "%03d.jpg");
  std::stop_source failed;
  const auto source =
      open("http://127.0.0.1:" + std::to_string(port) + "/stream", options, [&](CameraState state, const std::string&) {
        if (state == CameraState::failed) failed.request_stop();
      });
  ASSERT_TRUE(source->next(failed.get_token()));
  EXPECT_EQ(source->state(), CameraState::failed);
  const Server server{"camera_server.py", {"--port", std::to_string(port), "--frames", (folder / "").string()}};
  EXPECT_TRUE(take(*source, 2, Deadline{}));
}

TEST(Live, stops_at_once_when_asked) {
  const Server server{"camera_server.py", {}};
  const auto source = open(server.address("http", "silent"), SourceOptions{});
  std::stop_source stop;
  std::jthread asker{[&] { stop.request_stop(); }};
  const auto frame = source->next(stop.get_token());
  ASSERT_TRUE(frame);
  EXPECT_FALSE(*frame);
}

class Pushed : public testing::TestWithParam<const char*> {};

TEST_P(Pushed, gives_frames) {
  const std::string scheme = GetParam();
  const Server server{"push_server.py", {scheme}};
  SourceOptions options = quick();
  options.require_first_connection = false;  // the sender may need a moment
  const auto source = open(server.address(scheme, scheme == "rtmp" ? "live/camera" : ""), options);
  const auto frame = take(*source, 5, Deadline{});
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->picture->size(), (Size{320, 180}));
}

INSTANTIATE_TEST_SUITE_P(Protocols, Pushed, testing::Values("udp", "srt", "rtmp"),
                         [](const auto& parameter) { return std::string{parameter.param}; });

class Http : public testing::Test {
 protected:
  void SetUp() override {
    test::make_clip("-f lavfi -i testsrc2=size=320x180:rate=25:duration=1 -q:v 4", folder_ / "%03d.jpg");
  }
  std::vector<std::string> arguments(std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--frames", (folder_ / "").string(), "--files", (folder_ / "").string()});
    return more;
  }
  TemporaryFolder folder_;
};

TEST_F(Http, motion_jpeg_gives_frames_and_comes_back_after_a_restart) {
  auto server = std::make_unique<Server>("camera_server.py", arguments());
  const std::string port = std::to_string(server->port());
  States states;
  const auto source = open(server->address("http", "stream"), quick(), states.listener());
  const Deadline deadline;
  auto last = take(*source, 5, deadline);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->picture->size(), (Size{320, 180}));
  server->kill();
  server = std::make_unique<Server>("camera_server.py", arguments({"--port", port}));
  while (states.times(CameraState::live) < 2 && last) last = take(*source, 1, deadline, last);
  EXPECT_TRUE(take(*source, 5, deadline, last));
}

TEST_F(Http, motion_jpeg_leaves_frames_undecoded_that_are_not_due) {
  const Server server{"camera_server.py", arguments()};
  SourceOptions options = quick();
  options.frames_per_second = 4;
  const auto source = open(server.address("http", "stream"), options);
  ASSERT_TRUE(take(*source, 8, Deadline{}));
  const SourceCounts counts = source->counts();
  EXPECT_GT(counts.skipped, counts.decoded);
}

TEST_F(Http, wrong_credentials_are_denied) {
  const Server server{"camera_server.py", arguments({"--user", "guard", "--password", "right"})};
  const auto refused = open(server.address("http", "stream", "guard:wrong"), quick())->next(Deadline{}.token());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
  SourceOptions options = quick();
  options.credentials = Credentials{"guard", "right"};
  EXPECT_TRUE(take(*open(server.address("http", "stream"), options), 2, Deadline{}));
}

TEST_F(Http, what_is_no_video_is_an_error) {
  const Server server{"camera_server.py", arguments()};
  const auto garbage = open(server.address("http", "garbage"), quick())->next(Deadline{}.token());
  ASSERT_FALSE(garbage);
  EXPECT_EQ(garbage.error().kind, ErrorKind::corrupt) << garbage.error().message();
  const auto missing = open(server.address("http", "nothing"), quick())->next(Deadline{}.token());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found) << missing.error().message();
}

TEST_F(Http, the_newest_frame_wins_when_the_reader_is_slow) {
  const Server server{"camera_server.py", arguments({"--rate", "100"})};
  const auto source = open(server.address("http", "stream"), quick());
  const Deadline deadline;
  const auto first = take(*source, 1, deadline);
  while (source->counts().dropped < 20 && !deadline.token().stop_requested()) std::this_thread::yield();
  const auto second = take(*source, 1, deadline, first);
  ASSERT_TRUE(first && second);
  EXPECT_GE(second->index - first->index, 20U);
}

TEST_F(Http, a_finished_hls_playlist_plays_to_its_end) {
  test::make_h264_clip(folder_ / "list.m3u8", "-f hls -hls_time 1 -hls_playlist_type vod");
  const Server server{"camera_server.py", arguments()};
  States states;
  const auto source = open(server.address("http", "files/list.m3u8"), quick(), states.listener());
  const Deadline deadline;
  int frames = 0;
  while (take(*source, 1, deadline)) ++frames;
  EXPECT_GE(frames, 40);
  EXPECT_EQ(source->state(), CameraState::ended);
}

TEST_F(Http, a_live_hls_playlist_goes_on) {
  test::make_clip(
      "-f lavfi -i testsrc2=size=320x180:rate=25:duration=20 -c:v libx264 -threads 1 -preset ultrafast "
      "-pix_fmt yuv420p -g 25 -f hls -hls_time 1 -hls_list_size 0",
      folder_ / "list.m3u8");
  const Server server{"camera_server.py", arguments({"--live-hls", "1"})};
  const auto source = open(server.address("http", "files/list.m3u8"), quick());
  const auto last = take(*source, 100, Deadline{});
  ASSERT_TRUE(last);
  EXPECT_NEAR(seconds(last->position), 4.0, 1.5);
}

}  // namespace
}  // namespace regard::capture
