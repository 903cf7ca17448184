#include "app/bench_command.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>

#include "app/io/data_command.h"
#include "app/io/stopwatch.h"
#include "app/networks.h"
#include "app/terminal.h"
#include "capture/capture.h"
#include "cast/cast.h"
#include "infer/infer.h"
#include "infer/packs.h"
#include "sinks/sinks.h"
#include "track/track.h"

extern char** environ;

namespace regard::app {
namespace {

struct BenchOptions {
  std::string clip;  ///< video to use; empty: a rendered lobby
  std::vector<int> cameras{1, 2, 4, 8};
  double frames_per_second = 5;
  double seconds_long = 20;
  std::string models_folder;
  bool json = false;
};

/// A 1080p25 H.264 lobby, rendered once and kept in the temporary folder.
Result<std::string> rendered_clip(double seconds_long) {
  const auto file =
      std::filesystem::temp_directory_path() / fmt::format("regard-bench-lobby-{:.0f}s.mp4", seconds_long);
  if (std::filesystem::exists(file)) return file.string();
  fmt::print(stderr, "rendering {:.0f} s of a 1920x1080 lobby (kept in {})\n", seconds_long, file.string());
  cast::SceneOptions scene;
  scene.size = {1920, 1080};
  cast::Stage stage{scene};
  const auto partial = file.string() + ".part.mp4";
  auto video = sinks::VideoFile::create(partial, scene.size, {.threads = 2});
  if (!video) return pass_on(std::move(video));
  for (std::uint64_t frame = 0; static_cast<double>(frame) < seconds_long * scene.frames_per_second; ++frame) {
    const cast::Rendering rendering = stage.render(frame);
    if (auto written = (*video)->write(rendering.picture, rendering.truth.position); !written)
      return pass_on(std::move(written));
  }
  if (auto finished = (*video)->finish(); !finished) return pass_on(std::move(finished));
  std::filesystem::rename(partial, file);
  return file.string();
}

Result<infer::Model> load(const BenchOptions& options, infer::Task task) {
  auto network = infer::find(folder_of({.folder = options.models_folder}), task);
  if (!network) return pass_on(std::move(network));
  return infer::Model::open(network->file);
}

/// The bare networks: the same sizes as the pipeline gives them, prepared tensors, nothing else.
struct Bare {
  infer::Model faces;
  infer::Model objects;
  std::vector<float> face_values;
  std::vector<float> object_values;
  infer::TensorView face_input;
  infer::TensorView object_input;
};

Result<std::unique_ptr<Bare>> bare_networks(const BenchOptions& options, Size frame) {
  auto faces = load(options, infer::Task::face_detection);
  if (!faces) return pass_on(std::move(faces));
  auto objects = load(options, infer::Task::object_detection);
  if (!objects) return pass_on(std::move(objects));
  auto bare = std::make_unique<Bare>(Bare{std::move(*faces), std::move(*objects), {}, {}, {}, {}});
  const int longest = std::max(frame.width, frame.height);
  const int limit = std::min(longest, detect::FaceOptions{}.longest_side);
  const auto padded = [&](int side) { return std::int64_t{(side * limit / longest + 31) / 32 * 32}; };
  const std::int64_t side = bare->objects.inputs()[0].shape[2];
  const auto fill = [](std::vector<float>& values, std::int64_t count, float scale) {
    values.resize(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i * 7919 % 255) * scale;
  };
  fill(bare->face_values, 3 * padded(frame.width) * padded(frame.height), 1.0F);
  fill(bare->object_values, 3 * side * side, 0.01F);
  bare->face_input = {
      bare->faces.inputs()[0].name, {1, 3, padded(frame.height), padded(frame.width)}, bare->face_values};
  bare->object_input = {bare->objects.inputs()[0].name, {1, 3, side, side}, bare->object_values};
  return bare;
}

/// Frame by frame, interleaved so that a noisy machine is noisy for all: decoding, the bare networks, our stages.
Result<Json> measure_pipeline(const BenchOptions& options, const std::string& clip) {
  const auto clock = system_clock();
  capture::SourceOptions rate;
  rate.frames_per_second = options.frames_per_second;
  auto source = capture::open_source(clip, rate);
  if (!source) return pass_on(std::move(source));
  auto networks = open_networks({.folder = options.models_folder});
  if (!networks) return pass_on(std::move(networks));
  std::unique_ptr<Bare> bare;
  std::optional<track::Tracker> tracker;
  Stopwatch decoding{*clock};
  Stopwatch running{*clock};
  Stopwatch faces{*clock};
  Stopwatch objects{*clock};
  Stopwatch tracking{*clock};
  while (true) {
    auto frame = decoding.time([&] { return (*source)->next({}); });
    if (!frame) return pass_on(std::move(frame));
    if (!*frame) break;
    const capture::Picture& picture = *(*frame)->picture;
    if (!bare) {
      auto opened = bare_networks(options, picture.size());
      if (!opened) return pass_on(std::move(opened));
      bare = std::move(*opened);
      tracker.emplace(picture.size(), track::Options{});
      if (auto run = bare->faces.run(bare->face_input); !run) return pass_on(std::move(run));
      if (auto run = bare->objects.run(bare->object_input); !run) return pass_on(std::move(run));
      if (auto warm = networks->faces->detect(picture); !warm) return pass_on(std::move(warm));
      if (auto warm = networks->objects->detect(picture, {}); !warm) return pass_on(std::move(warm));
    }
    auto bare_run = running.time([&] {
      auto first = bare->faces.run(bare->face_input);
      return first ? bare->objects.run(bare->object_input) : std::move(first);
    });
    if (!bare_run) return pass_on(std::move(bare_run));
    auto found = faces.time([&] { return networks->faces->detect(picture); });
    if (!found) return pass_on(std::move(found));
    auto things = objects.time([&] { return networks->objects->detect(picture, {}); });
    if (!things) return pass_on(std::move(things));
    found->insert(found->end(), things->begin(), things->end());
    static_cast<void>(tracking.time([&] { return tracker->update(*found, (*frame)->index, (*frame)->position); }));
  }
  const double ours = faces.milliseconds_each() + objects.milliseconds_each() + tracking.milliseconds_each();
  return Json{{"frames", running.calls()},
              {"decode_ms", decoding.milliseconds_each()},
              {"bare_networks_ms", running.milliseconds_each()},
              {"faces_ms", faces.milliseconds_each()},
              {"objects_ms", objects.milliseconds_each()},
              {"track_ms", tracking.milliseconds_each()},
              {"overhead", ours / running.milliseconds_each() - 1}};
}

/// Runs this very program with `arguments` and returns its standard output. Seconds until the first line that holds
/// `marker` go to `first`.
Result<std::string> run_self(const std::vector<std::string>& arguments, const std::string& marker, double& first) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return fail(ErrorKind::unavailable, "starting a measured process", "no pipe can be made", "close other programs");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::vector<char*> argv;
  std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  argv.push_back(self.data());
  std::vector<std::string> copies = arguments;
  for (std::string& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const auto clock = system_clock();
  const Duration begin = clock->elapsed();
  pid_t child = 0;
  const int started = posix_spawn(&child, self.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (started != 0) {
    ::close(ends[0]);
    return fail(ErrorKind::unavailable, "starting a measured process", self + " does not start", "check its rights");
  }
  std::string output;
  char buffer[4096];
  bool seen = false;
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    output.append(buffer, static_cast<std::size_t>(got));
    if (!seen && output.find(marker) != std::string::npos) {
      seen = true;
      first = seconds(clock->elapsed() - begin);
    }
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) {
    return fail(ErrorKind::unavailable, "measuring `regard watch`", "it ended with an error",
                "run it by hand to see why");
  }
  return output;
}

Result<Json> measure_cameras(const BenchOptions& options, const std::string& clip, int cameras) {
  std::vector<std::string> arguments{"watch"};
  for (int i = 0; i < cameras; ++i) arguments.push_back(clip);
  for (const char* word : {"--events", "-", "--every-frame", "--fps"}) arguments.emplace_back(word);
  arguments.push_back(fmt::format("{}", options.frames_per_second));
  if (!options.models_folder.empty()) arguments.insert(arguments.end(), {"--models", options.models_folder});
  double first = 0;
  auto output = run_self(arguments, "track_started", first);
  if (!output) return pass_on(std::move(output));
  const auto last = output->rfind('\n', output->size() - 2);
  const Json summary = Json::parse(output->substr(last == std::string::npos ? 0 : last + 1), nullptr, false);
  if (summary.is_discarded() || summary.value("event", "") != "summary") {
    return fail(ErrorKind::corrupt, "measuring `regard watch`", "its last line is not a summary", "report this");
  }
  const double video_seconds = summary["frames"]["analysed"].get<double>() / options.frames_per_second / cameras;
  return Json{{"cameras", cameras},
              {"cpu_seconds", summary["cpu_seconds"]},
              {"cores_per_camera", summary["cpu_seconds"].get<double>() / video_seconds / cameras},
              {"wall_seconds", summary["wall_seconds"]},
              {"peak_megabytes", summary["peak_memory_bytes"].get<double>() / 1e6},
              {"first_track_seconds", first}};
}

void print(const Json& pipeline, const Json& cameras) {
  fmt::print("one frame, one thread (milliseconds, mean of {} frames)\n", pipeline["frames"].get<int>());
  for (const auto& [key, label] :
       {std::pair{"decode_ms", "decoding, with the frames in between"},
        std::pair{"bare_networks_ms", "the two networks alone"},
        std::pair{"faces_ms", "faces: convert, run, decode, suppress"},
        std::pair{"objects_ms", "bodies: convert, run, decode, suppress"}, std::pair{"track_ms", "track"}}) {
    fmt::print("  {:40} {:8.2f}\n", label, pipeline[key].get<double>());
  }
  fmt::print("  {:40} {:7.1f} %\n\n", "overhead over the networks alone", pipeline["overhead"].get<double>() * 100);
  fmt::print("cameras   CPU seconds   cores a camera   peak MB   first track after\n");
  for (const Json& row : cameras) {
    fmt::print("{:7}   {:11.2f}   {:14.3f}   {:7.0f}   {:15.2f} s\n", row["cameras"].get<int>(),
               row["cpu_seconds"].get<double>(), row["cores_per_camera"].get<double>(),
               row["peak_megabytes"].get<double>(), row["first_track_seconds"].get<double>());
  }
}

Result<void> bench(const BenchOptions& options) {
  auto clip = options.clip.empty() ? rendered_clip(options.seconds_long) : Result<std::string>{options.clip};
  if (!clip) return pass_on(std::move(clip));
  auto pipeline = measure_pipeline(options, *clip);
  if (!pipeline) return pass_on(std::move(pipeline));
  Json rows = Json::array();
  for (const int cameras : options.cameras) {
    auto row = measure_cameras(options, *clip, cameras);
    if (!row) return pass_on(std::move(row));
    rows.push_back(std::move(*row));
  }
  if (options.json) {
    print_json(Json{{"clip", *clip}, {"pipeline", *pipeline}, {"cameras", rows}});
  } else {
    print(*pipeline, rows);
  }
  return {};
}

}  // namespace

void add_bench_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* command = app.add_subcommand("bench", "Measure this machine: cost of a frame, of cameras, memory");
  command->add_option("--clip", options->clip, "Video to analyse (default: 20 s of a rendered 1080p25 lobby)");
  command->add_option("--cameras", options->cameras, "Numbers of cameras to run at once (default: 1,2,4,8)")
      ->delimiter(',')
      ->check(CLI::Range(1, 64));
  command->add_option("--fps", options->frames_per_second, "Frames analysed per second (default 5)")
      ->check(CLI::Range(0.1, 100.0));
  command->add_option("--models", options->models_folder, "Folder of installed networks");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->callback([options, &exit_status] {
    if (auto done = bench(*options); !done) {
      Terminal{}.complain(done.error().message());
      exit_status = 2;
    }
  });
}

}  // namespace regard::app
