#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "detect/detect.h"
#include "detect/io/still_picture_testing.h"
#include "files.h"
#include "image/image.h"

namespace regard::detect {
namespace {

class Detectors : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto shared = test::shared_folder();
    if (!shared || !std::filesystem::exists(*shared / "models/yunet_n_dynamic.onnx")) {
      GTEST_SKIP() << "the shared networks are not here: set REGARD_SHARED";
    }
    shared_ = *shared;
  }
  [[nodiscard]] std::shared_ptr<const infer::Model> model(const std::string& name) const {
    auto opened = infer::Model::open(shared_ / "models" / name);
    EXPECT_TRUE(opened) << opened.error().message();
    return std::make_shared<const infer::Model>(std::move(*opened));
  }
  [[nodiscard]] StillPicture portrait(const std::string& name) const {
    auto pixels = image::read(shared_ / "data/portraits" / name);
    EXPECT_TRUE(pixels) << pixels.error().message();
    return StillPicture{std::move(*pixels)};
  }
  std::filesystem::path shared_;
};

TEST_F(Detectors, refuse_a_network_of_another_kind_and_say_what_it_has) {
  const auto face = FaceDetector::create(model("picodet_s_416_coco.onnx"));
  ASSERT_FALSE(face);
  EXPECT_EQ(face.error().kind, ErrorKind::unsupported);
  EXPECT_NE(face.error().message().find("image [1,3,416,416]"), std::string::npos) << face.error().message();
  const auto object = ObjectDetector::create(model("yunet_n_dynamic.onnx"));
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().kind, ErrorKind::unsupported);
}

TEST_F(Detectors, refuse_options_out_of_range) {
  EXPECT_FALSE(FaceDetector::create(model("yunet_n_dynamic.onnx"), {.longest_side = 10}));
  EXPECT_FALSE(ObjectDetector::create(model("picodet_s_320_coco.onnx"), {.threshold = {0}}));
}

TEST_F(Detectors, read_the_input_side_from_the_network) {
  EXPECT_EQ(ObjectDetector::create(model("picodet_s_320_coco.onnx"))->side(), 320);
  EXPECT_EQ(ObjectDetector::create(model("picodet_s_416_coco.onnx"))->side(), 416);
}

TEST_F(Detectors, find_the_one_face_of_a_portrait_with_its_points_inside) {
  const auto detector = FaceDetector::create(model("yunet_n_dynamic.onnx"));
  const auto faces = detector->detect(portrait("nasa_astronaut.png"));
  ASSERT_TRUE(faces) << faces.error().message();
  ASSERT_EQ(faces->size(), 1U);
  const Detection& face = faces->front();
  for (const PixelPoint& point : face.points->in_order()) {
    EXPECT_GT(intersect(face.box, {point.x - 0.5F, point.y - 0.5F, 1, 1}).area(), 0.9F);
  }
  EXPECT_LT(face.points->right_eye.x, face.points->left_eye.x);
  EXPECT_LT(face.points->nose.y, face.points->right_mouth.y);
}

TEST_F(Detectors, find_a_group_once_each_with_and_without_tiles) {
  const StillPicture group = portrait("solvay1927.jpg");
  for (const int tiles : {1, 2}) {
    const auto detector = FaceDetector::create(model("yunet_n_dynamic.onnx"), {.tiles = tiles});
    const auto faces = detector->detect(group);
    ASSERT_TRUE(faces);
    EXPECT_GE(faces->size(), 28U) << tiles;
    EXPECT_LE(faces->size(), 29U) << tiles;
  }
}

TEST_F(Detectors, find_the_person_of_a_portrait_and_no_unwanted_class) {
  const auto detector = ObjectDetector::create(model("picodet_s_416_coco.onnx"));
  const StillPicture picture = portrait("nasa_astronaut.png");
  const auto persons = detector->detect(picture, {.faces = true, .persons = true, .objects = {}});
  ASSERT_TRUE(persons) << persons.error().message();
  ASSERT_EQ(persons->size(), 1U);
  EXPECT_EQ(persons->front().kind, Kind::person);
  EXPECT_GT(persons->front().score.value, 0.6F);
  const auto none = detector->detect(picture, {.faces = true, .persons = false, .objects = {}});
  EXPECT_TRUE(none.value().empty());
}

/// The networks of the npm pack, where they are installed: script or user did `regard models install npm`.
class NpmDetectors : public Detectors {
 protected:
  void SetUp() override {
    Detectors::SetUp();
    if (IsSkipped()) return;
    const char* const folder = std::getenv("REGARD_NPM_MODELS");
    if (folder == nullptr) {
      GTEST_SKIP() << "the npm pack is not here: regard models install npm --folder F, then set REGARD_NPM_MODELS=F";
    }
    npm_ = folder;
  }
  [[nodiscard]] std::shared_ptr<const infer::Model> npm_model(const std::string& name) const {
    auto opened = infer::Model::open(npm_ / name / (name + ".onnx"));
    EXPECT_TRUE(opened) << opened.error().message();
    return std::make_shared<const infer::Model>(std::move(*opened));
  }
  std::filesystem::path npm_;
};

TEST_F(NpmDetectors, agree_with_the_standard_pack_about_a_portrait) {
  const StillPicture picture = portrait("nasa_astronaut.png");
  const auto faces = FaceDetector::create(npm_model("blazeface")).value().detect(picture).value();
  const auto expected = FaceDetector::create(model("yunet_n_dynamic.onnx")).value().detect(picture).value();
  ASSERT_EQ(faces.size(), 1U);
  ASSERT_EQ(expected.size(), 1U);
  // Each point within an eighth of the face: the networks learned from different annotators, and corners are estimated.
  for (std::size_t i = 0; i < 5; ++i) {
    const PixelPoint a = faces[0].points->in_order()[i];
    const PixelPoint b = expected[0].points->in_order()[i];
    EXPECT_LT(std::hypot(a.x - b.x, a.y - b.y), expected[0].box.height / 8) << i;
  }
  const auto detector = ObjectDetector::create(npm_model("centernet"));
  ASSERT_TRUE(detector) << detector.error().message();
  EXPECT_EQ(detector->side(), 512);
  const auto persons = detector->detect(picture, {}).value();
  const auto other = ObjectDetector::create(model("picodet_s_416_coco.onnx")).value().detect(picture, {}).value();
  ASSERT_EQ(persons.size(), 1U);
  ASSERT_EQ(other.size(), 1U);
  const float common = intersect(persons[0].box, other[0].box).area();
  EXPECT_GT(common, 0.7F * (persons[0].box.area() + other[0].box.area() - common));
  EXPECT_TRUE(persons[0].clothing);
}

TEST_F(NpmDetectors, are_not_taken_for_each_other) {
  EXPECT_FALSE(FaceDetector::create(npm_model("centernet")));
  EXPECT_FALSE(ObjectDetector::create(npm_model("blazeface")));
}

}  // namespace
}  // namespace regard::detect
