#include "app/pipeline.h"

#include <gtest/gtest.h>

namespace regard::app {
namespace {

/// What a pipeline without networks told, and how many frames had been looked at when it did.
struct Told {
  capture::CameraState state{};
  std::uint64_t looked_at = 0;
};

std::vector<Told> watch(const std::string& address, Workers* workers) {
  std::vector<Told> told;
  std::uint64_t looked_at = 0;
  CameraOptions options{.name = {"hall"}, .address = address, .source = {}, .wanted = {}};
  options.motion_gate = false;
  const auto listen = [&](const events::Event& event) -> Result<void> {
    if (const auto* camera = std::get_if<events::CameraEvent>(&event)) told.push_back({camera->state, looked_at});
    return {};
  };
  const auto look = [&](const Analysis&) -> Result<void> {
    ++looked_at;
    return {};
  };
  auto pipeline = CameraPipeline::open(std::move(options), {}, listen, look, workers);
  EXPECT_TRUE(pipeline) << pipeline.error().message();
  if (!pipeline) return told;
  const auto outcome = (*pipeline)->run({}, Duration{});
  EXPECT_TRUE(outcome) << outcome.error().message();
  EXPECT_EQ((*pipeline)->summary().analysed, looked_at);
  return told;
}

constexpr const char* ten_frames = "cast:lobby?people=1&size=160x90&fps=10&seconds=1";

void expect_end_after_all(const std::vector<Told>& told) {
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].state, capture::CameraState::live);
  EXPECT_EQ(told[1].state, capture::CameraState::ended);
  EXPECT_EQ(told[1].looked_at, 10U);
}

TEST(CameraPipeline, tells_the_end_of_a_recording_when_its_last_frame_was_looked_at) {
  expect_end_after_all(watch(ten_frames, nullptr));
}

TEST(CameraPipeline, tells_it_last_also_when_frames_are_looked_at_side_by_side) {
  Workers workers{4};
  expect_end_after_all(watch(ten_frames, &workers));
}

}  // namespace
}  // namespace regard::app
