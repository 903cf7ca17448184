// `regard eval` from outside, on pictures of people who do not exist.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "installation.h"

namespace regard::tests {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int width = 640;
constexpr int height = 360;
constexpr int frames = 6;

/// A lobby of two people as numbered pictures, with its truth as labels and as MOTChallenge columns.
class Eval : public WithNetworks {
 protected:
  void SetUp() override {
    WithNetworks::SetUp();
    if (IsSkipped()) return;
    fs::create_directories(folder_ / "images");
    fs::create_directories(folder_ / "labels");
  }

  void render(const std::string& scene) {
    const std::string address = scene + "&size=" + std::to_string(width) + "x" + std::to_string(height) + "&fps=5";
    const Finished rendered = run(program(), {"cast", "render", address, folder_ / "scene.mp4", "--seconds", "1.2",
                                              "--truth", folder_ / "truth.jsonl"});
    ASSERT_EQ(rendered.status, 0) << rendered.err;
    ASSERT_EQ(
        run("ffmpeg", {"-v", "error", "-i", folder_ / "scene.mp4", "-q:v", "2", folder_ / "images/%06d.jpg"}).status,
        0);
    write_truth();
  }

  void write_truth() {
    std::string tracks;
    int number = 0;
    for (const std::string& line : lines(contents(folder_ / "truth.jsonl"))) {
      ++number;
      std::string labels;
      const Json frame = Json::parse(line);
      for (const Json& actor : frame["actors"]) {
        const auto box = actor["body"].get<std::vector<double>>();
        tracks += std::to_string(number) + "," + actor["person"].dump();
        for (const double value : box) tracks += "," + std::to_string(value);
        tracks += ",1\n";
        labels += "0 " + std::to_string((box[0] + box[2] / 2) / width) + " " +
                  std::to_string((box[1] + box[3] / 2) / height) + " " + std::to_string(box[2] / width) + " " +
                  std::to_string(box[3] / height) + "\n";
      }
      const std::string name = std::to_string(1000000 + number).substr(1);
      test::write(folder_ / ("labels/" + name + ".txt"), labels);
    }
    EXPECT_EQ(number, frames);
    test::write(folder_ / "gt.txt", tracks);
  }

  /// The one JSON object that a successful run prints.
  static Json figures(const std::vector<std::string>& arguments) {
    const Finished done = run(program(), arguments);
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_EQ(lines(done.out).size(), 1U) << done.out;
    return Json::parse(done.out, nullptr, false);
  }

  /// Status 2, nothing on standard output, and one line that holds `said`.
  static void refused(const std::vector<std::string>& arguments, const std::string& said) {
    const Finished done = run(program(), arguments);
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(done.out, "");
    EXPECT_EQ(lines(done.err).size(), 1U) << done.err;
    EXPECT_THAT(done.err, HasSubstr(said));
  }

  TemporaryFolder folder_;
};

TEST_F(Eval, detect_gives_average_precision_and_recall_of_persons) {
  render("lobby?people=2&seed=1");
  const Json json =
      figures({"eval", "detect", "--images", folder_ / "images", "--labels", folder_ / "labels", "--json"});
  EXPECT_EQ(json["images"], frames);
  EXPECT_GT(json["recall_person"], 0.7);
  EXPECT_GT(json["ap50_person"], 0.7);
  EXPECT_EQ(json["ap50"], json["ap50_person"]) << "the labels hold nothing but persons";
  EXPECT_LE(json["ap50_95"], json["ap50"]);
}

TEST_F(Eval, track_gives_the_measures_of_tracking) {
  render("lobby?people=2&seed=1");
  const Json json =
      figures({"eval", "track", "--frames", folder_ / "images", "--truth", folder_ / "gt.txt", "--fps", "5", "--json"});
  EXPECT_EQ(json["frames"], frames);
  EXPECT_EQ(json["id_switches"], 0);
  for (const char* key : {"mota", "idf1", "hota"}) {
    ASSERT_TRUE(json[key].is_number()) << key;
    EXPECT_GT(json[key], 0) << key;
    EXPECT_LE(json[key], 1) << key;
  }
}

TEST_F(Eval, faces_counts_the_images_whose_centre_no_face_covers) {
  render("portrait?people=1&seed=4");
  // A picture of nothing at all.
  ASSERT_EQ(run("ffmpeg", {"-v", "error", "-f", "lavfi", "-i", "color=gray:size=320x240", "-frames:v", "1",
                           folder_ / "images/nobody.jpg"})
                .status,
            0);
  const Json json = figures({"eval", "faces", "--images", folder_ / "images", "--json"});
  EXPECT_EQ(json["images"], frames + 1);
  EXPECT_EQ(json["failures"], 1);
  EXPECT_EQ(json["failed"], Json::array({"nobody.jpg"}));
}

TEST_F(Eval, without_json_prints_a_table) {
  render("portrait?people=1&seed=4");
  const Finished done = run(program(), {"eval", "faces", "--images", folder_ / "images"});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("6 images"));
}

TEST_F(Eval, says_which_input_is_missing_or_damaged) {
  const std::string images = folder_ / "images";
  refused({"eval", "faces", "--images", "/nonexistent", "--json"}, "/nonexistent");
  refused({"eval", "faces", "--images", images}, "there is no image");
  refused({"eval", "track", "--frames", images, "--truth", "/nonexistent/gt.txt"}, "/nonexistent/gt.txt");
  test::write(folder_ / "gt.txt", "1,1,0,0,10,10,1\n2,one,0,0,10,10,1\n");
  refused({"eval", "track", "--frames", images, "--truth", folder_ / "gt.txt"}, "line 2");
  EXPECT_EQ(run(program(), {"eval", "detect", "--images", images}).status, 2) << "--labels is missing";
}

TEST_F(Eval, refuses_truth_for_which_there_is_no_image) {
  render("portrait?people=1&seed=4");
  test::write(folder_ / "gt.txt", "1,1,0,0,10,10,1\n7,1,0,0,10,10,1\n");
  refused({"eval", "track", "--frames", folder_ / "images", "--truth", folder_ / "gt.txt", "--json"}, "frame 7");
}

}  // namespace
}  // namespace regard::tests
