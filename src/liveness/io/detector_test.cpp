#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "cast/cast.h"
#include "files.h"
#include "image/image.h"
#include "liveness/liveness.h"

namespace regard::liveness {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const infer::Model> open(const fs::path& file) {
  auto opened = infer::Model::open(file);
  EXPECT_TRUE(opened) << opened.error().message();
  return std::make_shared<const infer::Model>(std::move(*opened));
}

class LivenessDetector : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto shared = test::shared_folder();
    if (!shared || !fs::exists(*shared / "models/yunet_n_dynamic.onnx")) {
      GTEST_SKIP() << "the shared networks are not here: set REGARD_SHARED";
    }
    models_ = *shared / "models";
    faces_.emplace(detect::FaceDetector::create(open(models_ / "yunet_n_dynamic.onnx")).value());
  }
  [[nodiscard]] Detector standard() const {
    return Detector::create(
               {open(models_ / "minifasnet_v2_2.7_80x80.onnx"), open(models_ / "minifasnet_v1se_4.0_80x80.onnx")})
        .value();
  }
  /// Three frames of somebody at a desk, or of a sheet or screen that shows them.
  [[nodiscard]] std::vector<Observation> look(const Detector& detector, const std::string& attack) const {
    cast::SceneOptions options;
    options.kind = cast::SceneKind::desk;
    options.seed = 61;  // no seed on which a threshold was chosen
    options.attack = attack;
    cast::Stage stage{options};
    std::vector<Observation> seen;
    for (const std::uint64_t frame : {5, 60, 130}) {
      const auto picture = capture::make_picture(BgrImage{stage.render(frame).picture.pixels()});
      const auto found = faces_->detect(*picture);
      EXPECT_TRUE(found && !found->empty());
      if (!found || found->empty()) continue;
      auto observation = detector.look(*picture, found->front());
      EXPECT_TRUE(observation) << observation.error().message();
      seen.push_back(*observation);
    }
    return seen;
  }
  void expect_told_apart(const Detector& detector) const {
    for (const std::string attack : {"", "print", "screen"}) {
      const auto seen = look(detector, attack);
      EXPECT_EQ(detector.judge(seen).live, attack.empty()) << attack << ": " << detector.judge(seen).reasons.front();
      for (const Observation& one : seen) EXPECT_EQ(detector.judge(one).live, attack.empty()) << attack;
    }
  }
  fs::path models_;
  std::optional<detect::FaceDetector> faces_;
};

TEST_F(LivenessDetector, tells_a_synthetic_person_from_prints_and_screens) { expect_told_apart(standard()); }

TEST_F(LivenessDetector, does_so_with_the_networks_of_the_npm_pack_too) {
  const char* const folder = std::getenv("REGARD_NPM_MODELS");
  if (folder == nullptr) {
    GTEST_SKIP() << "the npm pack is not here: regard models install npm --folder F, then set REGARD_NPM_MODELS=F";
  }
  const fs::path npm{folder};
  expect_told_apart(
      Detector::create({open(npm / "liveness/liveness.onnx"), open(npm / "antispoof/antispoof.onnx")}).value());
}

TEST_F(LivenessDetector, refuses_unknown_networks_none_and_faces_without_area) {
  EXPECT_EQ(Detector::create({}).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(Detector::create({open(models_ / "yunet_n_dynamic.onnx")}).error().kind, ErrorKind::unsupported);
  const auto network = open(models_ / "minifasnet_v2_2.7_80x80.onnx");
  EXPECT_EQ(Detector::create({network, network, network}).error().kind, ErrorKind::unsupported);
  EXPECT_EQ(Detector::create({network}, {.threshold = 0}).error().kind, ErrorKind::invalid_input);
  detect::Detection nothing;
  const auto picture = capture::make_picture(BgrImage{Size{64, 64}});
  EXPECT_EQ(standard().look(*picture, nothing).error().kind, ErrorKind::invalid_input);
  nothing.box = {10, 10, 20, 20};
  EXPECT_TRUE(standard().look(*picture, nothing));  // smaller than what the cues look at
}

}  // namespace
}  // namespace regard::liveness
