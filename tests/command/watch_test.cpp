// `regard watch` from outside: synthetic people in, events and blurred video out; and what bad input gets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>

#include "installation.h"

namespace regard::tests {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

using Watch = WithNetworks;

std::vector<Json> events(const std::string& text) {
  std::vector<Json> result;
  for (const std::string& line : lines(text)) result.push_back(Json::parse(line));
  return result;
}

std::size_t count(const std::vector<Json>& events, const std::string& event, const std::string& kind) {
  return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), [&](const Json& one) {
    return one["event"] == event && one.value("kind", "") == kind;
  }));
}

int frames_in(const std::string& video) {
  const Finished probe = run("ffprobe", {"-v", "error", "-count_packets", "-select_streams", "v", "-show_entries",
                                         "stream=nb_read_packets", "-of", "csv=p=0", video});
  return std::atoi(probe.out.c_str());
}

const std::string lobby = "cast:lobby?people=3&seed=1&seconds=5&size=640x360";

TEST_F(Watch, follows_synthetic_people_and_ends_with_a_summary) {
  const Finished watched = run(program(), {"watch", lobby, "--json"});
  ASSERT_EQ(watched.status, 0) << watched.err;
  const std::vector<Json> all = events(watched.out);
  EXPECT_GE(count(all, "track_started", "person"), 2U);
  EXPECT_EQ(count(all, "track_started", "person"), count(all, "track_ended", "person"));
  EXPECT_EQ(all.front()["event"], "camera_state");
  const Json& summary = all.back();
  EXPECT_EQ(summary["event"], "summary");
  EXPECT_EQ(summary["frames"]["analysed"].get<int>() + summary["frames"]["still"].get<int>(), 50);
  EXPECT_GT(summary["cpu_seconds"], 0);
  EXPECT_GT(summary["peak_memory_bytes"], 1'000'000);
}

TEST_F(Watch, a_recording_ends_after_the_last_of_its_tracks) {
  const Finished watched = run(program(), {"watch", lobby, "--json"});
  ASSERT_EQ(watched.status, 0) << watched.err;
  const std::vector<Json> all = events(watched.out);
  ASSERT_GE(all.size(), 3U);
  const Json& last = all[all.size() - 2];  // before the summary
  EXPECT_EQ(last["event"], "camera_state") << watched.out;
  EXPECT_EQ(last["state"], "ended") << watched.out;
  EXPECT_EQ(all[all.size() - 3]["event"], "track_ended") << watched.out;
}

TEST_F(Watch, events_follow_their_schema) {
  const TemporaryFolder folder;
  const Finished watched = run(program(), {"watch", lobby, "--events", folder / "events.jsonl", "--classes", "all"});
  ASSERT_EQ(watched.status, 0) << watched.err;
  const Finished checked =
      run("/usr/bin/python3", {REGARD_SOURCE_DIR "/tests/command/check_events.py",
                               REGARD_SOURCE_DIR "/api/events.schema.json", folder / "events.jsonl"});
  EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
}

TEST_F(Watch, a_recorded_run_replays_to_the_same_events) {
  const auto without_times = [](const std::string& text) {
    std::vector<Json> all = events(text);
    all.pop_back();  // the summary: CPU time is never the same twice
    for (Json& event : all) event.erase("time");
    return all;
  };
  const Finished first = run(program(), {"watch", lobby, "--json"});
  const Finished second = run(program(), {"watch", lobby, "--json"});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_EQ(without_times(first.out), without_times(second.out));
}

TEST_F(Watch, the_saved_video_shows_people_but_no_face) {
  const TemporaryFolder folder;
  const std::string scene = "cast:portrait?people=2&seed=3&seconds=4&size=640x480";
  const Finished plain = run(program(), {"watch", scene, "--json", "--save", folder / "saved.mp4"});
  ASSERT_EQ(plain.status, 0) << plain.err;
  EXPECT_GE(count(events(plain.out), "track_started", "face"), 1U);
  const Finished blurred = run(program(), {"watch", folder / "saved.mp4", "--json", "--every-frame"});
  ASSERT_EQ(blurred.status, 0) << blurred.err;
  EXPECT_EQ(count(events(blurred.out), "track_started", "face"), 0U)
      << "the face network still finds a face in the blurred video";
  EXPECT_EQ(frames_in(folder / "saved.mp4"), 40);
}

TEST_F(Watch, faces_are_blurred_also_when_only_cars_are_wanted) {
  const TemporaryFolder folder;
  const std::string scene = "cast:portrait?people=2&seed=3&seconds=2&size=640x480";
  const Finished plain = run(program(), {"watch", scene, "--json", "--classes", "car", "--save", folder / "saved.mp4"});
  ASSERT_EQ(plain.status, 0) << plain.err;
  EXPECT_EQ(count(events(plain.out), "track_started", "face"), 0U);
  const Finished blurred = run(program(), {"watch", folder / "saved.mp4", "--json", "--every-frame"});
  EXPECT_EQ(count(events(blurred.out), "track_started", "face"), 0U);
}

