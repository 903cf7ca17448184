#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <utility>

#include "capture/capture.h"
#include "cast/cast.h"
#include "consent_memory.h"
#include "detect/detect.h"
#include "embed/embed.h"
#include "embed/io/networks.h"
#include "files.h"
#include "image/image.h"

namespace regard::embed {
namespace {

namespace fs = std::filesystem;

const std::string digest(64, 'a');

struct Portrait {
  std::shared_ptr<const capture::Picture> picture;
  detect::Detection face;
};

class Embedder : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto shared = test::shared_folder();
    if (!shared || !fs::exists(*shared / "models/yunet_n_dynamic.onnx")) {
      GTEST_SKIP() << "the shared networks are not here: set REGARD_SHARED";
    }
    models_ = *shared / "models";
    faces_.emplace(detect::FaceDetector::create(model("yunet_n_dynamic.onnx")).value());
  }
  [[nodiscard]] std::shared_ptr<const infer::Model> model(const std::string& name) const {
    auto opened = infer::Model::open(models_ / name);
    EXPECT_TRUE(opened) << opened.error().message();
    return std::make_shared<const infer::Model>(std::move(*opened));
  }
  [[nodiscard]] FaceModel retail() const {
    return {model("face-reidentification-retail-0095.onnx"), "face-reidentification-retail-0095", "d2ebc769aa"};
  }
  [[nodiscard]] FaceModel mobile() const { return {model("MobileFaceNet.onnx"), "mobilefacenet", "b7120c09aa"}; }
  [[nodiscard]] Portrait find(BgrImage pixels) const {
    Portrait portrait{capture::make_picture(std::move(pixels)), {}};
    const auto found = faces_->detect(*portrait.picture);
    EXPECT_TRUE(found && !found->empty());
    portrait.face = found->front();
    return portrait;
  }
  [[nodiscard]] Portrait cast_portrait(std::uint64_t seed, std::uint64_t frame) const {
    static std::map<std::pair<std::uint64_t, std::uint64_t>, BgrImage> drawn;  // takes seconds under sanitizers
    BgrImage& pixels = drawn[{seed, frame}];
    if (pixels.bytes().empty()) {
      cast::SceneOptions options;
      options.kind = cast::SceneKind::portrait;
      options.seed = seed;
      pixels = cast::Stage{options}.render(frame).picture.pixels();
    }
    return find(BgrImage{pixels});
  }
  [[nodiscard]] consent::EvaluatePermit permit(std::uint64_t templates = 100) {
    return gate_.evaluate({consent::Actor{"cli:0"}, digest, templates}).value();
  }

  fs::path models_;
  std::optional<detect::FaceDetector> faces_;
  regard::testing::ManualClock clock_{Timestamp{} + std::chrono::hours{24 * 365 * 50}};
  regard::testing::MemoryRecords records_;
  regard::testing::MemoryLedger ledger_;
  consent::Gate gate_{records_, ledger_, clock_};
};

TEST_F(Embedder, tells_one_synthetic_person_from_another_and_carries_the_entry) {
  const auto embedder = FaceEmbedder::create({retail()}, clock_).value();
  EXPECT_EQ(embedder.version().value, "face-reidentification-retail-0095@d2ebc769");
  EXPECT_EQ(embedder.size(), 256U);
  auto permit = this->permit();
  std::vector<Template> templates;
  for (const auto& [seed, frame] : {std::pair{1, 0}, std::pair{1, 3}, std::pair{2, 0}}) {
    const Portrait portrait = cast_portrait(static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(frame));
    auto made = embedder.embed(*portrait.picture, *portrait.face.points, permit);
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_EQ(made->entry(), permit.entry());
    templates.push_back(std::move(*made));
  }
  EXPECT_EQ(permit.templates_left(), 97U);
  const float self = compare(permit, templates[0], templates[0], clock_).value();
  const float same = compare(permit, templates[0], templates[1], clock_).value();
  const float other = compare(permit, templates[0], templates[2], clock_).value();
  EXPECT_NEAR(self, 1, 1e-5);
  EXPECT_GT(same, 0.7F);
  EXPECT_LT(other, same - 0.2F);
}

TEST_F(Embedder, cosine_of_joined_networks_is_the_mean_of_both) {
  const Portrait a = cast_portrait(1, 0);
  const Portrait b = cast_portrait(2, 0);
  auto permit = this->permit();
  const auto cosine_by = [&](std::vector<FaceModel> models) {
    const auto embedder = FaceEmbedder::create(std::move(models), clock_).value();
    const Template first = embedder.embed(*a.picture, *a.face.points, permit).value();
    const Template second = embedder.embed(*b.picture, *b.face.points, permit).value();
    EXPECT_EQ(first.size(), embedder.size());
    return compare(permit, first, second, clock_).value();
  };
  const float both = cosine_by({retail(), mobile()});
  EXPECT_NEAR(both, (cosine_by({retail()}) + cosine_by({mobile()})) / 2, 1e-5);
}

