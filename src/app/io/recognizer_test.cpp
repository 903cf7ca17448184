#include "app/recognizer.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "app/people_commands.h"
#include "cast/cast.h"
#include "files.h"

namespace regard::app {
namespace {

/// One synthetic person in front of a camera, enrolled for access, with the installed networks.
class Recognizing : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* named = std::getenv("REGARD_MODELS");
    const std::string networks = named != nullptr ? named : REGARD_SOURCE_DIR "/build/models";
    if (!std::filesystem::exists(networks)) GTEST_SKIP() << "no networks in " << networks << ": run script/setup";
    options_.folder = networks;
    data_ = DataFolder::open({.folder = folder_ / "data", .passphrase_file = {}}).value();
    portrait_ = open_picture_networks(options_, data_->clock()).value();
    tracked_ = open_track_networks(options_, data_->clock()).value();
    ASSERT_TRUE(data_->facts().add(actor_, {id_, "Ada", data_->clock().now()}));
    consent::Consent consent;
    consent.id = {"consent_1"};
    consent.subject = id_;
    consent.purposes = {consent::Purpose::access};
    consent.controller = "the test";
    consent.policy_address = "none";
    consent.jurisdiction = "EU";
    consent.method = "paper";
    consent.issued = consent.starts = data_->clock().now();
    consent.expires = consent.issued + std::chrono::hours{24};
    consent.retention = std::chrono::hours{24};
    consent.receipt = "none";
    const auto granted = data_->facts().grant(actor_, consent);
    ASSERT_TRUE(granted) << granted.error().message();
    const auto made =
        create_gallery(*data_, actor_, {.name = {"staff"}, .purpose = consent::Purpose::access, .zones = {{"door"}}});
    ASSERT_TRUE(made) << made.error().message();
    ASSERT_TRUE(put_cameras(*data_, actor_, {"door"}, {camera_}));
    const FacePicture face = good_face(*portrait_, picture(), "portrait").value();
    points_ = *face.face.points;
    box_ = face.face.box;
    const auto enrolled = enrol(*data_, portrait_->embedder, actor_, id_, {"staff"}, {&face, 1}, {});
    ASSERT_TRUE(enrolled) << enrolled.error().message();
  }

  static std::shared_ptr<const capture::Picture> picture() {
    cast::SceneOptions scene;
    scene.kind = cast::SceneKind::portrait;
    scene.seed = 7;
    return capture::make_picture(cast::Stage{scene}.render(0).picture.pixels());
  }

  /// Shows the face to `recognizer` at `position`, as the pipeline does.
  void show(Recognizer& recognizer, Duration position) {
    track::Track track;
    track.id = TrackId{1};
    track.body = TrackId{2};
    track.kind = detect::Kind::face;
    track.state = track::State::confirmed;
    track.box = box_;
    track.points = points_;
    track.last_seen = position;
    const capture::Frame frame{0, position, data_->clock().now(), picture()};
    const auto looked = recognizer.look({frame, {}, {&track, 1}});
    ASSERT_TRUE(looked) << looked.error().message();
  }

  const test::TemporaryFolder folder_;
  const consent::Actor actor_{"test"};
  const consent::SubjectId id_{"person_ada"};
  const CameraName camera_{"door-camera"};
  NetworkOptions options_;
  std::unique_ptr<DataFolder> data_;
  std::optional<PictureNetworks> portrait_;
  std::optional<TrackNetworks> tracked_;
  FacePoints points_;
  PixelBox box_;
};

TEST_F(Recognizing, a_name_goes_from_the_picture_when_the_person_is_erased) {
  using namespace std::chrono_literals;
  int identified = 0;
  Recognizer recognizer{*data_,
                        *tracked_,
                        {actor_, {"staff"}, {"door"}, camera_},
                        [&](const events::Event&) {
                          ++identified;
                          return Result<void>{};
                        },
                        [](const std::string& words) { ADD_FAILURE() << words; },
                        {.shots = 1}};
  show(recognizer, 0s);
  EXPECT_EQ(identified, 1);
  EXPECT_EQ(recognizer.names().at(TrackId{1}), "Ada");
  EXPECT_EQ(recognizer.names().at(TrackId{2}), "Ada") << "the body that the face belongs to";
  show(recognizer, 5s);
  EXPECT_EQ(recognizer.names().count(TrackId{1}), 1U) << "still enrolled";
  ASSERT_TRUE(data_->facts().erase(actor_, id_));
  show(recognizer, 7s);
  EXPECT_TRUE(recognizer.names().empty());
  EXPECT_EQ(identified, 1);
}

}  // namespace
}  // namespace regard::app