TEST_F(Watch, ctrl_c_ends_cleanly_and_the_file_plays) {
  const TemporaryFolder folder;
  Running watching{program(),
                   {"watch", "cast:lobby?people=3&seed=1&size=640x360", "--json", "--save", folder / "saved.mp4"}};
  ASSERT_TRUE(watching.says("track_started"));
  watching.signal(SIGINT);
  const Finished ended = watching.wait();
  EXPECT_EQ(ended.status, 0) << ended.err;
  const std::vector<Json> all = events(ended.out);
  EXPECT_EQ(all.back()["event"], "summary");
  EXPECT_EQ(count(all, "track_started", "person"), count(all, "track_ended", "person"));
  EXPECT_GT(frames_in(folder / "saved.mp4"), 0);
}

TEST_F(Watch, what_was_written_survives_kill_9) {
  const TemporaryFolder folder;
  Running watching{
      program(),
      {"watch", "cast:lobby?people=3&seed=1&size=640x360&seconds=600", "--json", "--save", folder / "saved.mp4"}};
  ASSERT_TRUE(watching.says("track_ended"));
  watching.signal(SIGKILL);
  const Finished ended = watching.wait();
  for (const std::string& line : lines(ended.out)) EXPECT_TRUE(Json::accept(line)) << line;
  EXPECT_GT(frames_in(folder / "saved.mp4"), 0);
}

TEST_F(Watch, one_bad_source_does_not_stop_the_others) {
  const Finished watched =
      run(program(), {"watch", "/nonexistent/door.mp4", lobby, "--name", "door", "--name", "hall", "--json"});
  EXPECT_EQ(watched.status, 2);
  EXPECT_THAT(watched.err, HasSubstr("/nonexistent/door.mp4"));
  const std::vector<Json> all = events(watched.out);
  EXPECT_GE(count(all, "track_started", "person"), 2U);
  EXPECT_EQ(all.back()["cameras"][0]["camera"], "hall");
}

TEST_F(Watch, two_cameras_have_numbers_of_their_own) {
  const Finished watched = run(program(), {"watch", lobby, lobby, "--json"});
  ASSERT_EQ(watched.status, 0) << watched.err;
  const Json summary = events(watched.out).back();
  ASSERT_EQ(summary["cameras"].size(), 2U);
  EXPECT_NE(summary["cameras"][0]["camera"], summary["cameras"][1]["camera"]);
  EXPECT_EQ(summary["cameras"][0]["tracks"], summary["cameras"][1]["tracks"]);
}

TEST_F(Watch, duration_stops_an_endless_scene) {
  const Finished watched = run(program(), {"watch", "cast:lobby?people=2&size=320x180", "--duration", "1", "--json"});
  EXPECT_EQ(watched.status, 0) << watched.err;
}

TEST_F(Watch, a_full_disk_is_said) {
  const Finished watched = run(program(), {"watch", lobby, "--events", "/dev/full"});
  EXPECT_EQ(watched.status, 2);
  EXPECT_THAT(watched.err, HasSubstr("writing events to /dev/full: No space left on device"));
}