TEST_F(Embedder, makes_nearly_the_same_template_of_a_larger_picture) {
  const auto embedder = FaceEmbedder::create({retail()}, clock_).value();
  const Portrait portrait = cast_portrait(3, 0);
  auto permit = this->permit();
  const Template plain = embedder.embed(*portrait.picture, *portrait.face.points, permit).value();
  const Size size = portrait.picture->size();
  const auto large = capture::make_picture(portrait.picture->scaled({3 * size.width, 3 * size.height}));
  FacePoints points;
  const auto thrice = [](PixelPoint p) { return PixelPoint{3 * p.x + 1, 3 * p.y + 1}; };
  const FacePoints& p = *portrait.face.points;
  points = {thrice(p.right_eye), thrice(p.left_eye), thrice(p.nose), thrice(p.right_mouth), thrice(p.left_mouth)};
  const Template enlarged = embedder.embed(*large, points, permit).value();
  EXPECT_GT(compare(permit, plain, enlarged, clock_).value(), 0.97F);
}

TEST_F(Embedder, refuses_a_permit_that_is_spent_or_too_old_or_moved_away) {
  const auto embedder = FaceEmbedder::create({retail()}, clock_).value();
  const Portrait portrait = cast_portrait(1, 0);
  const auto kind_of = [&](consent::EvaluatePermit& permit) {
    const auto made = embedder.embed(*portrait.picture, *portrait.face.points, permit);
    return made ? std::nullopt : std::optional{made.error().kind};
  };
  auto one = permit(1);
  EXPECT_EQ(kind_of(one), std::nullopt);
  EXPECT_EQ(kind_of(one), ErrorKind::denied);
  auto old = permit();
  clock_.advance(std::chrono::hours{24 * 30});
  EXPECT_EQ(kind_of(old), ErrorKind::denied);
  auto given = permit();
  const consent::EvaluatePermit taken{std::move(given)};
  EXPECT_EQ(kind_of(given), ErrorKind::denied);
}

TEST_F(Embedder, compares_only_what_one_permit_and_one_version_made) {
  const auto embedder = FaceEmbedder::create({retail()}, clock_).value();
  const auto other = FaceEmbedder::create({mobile()}, clock_).value();
  const Portrait portrait = cast_portrait(1, 0);
  auto first = permit();
  auto second = permit();
  const Template a = embedder.embed(*portrait.picture, *portrait.face.points, first).value();
  const Template b = embedder.embed(*portrait.picture, *portrait.face.points, second).value();
  const Template c = other.embed(*portrait.picture, *portrait.face.points, first).value();
  EXPECT_EQ(compare(first, a, b, clock_).error().kind, ErrorKind::denied);
  EXPECT_EQ(compare(second, a, a, clock_).error().kind, ErrorKind::denied);
  EXPECT_EQ(compare(first, a, c, clock_).error().kind, ErrorKind::invalid_input);
  const consent::EvaluatePermit moved{std::move(first)};
  EXPECT_EQ(compare(first, a, a, clock_).error().kind, ErrorKind::denied);  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(compare(moved, a, a, clock_));
  clock_.advance(std::chrono::hours{24 * 30});
  EXPECT_EQ(compare(moved, a, a, clock_).error().kind, ErrorKind::denied);
}

