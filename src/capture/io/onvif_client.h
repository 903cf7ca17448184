// Talking to one ONVIF camera over HTTP.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "capture/discover.h"
#include "capture/io/onvif_reply.h"
#include "capture/logic/onvif.h"

namespace regard::capture::onvif {

/// base64(SHA-1(nonce + created + password)) and what goes with it, for `created`. `nonce`: 16 random bytes.
[[nodiscard]] SecurityToken sign(const Credentials& credentials, const std::string& nonce, const std::string& created);

/// Asks the camera whose device service is at `service` for its streams. Credentials go only to the host of `service`.
[[nodiscard]] Result<std::vector<DiscoveredStream>> streams_of(const std::string& service,
                                                               const std::optional<Credentials>& credentials,
                                                               const std::stop_token& stop);

}  // namespace regard::capture::onvif