TEST_F(Watch, a_track_goes_on_when_the_camera_comes_back) {
  const TemporaryFolder folder;
  // One person, looking at the camera: pictures for an MJPEG camera.
  ASSERT_EQ(run(program(),
                {"cast", "render", "portrait?people=1&seed=4&size=640x480&fps=10", folder / "p.mp4", "--seconds", "2"})
                .status,
            0);
  ASSERT_EQ(run("ffmpeg", {"-v", "error", "-i", folder / "p.mp4", "-q:v", "3", folder / "%03d.jpg"}).status, 0);
  const std::string server = REGARD_SOURCE_DIR "/tests/servers/camera_server.py";
  auto camera = std::make_unique<Running>("/usr/bin/python3",
                                          std::vector<std::string>{server, "--frames", folder.path(), "--rate", "10"});
  ASSERT_TRUE(camera->says("\n"));
  const std::string port = std::regex_replace(lines(camera->out()).front(), std::regex{"[^0-9]"}, "");
  Running watching{
      program(),
      {"watch", "http://127.0.0.1:" + port + "/stream", "--fps", "10", "--classes", "face", "--json", "--every-frame"}};
  ASSERT_TRUE(watching.says("track_started")) << watching.out();
  camera.reset();
  ASSERT_TRUE(watching.says("\"connecting\",\"detail\"") || watching.says("stalled")) << watching.out();
  camera = std::make_unique<Running>(
      "/usr/bin/python3", std::vector<std::string>{server, "--frames", folder.path(), "--rate", "10", "--port", port});
  const auto live_again = [](const std::string& out) {
    std::size_t live = 0;
    for (std::size_t at = 0; (at = out.find("\"state\":\"live\"", at)) != std::string::npos; ++at) ++live;
    return live >= 2;
  };
  for (int i = 0; i < 600 && !live_again(watching.out()); ++i) static_cast<void>(::usleep(100'000));
  ASSERT_TRUE(live_again(watching.out())) << watching.out();
  ::usleep(1'500'000);  // frames after the return
  watching.signal(SIGINT);
  const Finished ended = watching.wait();
  const std::vector<Json> all = events(ended.out);
  EXPECT_GE(all.back()["cameras"][0]["reconnections"], 1);
  EXPECT_EQ(count(all, "track_started", "face"), 1U) << ended.out;
}

struct BadInput {
  std::string name;
  std::vector<std::string> sources;
  std::string doing;  ///< expected in the message
  std::string cause;
};

class BadInputs : public Watch {
 protected:
  TemporaryFolder folder_;

  std::string make(const std::string& name, const std::string& text) {
    test::write(folder_ / name, text);
    return folder_ / name;
  }
  /// Exit status 2 and one line on standard error that names the source, says why and what to do.
  void refused(const std::string& source, const std::string& cause_pattern, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"watch", source, "--events", folder_ / "events.jsonl"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished watched = run(program(), arguments);
    EXPECT_EQ(watched.status, 2) << source;
    const std::vector<std::string> said = lines(watched.err);
    ASSERT_EQ(said.size(), 1U) << source << "\n" << watched.err;
    EXPECT_TRUE(said[0].starts_with("regard: ")) << said[0];
    EXPECT_TRUE(std::regex_search(said[0], std::regex{cause_pattern})) << said[0];
    EXPECT_NE(said[0].find("; "), std::string::npos) << "what to do is missing: " << said[0];
  }
};

TEST_F(BadInputs, missing_file) { refused("/nonexistent/a.mp4", "/nonexistent/a\\.mp4"); }
TEST_F(BadInputs, text_called_mp4) { refused(make("a.mp4", "dear camera, this is a letter\n"), "a\\.mp4"); }
TEST_F(BadInputs, zero_bytes) { refused(make("empty.mp4", ""), "empty"); }
TEST_F(BadInputs, truncated_mp4) {
  ASSERT_EQ(run("ffmpeg",
                {"-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=2", folder_ / "whole.mp4"})
                .status,
            0);
  const std::string whole = contents(folder_ / "whole.mp4");
  refused(make("cut.mp4", whole.substr(0, whole.size() / 2)), "cut\\.mp4");
}
TEST_F(BadInputs, damaged_h264) {
  ASSERT_EQ(run("ffmpeg", {"-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=2", "-f", "h264",
                           folder_ / "a.h264"})
                .status,
            0);
  std::string stream = contents(folder_ / "a.h264");
  for (std::size_t i = 8; i < stream.size(); ++i)
    stream[i] = static_cast<char>(stream[i] ^ static_cast<char>(i * 31 + 7));
  refused(make("damaged.h264", stream), "damaged\\.h264");
}
TEST_F(BadInputs, huge_image) {
  std::string ppm = "P6\n30000 30000\n255\n";
  refused(make("huge.ppm", ppm), "30000 x 30000|30000x30000");
}
TEST_F(BadInputs, unreachable_host) { refused("rtsp://127.0.0.1:1/camera", "rtsp://127\\.0\\.0\\.1:1/camera"); }
TEST_F(BadInputs, unknown_scheme) { refused("gopher://host/x", "gopher.*rtsp"); }
TEST_F(BadInputs, unknown_scene) { refused("cast:theatre", "theatre.*lobby"); }
TEST_F(BadInputs, folder_without_images) { refused(folder_.path(), "image"); }
TEST_F(BadInputs, unknown_class) { refused(lobby, "persn.*person", {"--classes", "persn"}); }
TEST_F(BadInputs, folder_of_networks_that_is_empty) { refused(lobby, "models install", {"--models", folder_.path()}); }
TEST_F(BadInputs, save_into_a_missing_folder) {
  refused(lobby, "/nonexistent/x\\.mp4", {"--save", "/nonexistent/x.mp4"});
}
TEST_F(BadInputs, wrong_password) {
  const std::string server = REGARD_SOURCE_DIR "/tests/servers/camera_server.py";
  make("001.jpg", "unused");
  Running camera{"/usr/bin/python3",
                 {server, "--frames", folder_.path(), "--user", "guard", "--password", "secret-of-the-camera"}};
  ASSERT_TRUE(camera.says("\n"));
  const std::string port = std::regex_replace(lines(camera.out()).front(), std::regex{"[^0-9]"}, "");
  refused("http://guard:not-the-password@127.0.0.1:" + port + "/stream", "password|credentials");
  const Finished watched =
      run(program(), {"watch", "http://guard:not-the-password@127.0.0.1:" + port + "/stream", "--json"});
  EXPECT_EQ((watched.out + watched.err).find("not-the-password"), std::string::npos) << "a password was printed";
}

TEST(Command, unknown_words_are_status_2) {
  EXPECT_EQ(run(program(), {"wach"}).status, 2);
  EXPECT_EQ(run(program(), {"watch", "--fps", "no", "x"}).status, 2);
  EXPECT_EQ(run(program(), {}).status, 2);
  EXPECT_EQ(run(program(), {"--version"}).status, 0);
}

}  // namespace
}  // namespace regard::tests
