#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "events/events.h"

namespace regard::events {
namespace {

using Json = nlohmann::json;

Timestamp noon() {
  using namespace std::chrono;
  return sys_days{year{2026} / 3 / 1} + 12h;
}

TEST(EventJson, a_started_track_says_where_when_and_what) {
  const TrackEvent event{.type = TrackEvent::Type::started,
                         .camera = {"door"},
                         .time = noon(),
                         .track = {7},
                         .kind = detect::Kind::person,
                         .object = {0},
                         .box = {0.1F, 0.25F, 0.5F, 0.123456F},
                         .score = {0.87F},
                         .duration = std::chrono::milliseconds{1500},
                         .body = {}};
  EXPECT_EQ(to_json(event),
            R"({"event":"track_started","camera":"door","time":"2026-03-01T12:00:00.000Z","track":7,"kind":"person",)"
            R"("class":"person","box":[0.1,0.25,0.5,0.1235],"score":0.87,"duration":1.5})");
}

TEST(EventJson, a_face_names_its_body) {
  TrackEvent event{};
  event.type = TrackEvent::Type::ended;
  event.kind = detect::Kind::face;
  event.body = {3};
  const Json json = Json::parse(to_json(event));
  EXPECT_EQ(json["event"], "track_ended");
  EXPECT_EQ(json["class"], "face");
  EXPECT_EQ(json["body"], 3);
}

TEST(EventJson, a_camera_state_carries_words) {
  const Json json =
      Json::parse(to_json(CameraEvent{{"yard"}, noon(), capture::CameraState::stalled, "no frame for 5 s"}));
  EXPECT_EQ(json["event"], "camera_state");
  EXPECT_EQ(json["state"], "stalled");
  EXPECT_EQ(json["detail"], "no frame for 5 s");
}

TEST(EventJson, the_summary_adds_the_cameras_up) {
  Summary summary{.time = noon(), .cameras = {}, .cpu_seconds = 1.25, .wall_seconds = 2, .peak_memory_bytes = 1000};
  Summary::Camera one;
  one.name = {"a"};
  one.decoded = 10;
  one.analysed = 4;
  one.skipped = 6;
  one.tracks = {{"person", 2}};
  Summary::Camera other = one;
  other.name = {"b"};
  other.tracks = {{"person", 1}, {"car", 5}};
  summary.cameras = {one, other};
  const Json json = Json::parse(to_json(summary));
  EXPECT_EQ(json["frames"]["decoded"], 20);
  EXPECT_EQ(json["frames"]["analysed"], 8);
  EXPECT_EQ(json["frames"]["skipped"], 12);
  EXPECT_EQ(json["tracks"]["person"], 3);
  EXPECT_EQ(json["tracks"]["car"], 5);
  EXPECT_EQ(json["cameras"][1]["camera"], "b");
  EXPECT_EQ(json["cpu_seconds"], 1.25);
}

TEST(EventJson, text_that_is_not_utf8_does_not_stop_an_event) {
  const std::string line = to_json(CameraEvent{{"caf\xE9"}, noon(), capture::CameraState::live, "\xFF\xFE"});
  EXPECT_TRUE(Json::accept(line));
}

}  // namespace
}  // namespace regard::events
