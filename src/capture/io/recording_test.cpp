#include <gtest/gtest.h>

#include <cmath>

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

}  // namespace
}  // namespace regard::capture
