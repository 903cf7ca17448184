// What following costs, without any network: a frame of N people who walk, with jitter, misses and weak detections.
#include <benchmark/benchmark.h>

#include <random>

#include "track/assignment.h"
#include "track/track.h"

namespace {

using namespace regard;

std::vector<detect::Detection> crowd(int people, int frame, std::mt19937& random) {
  std::uniform_real_distribution<float> jitter{-2, 2};
  std::uniform_real_distribution<float> score{0.3F, 1};
  detect::Clothing clothing;
  for (auto& histogram : clothing.histograms) histogram.fill(1.0F / detect::Clothing::bins);
  std::vector<detect::Detection> seen;
  for (int p = 0; p < people; ++p) {
    if (random() % 10 == 0) continue;
    const float x = static_cast<float>(p % 10 * 120 + frame % 500) + jitter(random);
    const float y = static_cast<float>(p / 10 * 110) + jitter(random);
    seen.push_back({detect::Kind::person, {0}, {score(random)}, {x, y, 50, 120}, std::nullopt, clothing});
  }
  return seen;
}

void follow(benchmark::State& state) {
  const int people = static_cast<int>(state.range(0));
  std::mt19937 random{1};
  track::Tracker tracker{{1920, 1080}, {}};
  int frame = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const std::vector<detect::Detection> seen = crowd(people, frame, random);
    ++frame;
    state.ResumeTiming();
    benchmark::DoNotOptimize(tracker.update(seen, static_cast<std::uint64_t>(frame), Duration{40'000} * frame));
  }
  state.counters["tracks"] = static_cast<double>(tracker.tracks().size());
}
BENCHMARK(follow)->Arg(5)->Arg(50)->Arg(100)->Unit(benchmark::kMicrosecond);

void assign(benchmark::State& state) {
  const int side = static_cast<int>(state.range(0));
  std::mt19937 random{1};
  std::uniform_real_distribution<float> cost{0, 1};
  std::vector<float> costs(static_cast<std::size_t>(side * side));
  for (float& one : costs) one = cost(random);
  for (auto _ : state) benchmark::DoNotOptimize(track::assign(costs, side, side, 2));
}
BENCHMARK(assign)->Arg(10)->Arg(50)->Arg(200)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
