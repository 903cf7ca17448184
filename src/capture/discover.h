// discover: which ONVIF cameras answer on this network, and the addresses of their streams.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "capture/capture.h"

namespace regard::capture {

struct DiscoverOptions {
  /// How long answers are waited for.
  Duration timeout = std::chrono::seconds{4};
  /// Sent, as a digest, to the cameras that answer and to nobody else.
  std::optional<Credentials> credentials;
  /// Where the question goes; WS-Discovery 1.0 section 2.4 names these.
  std::string address = "239.255.255.250";
  int port = 3702;
};

/// One stream that a camera offers.
struct DiscoveredStream {
  std::string profile;   ///< the camera's own name for it
  std::string encoding;  ///< "H264", "JPEG", ...; empty when it does not say
  Size size;
  std::string url;  ///< for `open_source`, without credentials
};

struct DiscoveredCamera {
  std::string endpoint;  ///< stays the same when its address changes
  std::string name;
  std::string hardware;
  std::string service;  ///< address of its device service
  std::vector<DiscoveredStream> streams;
  std::optional<Error> problem;  ///< why there are no streams
};

/// Asks the network, waits for `timeout`, and asks each camera that answered for its streams. An empty list when nobody
/// answered. Blocks; any thread. Errors: unavailable (no network), invalid_input.
[[nodiscard]] Result<std::vector<DiscoveredCamera>> discover(const DiscoverOptions& options, std::stop_token stop = {});

/// One line of JSON without the line break: endpoint, name, hardware, service, streams, problem.
[[nodiscard]] std::string to_json(const DiscoveredCamera& camera);

}  // namespace regard::capture
