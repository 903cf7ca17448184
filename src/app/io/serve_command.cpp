#include <CLI/CLI.hpp>
#include <memory>

#include "app/config.h"
#include "app/people_commands.h"
#include "app/server.h"
#include "app/stop_on_signal.h"
#include "app/terminal.h"
#include "app/watch.h"

namespace regard::app {

namespace {

/// Cameras as the command line names them.
struct Sources {
  std::vector<std::string> addresses;
  std::vector<std::string> names;  ///< in the order of `addresses`; missing ones are made up
  CameraSettings common;
};

std::vector<CameraSettings> cameras_of(const Sources& sources) {
  std::vector<CameraSettings> cameras;
  std::vector<CameraName> taken;
  for (std::size_t i = 0; i < sources.addresses.size(); ++i) {
    CameraSettings camera = sources.common;
    camera.address = sources.addresses[i];
    camera.name = i < sources.names.size() ? sources.names[i] : camera_name_for(camera.address, taken);
    taken.push_back({camera.name});
    cameras.push_back(std::move(camera));
  }
  return cameras;
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<ServeOptions>();
  auto sources = std::make_shared<Sources>();
  auto listen = std::make_shared<std::string>("127.0.0.1:8080");
  CLI::App* command = app.add_subcommand(
      "serve", "Watch cameras and serve a page and an API: people, consent, events, the log. Everybody is blurred");
  command->add_option("SOURCE", sources->addresses, "As for watch: files, addresses of cameras, or cast:SCENE");
  command->add_option("--listen", *listen,
                      "ADDR:PORT (default: 127.0.0.1:8080, this machine only). Another address has TLS: with "
                      "--certificate and --key, or a certificate of "
                      "its own");
  command->add_option("--name", sources->names, "Name of the camera; give it once per SOURCE, in the same order")
      ->take_all()
      ->allow_extra_args(false);
  command
      ->add_option("--fps", sources->common.frames_per_second,
                   "Frames analysed per second (default: 10 for files, 5 for live cameras)")
      ->check(CLI::Range(0.01, 1000.0));
  command
      ->add_option("--classes", sources->common.classes,
                   "What to follow: person, face, any COCO class such as car, or all (default: person,face)")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_flag("--rtsp-udp", sources->common.rtsp_over_udp, "RTSP over UDP instead of TCP");
  command->add_option(
      "--credentials", sources->common.credentials_file,
      "File whose first line is USER:PASSWORD of the cameras; else REGARD_CAMERA_USER and REGARD_CAMERA_PASSWORD");
  command->add_option("--gallery", sources->common.gallery,
                      "Name the people of this gallery who may be recognised; needs --zone");
  command->add_option("--zone", sources->common.zone, "Zone of the gallery that these cameras are in");
  add_network_options(*command, options->networks);
  add_data_options(*command, options->data);
  add_outlet_options(*command, options->outlets);
  auto config = std::make_shared<std::string>();
  command->add_option("--config", *config,
                      "Configuration in TOML instead of options and sources; SIGHUP reads it again. See docs/serve.md");
  command->add_option("--certificate", options->certificate, "Certificate chain in PEM: serve HTTPS");
  command->add_option("--key", options->key, "Private key of the certificate in PEM");
  command->add_flag("--plain-http", options->plain_http,
                    "Serve another address than loopback without TLS: only behind a proxy that has it");
  command->callback([options, sources, listen, config, command, &exit_status] {
    exit_status = failed;
    if (!config->empty()) {
      if (command->count_all() > 2) {  // the command itself and --config
        Terminal{}.complain("reading the options: --config stands alone; write the others into the file");
        return;
      }
      auto read = read_config(*config);
      if (!read) {
        Terminal{}.complain(read.error().message());
        return;
      }
      *options = std::move(*read);
      options->config = *config;
    } else {
      auto address = listen_address_from(*listen);
      if (!address) {
        Terminal{}.complain(address.error().message());
        return;
      }
      options->listen = *address;
      options->cameras = cameras_of(*sources);
    }
    const StopOnSignal signals;
    exit_status = serve(*options, signals.token());
  });
}

}  // namespace regard::app
