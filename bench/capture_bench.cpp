// What a camera costs: CPU time for each second of 1080p25 video at several rates of analysis, and each conversion.
// The clip is FFmpeg's moving test card with noise, made once in the temporary folder, unless REGARD_BENCH_CLIP names
// one.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "capture/capture.h"

namespace {

using namespace regard;
using namespace regard::capture;

// As surveillance cameras encode: no B frames, a key frame every two seconds; and as files are encoded: with B frames.
constexpr const char* camera_like = "-tune zerolatency";
constexpr const char* file_like = "";

std::string clip(const std::string& name, const std::string& options) {
  if (const char* given = std::getenv("REGARD_BENCH_CLIP")) return given;
  const auto file = std::filesystem::temp_directory_path() / ("regard-capture-bench-" + name + ".mp4");
  if (!std::filesystem::exists(file)) {
    const std::string command =
        "ffmpeg -nostdin -loglevel error -f lavfi -i "
        "\"testsrc2=size=1920x1080:rate=25:duration=8,noise=alls=6:allf=t\" -c:v libx264 -preset veryfast -pix_fmt "
        "yuv420p "
        "-b:v 4M -g 50 -sc_threshold 0 " +
        options + " " + file.string();
    if (std::system(command.c_str()) != 0) std::abort();
  }
  return file.string();
}

void watch(benchmark::State& state, const std::string& file, bool convert) {
  SourceCounts counts;
  double length = 0;
  for (auto _ : state) {
    SourceOptions options;
    options.frames_per_second = static_cast<double>(state.range(0));
    options.hardware_decoding = false;
    auto source = open_source(file, options);
    if (!source) return state.SkipWithError(source.error().message().c_str());
    length = seconds((*source)->length().value_or(Duration{1'000'000}));
    while (true) {
      auto frame = (*source)->next({});
      if (!frame || !*frame) break;
      if (convert) benchmark::DoNotOptimize((*frame)->picture->scaled({640, 360}));
    }
    counts = (*source)->counts();
  }
  state.counters["decoded"] = static_cast<double>(counts.decoded);
  state.counters["skipped"] = static_cast<double>(counts.skipped);
  // CPU seconds for one second of video.
  state.counters["cpu_per_s"] = benchmark::Counter(length * static_cast<double>(state.iterations()),
                                                   benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void camera(benchmark::State& state) { watch(state, clip("camera", camera_like), true); }
void film(benchmark::State& state) { watch(state, clip("film", file_like), true); }
BENCHMARK(camera)
    ->ArgName("fps")
    ->Arg(0)
    ->Arg(10)
    ->Arg(5)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();
BENCHMARK(film)
    ->ArgName("fps")
    ->Arg(0)
    ->Arg(10)
    ->Arg(5)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();

std::shared_ptr<const Picture> picture() {
  auto source = open_source(clip("camera", camera_like), {});
  if (!source) std::abort();
  return (**(*source)->next({})).picture;
}

void scaled_to_640x360(benchmark::State& state) {
  const auto source = picture();
  for (auto _ : state) benchmark::DoNotOptimize(source->scaled({640, 360}));
}
void scaled_to_416x416(benchmark::State& state) {
  const auto source = picture();
  for (auto _ : state) benchmark::DoNotOptimize(source->scaled({416, 416}));
}
void luma_of_80x45(benchmark::State& state) {
  const auto source = picture();
  for (auto _ : state) benchmark::DoNotOptimize(source->luma({80, 45}));
}
void whole_in_full(benchmark::State& state) {
  const auto source = picture();
  for (auto _ : state) benchmark::DoNotOptimize(source->scaled({1920, 1080}));
}
void crop_of_200x400(benchmark::State& state) {
  const auto source = picture();
  float x = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(source->cut({300 + x, 200, 200, 400}, {128, 256}));
    x = x > 1000 ? 0 : x + 7.3F;
  }
}
void tile_of_960x540(benchmark::State& state) {
  const auto source = picture();
  for (auto _ : state) benchmark::DoNotOptimize(source->cut({480, 270, 960, 540}, {640, 360}));
}
BENCHMARK(scaled_to_640x360)->Unit(benchmark::kMillisecond);
BENCHMARK(scaled_to_416x416)->Unit(benchmark::kMillisecond);
BENCHMARK(luma_of_80x45)->Unit(benchmark::kMillisecond);
BENCHMARK(whole_in_full)->Unit(benchmark::kMillisecond);
BENCHMARK(crop_of_200x400)->Unit(benchmark::kMillisecond);
BENCHMARK(tile_of_960x540)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
