#include <CLI/CLI.hpp>
#include <memory>

#include "app/stop_on_signal.h"
#include "app/terminal.h"
#include "app/watch.h"

namespace regard::app {
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
    options->people = path_of(recognition->data) / "regard.db";
    exit_status = watch_until_stopped(*options);
  });
}

}  // namespace regard::app