TEST_F(Embedder, refuses_points_that_are_no_face_and_networks_it_does_not_know) {
  const auto embedder = FaceEmbedder::create({retail()}, clock_).value();
  const Portrait portrait = cast_portrait(1, 0);
  auto permit = this->permit();
  EXPECT_EQ(embedder.embed(*portrait.picture, FacePoints{}, permit).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(FaceEmbedder::create({}, clock_).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(FaceEmbedder::create({{model("yunet_n_dynamic.onnx"), "yunet", "00"}}, clock_).error().kind,
            ErrorKind::unsupported);
  EXPECT_EQ(BodyEmbedder::create(retail(), clock_).error().kind, ErrorKind::unsupported);
}

TEST_F(Embedder, describes_bodies_as_unit_vectors_and_refuses_those_outside) {
  const auto network = model("person-reidentification-retail-0286.onnx");
  ASSERT_TRUE(is_body_network(*network));
  const Portrait portrait = cast_portrait(1, 0);
  std::vector<float> vector(body_values);
  const auto width = static_cast<float>(portrait.picture->size().width);
  ASSERT_TRUE(describe_body(*network, *portrait.picture, {0, 0, width, width}, vector));
  double square = 0;
  for (const float value : vector) square += static_cast<double>(value) * value;
  EXPECT_NEAR(square, 1, 1e-5);
  EXPECT_FALSE(describe_body(*network, *portrait.picture, {2 * width, 0, 10, 10}, vector));
}

/// What each way of spoiling a good portrait must be refused for.
class QualityOfPortraits : public Embedder {
 protected:
  void SetUp() override {
    Embedder::SetUp();
    if (IsSkipped()) return;
    meter_.emplace(
        QualityMeter::create(model("head-pose-estimation-adas-0001.onnx"), model("lightqnet-dm100.onnx")).value());
    good_ = cast_portrait(2, 0);
    eyes_ = good_.face.points->left_eye.x - good_.face.points->right_eye.x;
  }
  [[nodiscard]] Quality measure(const BgrImage& pixels) const {
    return meter_->measure(*capture::make_picture(BgrImage{pixels}), good_.face, Strictness::enrolment).value();
  }
  [[nodiscard]] BgrImage pixels() const { return good_.picture->scaled(good_.picture->size()); }
  [[nodiscard]] static bool fails(const Quality& quality, const std::string& name) {
    for (const QualityComponent& component : quality.components) {
      if (component.name == name) return !component.acceptable();
    }
    return false;
  }
  std::optional<QualityMeter> meter_;
  Portrait good_;
  float eyes_ = 0;
};

TEST_F(QualityOfPortraits, accepts_the_good_one) {
  const Quality quality = measure(pixels());
  EXPECT_TRUE(quality.acceptable()) << quality.advice();
}

TEST_F(QualityOfPortraits, refuses_blur_darkness_glare_and_haze_each_by_its_name) {
  const Size size = good_.picture->size();
  const float shrink = 7 / eyes_;  // seven pixels between the eyes, enlarged again
  const BgrImage tiny = image::resize(pixels().view(), {static_cast<int>(static_cast<float>(size.width) * shrink),
                                                        static_cast<int>(static_cast<float>(size.height) * shrink)});
  EXPECT_TRUE(fails(measure(image::resize(tiny.view(), size)), "sharpness"));
  const auto changed = [&](auto change) {
    BgrImage result = pixels();
    for (std::uint8_t& byte : result.bytes()) {
      byte = static_cast<std::uint8_t>(std::clamp(change(static_cast<float>(byte)), 0.0F, 255.0F));
    }
    return result;
  };
  EXPECT_TRUE(fails(measure(changed([](float v) { return 0.2F * v; })), "brightness"));
  EXPECT_TRUE(fails(measure(changed([](float v) { return 2.5F * v + 90; })), "brightness"));
  EXPECT_TRUE(fails(measure(changed([](float v) { return 128 + 0.15F * (v - 128); })), "contrast"));
}

TEST_F(QualityOfPortraits, refuses_a_small_and_a_covered_face) {
  const Size size = good_.picture->size();
  const Portrait small = find(image::resize(
      pixels().view(), {size.width * 30 / static_cast<int>(eyes_), size.height * 30 / static_cast<int>(eyes_)}));
  const Quality far_away = meter_->measure(*small.picture, small.face, Strictness::enrolment).value();
  EXPECT_TRUE(fails(far_away, "eye_distance"));
  EXPECT_NE(far_away.advice().find("of 60 pixels between the eyes"), std::string::npos) << far_away.advice();
  BgrImage masked = pixels();
  const FacePoints& p = *good_.face.points;
  for (int y = static_cast<int>(p.nose.y - 0.1F * eyes_);
       y < std::min(size.height, static_cast<int>(p.nose.y + 1.5F * eyes_)); ++y) {
    for (int x = static_cast<int>(p.right_eye.x - 0.7F * eyes_); x < static_cast<int>(p.left_eye.x + 0.7F * eyes_);
         ++x) {
      masked.at(x, y)[0] = 200;
      masked.at(x, y)[1] = 160;
      masked.at(x, y)[2] = 60;
    }
  }
  EXPECT_TRUE(fails(measure(masked), "occlusion"));
}

TEST_F(QualityOfPortraits, measures_how_far_the_head_is_turned) {
  // MODELS: a mean error of five degrees on people; synthetic heads are harder.
  cast::SceneOptions options;
  options.kind = cast::SceneKind::portrait;
  options.seed = 2;
  cast::Stage stage{options};
  for (const std::uint64_t frame : {0, 7, 15}) {
    const cast::Rendering rendering = stage.render(frame);
    const Portrait portrait = find(BgrImage{rendering.picture.pixels()});
    const Quality quality = meter_->measure(*portrait.picture, portrait.face, Strictness::probe).value();
    for (const QualityComponent& component : quality.components) {
      const HeadPose& truth = rendering.truth.actors[0].pose;
      if (component.name == "yaw") {
        EXPECT_NEAR(component.value, truth.yaw, 15) << frame;
      }
      if (component.name == "roll") {
        EXPECT_NEAR(component.value, truth.roll, 8) << frame;
      }
    }
  }
}

TEST_F(QualityOfPortraits, does_without_networks_but_not_without_points) {
  const auto bare = QualityMeter::create(nullptr, nullptr).value();
  EXPECT_EQ(bare.measure(*good_.picture, good_.face, Strictness::enrolment).value().components.size(), 6U);
  detect::Detection blind = good_.face;
  blind.points.reset();
  EXPECT_EQ(bare.measure(*good_.picture, blind, Strictness::enrolment).error().kind, ErrorKind::invalid_input);
  EXPECT_FALSE(QualityMeter::create(model("lightqnet-dm100.onnx"), nullptr));
  EXPECT_FALSE(QualityMeter::create(nullptr, model("yunet_n_dynamic.onnx")));
}

}  // namespace
}  // namespace regard::embed
