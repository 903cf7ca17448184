#include <signal.h>

#include <CLI/CLI.hpp>
#include <array>
#include <ctime>
#include <memory>
#include <thread>

#include "app/watch.h"

namespace regard::app {
namespace {

/// Turns Ctrl-C and `kill` into a stop request while it lives; a second signal ends the program at once.
class StopOnSignal {
 public:
  StopOnSignal() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);  // inherited by every thread started later
    waiter_ = std::jthread{[this](const std::stop_token& over) {
      constexpr timespec patience{0, 100'000'000};
      while (!over.stop_requested()) {
        if (sigtimedwait(&signals_, nullptr, &patience) <= 0) continue;
        stop_.request_stop();
        pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
        return;
      }
    }};
  }

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  sigset_t signals_{};
  std::stop_source stop_;
  std::jthread waiter_;
};

}  // namespace

void add_watch_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<WatchOptions>();
  auto json = std::make_shared<bool>(false);
  auto still = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand("watch", "Find and follow people, faces and objects; nobody is recognised");
  command
      ->add_option(
          "SOURCE", options->sources,
          "Files, image folders, rtsp:// rtsps:// http:// https:// rtmp:// srt:// udp:// addresses, /dev/videoN, "
          "or cast:SCENE?people=5&seed=1")
      ->required();
  command->add_option("--name", options->names, "Name of the camera; give it once per SOURCE, in the same order")
      ->take_all()
      ->allow_extra_args(false);
  command
      ->add_option("--fps", options->frames_per_second,
                   "Frames analysed per second (default: 10 for files, 5 for live cameras)")
      ->check(CLI::Range(0.01, 1000.0));
  command
      ->add_option("--classes", options->classes,
                   "What to follow: person, face, any COCO class such as car, or all (default: person,face)")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--events", options->events, "Append events as JSON lines to this file; - for standard output");
  command->add_option("--save", options->save,
                      "Write an MP4 with boxes and numbers; every face is blurred beyond recovery");
  command->add_option("--duration", options->duration_s, "Stop after so many seconds of video")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--json", *json, "The same as --events -");
  command->add_flag("--every-frame", *still, "Analyse frames also when the scene does not change");
  command
      ->add_option(
          "--tiles", options->tiles,
          "Also look in N x N tiles, for small faces and distant people; costs N x N times more (default 1: no tiles)")
      ->check(CLI::Range(1, 8));
  command->add_flag("--rtsp-udp", options->rtsp_over_udp, "RTSP over UDP instead of TCP");
  command->add_option(
      "--credentials", options->credentials_file,
      "File whose first line is USER:PASSWORD of the cameras; else REGARD_CAMERA_USER and REGARD_CAMERA_PASSWORD");
  command->add_option("--models", options->models_folder,
                      "Folder of installed networks (default: $REGARD_MODELS, or beside the program)");
  command->add_option("--provider", options->provider,
                      "Where networks run: cpu, cuda, openvino, coreml, as the installed library offers");
  command->callback([options, json, still, &exit_status] {
    if (*json) options->events = "-";
    options->motion_gate = !*still;
    const StopOnSignal signals;
    exit_status = watch(*options, signals.token());
  });
}

}  // namespace regard::app
