#include "app/cast_command.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <fstream>
#include <memory>
#include <optional>

#include "app/terminal.h"
#include "cast/cast.h"
#include "image/image.h"
#include "sinks/sinks.h"

namespace regard::app {
namespace {

struct RenderOptions {
  std::string scene;
  std::string output;
  std::string truth;
  std::optional<std::uint64_t> seed;
  std::optional<int> people;
  double seconds_long = 10;
  double at_s = 0;
  bool json = false;
};

bool is_picture(const std::string& name) { return name.ends_with(".png") || name.ends_with(".jpg"); }

/// The frame after `options.at_s` seconds as one image file.
Result<std::uint64_t> write_picture(const RenderOptions& options, const cast::SceneOptions& scene,
                                    std::ofstream* truth) {
  cast::Stage stage{scene};
  const cast::Rendering rendering =
      stage.render(static_cast<std::uint64_t>(std::round(options.at_s * scene.frames_per_second)));
  const BgrView pixels = rendering.picture.pixels().view();
  std::ofstream file{options.output, std::ios::binary | std::ios::trunc};
  file << (options.output.ends_with(".png") ? image::encode_png(pixels) : image::encode_jpeg(pixels, 95));
  if (truth != nullptr) *truth << cast::to_json(rendering.truth) << '\n';
  if (!file.flush() || (truth != nullptr && !truth->flush())) {
    return fail(ErrorKind::unavailable, "writing " + options.output, "the file cannot be written",
                "check that the folder exists, may be written and has room");
  }
  return 1U;
}

Result<std::uint64_t> write_video(const RenderOptions& options, const cast::SceneOptions& scene, std::ofstream* truth) {
  cast::Stage stage{scene};
  const auto frames = static_cast<std::uint64_t>(std::max(1.0, std::round(scene.seconds * scene.frames_per_second)));
  auto video = sinks::VideoFile::create(
      options.output, scene.size,
      {.frames_per_second = std::max(1, static_cast<int>(std::lround(scene.frames_per_second))), .quality = 18});
  if (!video) return pass_on(std::move(video));
  Terminal terminal;
  for (std::uint64_t frame = 0; frame < frames; ++frame) {
    const cast::Rendering rendering = stage.render(frame);
    if (auto written = (*video)->write(rendering.picture, rendering.truth.position); !written) {
      return pass_on(std::move(written));
    }
    if (truth != nullptr && !(*truth << cast::to_json(rendering.truth) << '\n')) {
      return fail(ErrorKind::unavailable, "writing ground truth to " + options.truth, "the file cannot be written",
                  "free space on the disk");
    }
    terminal.progress(static_cast<double>(frame + 1) / static_cast<double>(frames),
                      fmt::format("{} of {} frames", frame + 1, frames));
  }
  if (auto finished = (*video)->finish(); !finished) return pass_on(std::move(finished));
  return frames;
}

Result<void> render(const RenderOptions& options) {
  auto scene = cast::scene_from(options.scene);
  if (!scene) return pass_on(std::move(scene));
  if (options.seed) scene->seed = *options.seed;
  if (options.people) scene->people = *options.people;
  if (scene->seconds <= 0) scene->seconds = options.seconds_long;
  std::optional<std::ofstream> truth;
  if (!options.truth.empty()) {
    truth.emplace(options.truth, std::ios::trunc);
    if (!*truth) {
      return fail(ErrorKind::denied, "creating ground truth file " + options.truth, "it cannot be opened for writing",
                  "check that the folder exists and may be written");
    }
  }
  auto frames = is_picture(options.output) ? write_picture(options, *scene, truth ? &*truth : nullptr)
                                           : write_video(options, *scene, truth ? &*truth : nullptr);
  if (!frames) return pass_on(std::move(frames));
  if (options.json) {
    fmt::print("{{\"frames\":{},\"file\":\"{}\"}}\n", *frames, options.output);
  } else {
    fmt::print("{} frames of people who do not exist: {}\n", *frames, options.output);
  }
  return {};
}

}  // namespace

void add_cast_command(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand("cast", "Synthetic people with ground truth");
  command->require_subcommand(1);
  CLI::App* rendering = command->add_subcommand("render", "Write a scene as a video or a picture");
  auto options = std::make_shared<RenderOptions>();
  rendering
      ->add_option("SCENE", options->scene,
                   "portrait, door, lobby or desk, with settings as in lobby?size=640x360&fps=10")
      ->required();
  rendering->add_option("OUT", options->output, "MP4 file to write, or one picture when it ends in .png or .jpg")
      ->required();
  rendering->add_option("--truth", options->truth, "Write the ground truth of every frame as JSON lines to this file");
  rendering->add_option("--seed", options->seed,
                        "The same number gives the same people and the same pixels (default 1)");
  rendering->add_option("--people", options->people, "How many people (default: the scene's)")
      ->check(CLI::Range(1, 1000));
  rendering->add_option("--seconds", options->seconds_long, "Length of the video (default 10)")
      ->check(CLI::Range(0.04, 86400.0));
  rendering->add_option("--at", options->at_s, "Of a picture: so many seconds into the scene (default 0)")
      ->check(CLI::Range(0.0, 1e6));
  rendering->add_flag("--json", options->json, "Say what was written as JSON");
  rendering->callback([options, &exit_status] {
    if (auto rendered = render(*options); !rendered) {
      Terminal{}.complain(rendered.error().message());
      exit_status = 2;
    }
  });
}

}  // namespace regard::app
