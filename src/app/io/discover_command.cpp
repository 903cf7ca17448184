#include "app/discover_command.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>

#include "app/credentials.h"
#include "capture/discover.h"

namespace regard::app {
namespace {

struct Arguments {
  double timeout_s = 4;
  std::string credentials_file;
  std::string address;
  int port = 0;
  bool json = false;
};

// What a stranger's device says must not steer the terminal.
std::string printable(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
  return text;
}

void print(const capture::DiscoveredCamera& camera) {
  fmt::print("{} {} ({})\n", printable(camera.name.empty() ? "camera" : camera.name), printable(camera.hardware),
             printable(capture::printable_address(camera.service)));
  for (const capture::DiscoveredStream& stream : camera.streams) {
    fmt::print("  {}  {} {}x{} {}\n", printable(stream.url), printable(stream.encoding), stream.size.width,
               stream.size.height, printable(stream.profile));
  }
  if (camera.problem) fmt::print("  {}\n", printable(camera.problem->message()));
}

int discover(const Arguments& arguments) {
  const auto report = [](const Error& error) {
    fmt::print(stderr, "regard: {}\n", error.message());
    return 2;
  };
  auto known = camera_credentials(arguments.credentials_file);
  if (!known) return report(known.error());
  capture::DiscoverOptions options;
  options.timeout = from_seconds(arguments.timeout_s);
  options.credentials = *known;
  if (!arguments.address.empty()) options.address = arguments.address;
  if (arguments.port != 0) options.port = arguments.port;
  const auto cameras = capture::discover(options);
  if (!cameras) return report(cameras.error());
  for (const capture::DiscoveredCamera& camera : *cameras) {
    if (arguments.json) {
      fmt::print("{}\n", capture::to_json(camera));
    } else {
      print(camera);
    }
  }
  if (cameras->empty()) fmt::print(stderr, "regard: no camera answered; are the cameras on this network?\n");
  return cameras->empty() ? 1 : 0;
}

}  // namespace

void add_discover_command(CLI::App& app, int& exit_status) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("discover", "Lists the ONVIF cameras of this network and their streams");
  command->add_option("--timeout", arguments->timeout_s, "Seconds to wait for answers")->check(CLI::Range(0.1, 60.0));
  command->add_option("--credentials", arguments->credentials_file,
                      "File whose first line is USER:PASSWORD; else REGARD_CAMERA_USER and REGARD_CAMERA_PASSWORD");
  command->add_option("--address", arguments->address, "Ask this address instead of all cameras");
  command->add_option("--port", arguments->port, "UDP port of --address")->check(CLI::Range(1, 65535));
  command->add_flag("--json", arguments->json, "One JSON object per camera and line");
  command->callback([arguments, &exit_status] { exit_status = discover(*arguments); });
}

}  // namespace regard::app
