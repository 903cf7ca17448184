// What surrounds the networks: converting, laying out, decoding, suppressing and following, against the bare run of the
// same networks, on one 1080p picture. REGARD_BENCH_MODELS names the folder of the standard pack's networks.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "capture/capture.h"
#include "detect/detect.h"
#include "image/image.h"
#include "infer/infer.h"
#include "track/track.h"

namespace {

using namespace regard;

std::shared_ptr<const infer::Model> model(benchmark::State& state, const std::string& name) {
  const char* const folder = std::getenv("REGARD_BENCH_MODELS");
  auto opened = infer::Model::open(std::filesystem::path{folder != nullptr ? folder : "."} / name);
  if (!opened) {
    state.SkipWithError(opened.error().message().c_str());
    return nullptr;
  }
  return std::make_shared<const infer::Model>(std::move(*opened));
}

/// A 1080p picture with something to look at: REGARD_BENCH_IMAGE scaled to it, else stripes.
std::shared_ptr<const capture::Picture> picture() {
  BgrImage pixels{Size{1920, 1080}};
  for (std::size_t i = 0; i < pixels.bytes().size(); ++i) pixels.bytes()[i] = static_cast<std::uint8_t>(i / 97);
  if (const char* const file = std::getenv("REGARD_BENCH_IMAGE")) {
    if (auto read = image::read(file)) pixels = image::resize(read->view(), {1920, 1080});
  }
  return capture::make_picture(std::move(pixels));
}

void bare(benchmark::State& state, const std::string& name, Size input) {
  const auto network = model(state, name);
  if (!network) return;
  const std::vector<float> planes(3 * static_cast<std::size_t>(input.width) * static_cast<std::size_t>(input.height),
                                  0.5F);
  for (auto _ : state) {
    benchmark::DoNotOptimize(network->run({network->inputs()[0].name, {1, 3, input.height, input.width}, planes}));
  }
}
void bare_faces(benchmark::State& state) { bare(state, "yunet_n_dynamic.onnx", {640, 384}); }
void bare_objects(benchmark::State& state) { bare(state, "picodet_s_416_coco.onnx", {416, 416}); }

void faces(benchmark::State& state) {
  const auto network = model(state, "yunet_n_dynamic.onnx");
  if (!network) return;
  const auto detector = detect::FaceDetector::create(network);
  const auto frame = picture();
  for (auto _ : state) benchmark::DoNotOptimize(detector->detect(*frame));
}

void objects(benchmark::State& state) {
  const auto network = model(state, "picodet_s_416_coco.onnx");
  if (!network) return;
  const auto detector = detect::ObjectDetector::create(network, {.threshold = track::Options{}.low});
  const auto frame = picture();
  for (auto _ : state) benchmark::DoNotOptimize(detector->detect(*frame, {}));
}

/// The part of `faces` and `objects` that is the picture's own: a decoder's picture does it while converting colours.
void scaling(benchmark::State& state, Size size) {
  const auto frame = picture();
  for (auto _ : state) benchmark::DoNotOptimize(frame->scaled(size));
}
void scaling_for_faces(benchmark::State& state) { scaling(state, {640, 360}); }
void scaling_for_objects(benchmark::State& state) { scaling(state, {416, 416}); }

/// Four cameras' pictures in one run of the face network: the time is for all four.
void bare_faces_by_four(benchmark::State& state) {
  const auto network = model(state, "yunet_n_dynamic.onnx");
  if (!network) return;
  const std::vector<float> planes(4 * 3 * std::size_t{640} * 384, 0.5F);
  for (auto _ : state) benchmark::DoNotOptimize(network->run({network->inputs()[0].name, {4, 3, 384, 640}, planes}));
}

BENCHMARK(scaling_for_faces)->Unit(benchmark::kMillisecond);
BENCHMARK(scaling_for_objects)->Unit(benchmark::kMillisecond);
BENCHMARK(bare_faces)->Unit(benchmark::kMillisecond);
BENCHMARK(faces)->Unit(benchmark::kMillisecond);
BENCHMARK(bare_faces_by_four)->Unit(benchmark::kMillisecond);
BENCHMARK(bare_objects)->Unit(benchmark::kMillisecond);
BENCHMARK(objects)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
