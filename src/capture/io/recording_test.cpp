#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "capture/capture.h"
#include "capture/io/test_material.h"
#include "image/image.h"

namespace regard::capture {
namespace {

struct Watched {
  std::vector<Frame> frames;
  std::optional<Error> error;
  SourceCounts counts;
  CameraState state{};
};

Watched watch(Source& source) {
  Watched result;
  while (true) {
    auto frame = source.next({});
    if (!frame) {
      result.error = frame.error();
      break;
    }
    if (!*frame) break;
    result.frames.push_back(**frame);
  }
  result.counts = source.counts();
  result.state = source.state();
  return result;
}

Watched watch(const std::filesystem::path& file, const SourceOptions& options = {}) {
  auto source = open_source(file.string(), options);
  if (!source) return {{}, source.error(), {}, {}};
  return watch(**source);
}

struct Format {
  const char* name;
  const char* arguments;
};

class EveryFormat : public testing::TestWithParam<Format> {};

TEST_P(EveryFormat, gives_every_frame_at_its_time) {
  const test::TemporaryFolder folder;
  const auto file = folder / GetParam().name;
  test::make_clip(
      "-f lavfi -i testsrc2=size=320x180:rate=25:duration=1 -pix_fmt yuv420p " + std::string{GetParam().arguments},
      file);
  const Watched seen = watch(file);
  EXPECT_FALSE(seen.error) << seen.error->message();
  ASSERT_EQ(seen.frames.size(), 25U);
  for (std::size_t i = 0; i < seen.frames.size(); ++i) {
    EXPECT_EQ(seen.frames[i].index, i);
    EXPECT_NEAR(seconds(seen.frames[i].position), 0.04 * static_cast<double>(i), 0.0011);
    EXPECT_EQ(seen.frames[i].picture->size(), (Size{320, 180}));
  }
  EXPECT_EQ(seen.state, CameraState::ended);
  EXPECT_EQ(seen.counts.decoded, 25U);
}

INSTANTIATE_TEST_SUITE_P(
    Files, EveryFormat,
    testing::Values(Format{"h264.mp4", "-c:v libx264 -preset veryfast"},
                    Format{"h264.mkv", "-c:v libx264 -preset veryfast"},
                    Format{"h264.ts", "-c:v libx264 -preset veryfast"}, Format{"mjpeg.avi", "-c:v mjpeg -q:v 3"},
                    Format{"h265.mp4", "-c:v libx265 -preset ultrafast -x265-params log-level=error"},
                    Format{"vp9.webm", "-c:v libvpx-vp9 -cpu-used 8 -deadline realtime"},
                    Format{"av1.mkv", "-c:v libaom-av1 -cpu-used 8 -usage realtime"},
                    Format{"raw.h264", "-c:v libx264 -preset veryfast"}),
    [](const testing::TestParamInfo<Format>& parameter) {
      std::string name = parameter.param.name;
      name[name.find('.')] = '_';
      return name;
    });

class HeldSideways : public testing::TestWithParam<const char*> {};

// FFmpeg's own command turns such clips by itself: its picture is the one to match.
TEST_P(HeldSideways, is_turned_upright) {
  const test::TemporaryFolder folder;
  test::make_h264_clip(folder / "flat.mp4");
  test::make_clip("-i '" + (folder / "flat.mp4").string() + "' -c copy -metadata:s:v rotate=" + GetParam(),
                  folder / "turned.mp4");
  test::make_clip("-i '" + (folder / "turned.mp4").string() + "' -frames:v 1", folder / "upright.png");
  const auto expected = image::read(folder / "upright.png");
  ASSERT_TRUE(expected);
  const Watched seen = watch(folder / "turned.mp4");
  ASSERT_FALSE(seen.frames.empty());
  const Picture& picture = *seen.frames.front().picture;
  ASSERT_EQ(picture.size(), expected->size());
  const auto mean_difference = [](const BgrImage& a, const BgrImage& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.bytes().size(); ++i) sum += std::abs(int{a.bytes()[i]} - int{b.bytes()[i]});
    return sum / static_cast<double>(a.bytes().size());
  };
  EXPECT_LT(mean_difference(picture.scaled(picture.size()), *expected), 2.0);
  const PixelBox region{30, 50, 80, 60};
  EXPECT_LT(mean_difference(picture.cut(region, {80, 60}), image::cut(expected->view(), region, {80, 60})), 4.0);
}

INSTANTIATE_TEST_SUITE_P(Angles, HeldSideways, testing::Values("90", "180", "270"),
                         [](const auto& parameter) { return std::string{parameter.param}; });

TEST(Recording, gives_the_same_frames_at_a_low_rate_as_a_full_decode_would) {
  const test::TemporaryFolder folder;
  test::make_h264_clip(folder / "film.mp4", "-bf 3 -b_strategy 0");
  const Watched all = watch(folder / "film.mp4");
  SourceOptions options;
  options.frames_per_second = 5;
  const Watched some = watch(folder / "film.mp4", options);
  ASSERT_EQ(some.frames.size(), 10U);
  EXPECT_LT(some.counts.decoded, all.counts.decoded * 3 / 4);  // B pictures that are not due are left out
  EXPECT_EQ(some.counts.damaged, 0U);
  for (const Frame& frame : some.frames) {
    const auto same = std::ranges::find(all.frames, frame.position, &Frame::position);
    ASSERT_NE(same, all.frames.end());
    EXPECT_TRUE(
        std::ranges::equal(frame.picture->scaled({320, 180}).bytes(), same->picture->scaled({320, 180}).bytes()));
  }
}

TEST(Recording, decodes_only_key_frames_when_they_are_enough) {
  const test::TemporaryFolder folder;
  test::make_clip(
      "-f lavfi -i testsrc2=size=320x180:rate=25:duration=12 -c:v libx264 -threads 1 -preset veryfast "
      "-pix_fmt yuv420p -g 12 -sc_threshold 0",
      folder / "keys.mp4");
  SourceOptions options;
  options.frames_per_second = 1;
  const Watched seen = watch(folder / "keys.mp4", options);
  EXPECT_EQ(seen.frames.size(), 12U);
  EXPECT_LT(seen.counts.decoded, 80U);
  EXPECT_EQ(seen.counts.damaged, 0U);
  for (std::size_t i = 1; i < seen.frames.size(); ++i) {
    EXPECT_NEAR(seconds(seen.frames[i].position - seen.frames[i - 1].position), 1.0, 0.5);
  }
}

TEST(Recording, reads_a_folder_of_images_in_natural_order) {
  const test::TemporaryFolder folder;
  for (const int i : {10, 9, 1}) {
    const auto grey = static_cast<std::uint8_t>(i * 20);
    test::write(folder / ("image" + std::to_string(i) + ".png"), image::encode_png(BgrImage{{8, 6}, grey}.view()));
  }
  test::write(folder / "notes.txt", "not an image");
  SourceOptions options;
  options.pictures_per_second = 10;
  const Watched seen = watch(folder / "", options);
  ASSERT_EQ(seen.frames.size(), 3U);
  EXPECT_EQ(seen.frames[0].picture->scaled({8, 6}).at(0, 0)[0], 20);
  EXPECT_EQ(seen.frames[1].picture->scaled({8, 6}).at(0, 0)[0], 180);
  EXPECT_EQ(seen.frames[2].picture->scaled({8, 6}).at(0, 0)[0], 200);
  EXPECT_EQ(seen.frames[2].position, std::chrono::milliseconds{200});
}

TEST(Recording, takes_one_image_for_one_frame) {
  const test::TemporaryFolder folder;
  test::write(folder / "one.jpg", image::encode_jpeg(BgrImage{{32, 16}, 90}.view(), 90));
  std::vector<CameraState> states;
  const auto source = open_source((folder / "one.jpg").string(), {},
                                  [&](CameraState state, const std::string&) { states.push_back(state); });
  ASSERT_TRUE(source) << source.error().message();
  const Watched seen = watch(**source);
  EXPECT_EQ(states, (std::vector{CameraState::live, CameraState::ended}));
  ASSERT_EQ(seen.frames.size(), 1U);
  EXPECT_EQ(seen.frames[0].picture->size(), (Size{32, 16}));
}

}  // namespace
}  // namespace regard::capture
