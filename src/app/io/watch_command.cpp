#include <signal.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "app/terminal.h"
#include "app/watch.h"

namespace regard::app {
namespace {

/// Set by the handler: signals reach any thread, also those that libraries start before main, so blocking them in ours
/// is not enough.
std::atomic<bool> asked_to_stop = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may not wait");

/// Turns Ctrl-C and `kill` into a stop request while it lives; a second signal ends the program at once.
class StopOnSignal {
 public:
  StopOnSignal() {
    asked_to_stop = false;
    struct sigaction action {};
    action.sa_handler = [](int) { asked_to_stop = true; };
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
    waiter_ = std::jthread{[this](const std::stop_token& over) {
      while (!over.stop_requested() && !asked_to_stop) std::this_thread::sleep_for(std::chrono::milliseconds{50});
      if (asked_to_stop) stop_.request_stop();
    }};
  }

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::jthread waiter_;
};

}  // namespace

int watch_until_stopped(const WatchOptions& options) {
  const StopOnSignal signals;
  return watch(options, signals.token());
}

void add_watch_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<WatchOptions>();
  auto json = std::make_shared<bool>(false);
  auto still = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand(
      "watch", "Find and follow people, faces and objects; nobody is recognised unless --gallery says who may be");
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
          "--tiles", options->networks.tiles,
          "Also look in N x N tiles, for small faces and distant people; costs N x N times more (default 1: no tiles)")
      ->check(CLI::Range(1, 8));
  command->add_flag("--rtsp-udp", options->rtsp_over_udp, "RTSP over UDP instead of TCP");
  command->add_option(
      "--credentials", options->credentials_file,
      "File whose first line is USER:PASSWORD of the cameras; else REGARD_CAMERA_USER and REGARD_CAMERA_PASSWORD");
  add_network_options(*command, options->networks);
  add_outlet_options(*command, options->outlets);
  auto recognition = std::make_shared<RecognitionWishes>();
  command->add_option("--gallery", recognition->gallery,
                      "Name the people of this gallery who may be recognised; needs --zone");
  command->add_option("--zone", recognition->zone, "Zone of the gallery that these cameras are in");
  add_data_options(*command, recognition->data);
  command->callback([options, json, still, recognition, &exit_status] {
    if (*json) options->events = "-";
    options->motion_gate = !*still;
    if (recognition->gallery.empty() != recognition->zone.empty()) {
      Terminal{}.complain("watching: --gallery and --zone belong together; give both, or neither");
      exit_status = 2;
      return;
    }
    if (!recognition->gallery.empty()) options->recognition = *recognition;
    if (options->outlets.journal.empty()) options->outlets.journal = path_of(recognition->data) / "journal";
    exit_status = watch_until_stopped(*options);
  });
}

}  // namespace regard::app
