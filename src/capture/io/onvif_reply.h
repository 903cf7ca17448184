// What ONVIF cameras answer, read out of their XML. Pure but for pugixml. Replies come from the network: nothing in
// them is trusted, and prefixes of names are not relied on, since every maker chooses its own.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "core/core.h"

namespace regard::capture::onvif {

constexpr std::size_t longest_reply = 1 << 20;  ///< bytes; profiles of a large recorder take some 100 kB
constexpr std::size_t most_profiles = 64;

struct ProbeMatch {
  std::string endpoint;
  std::vector<std::string> services;  ///< addresses of its device service
  std::string name;
  std::string hardware;
};

struct Profile {
  std::string token;
  std::string name;
  std::string encoding;
  Size size;
};

/// Errors of all: corrupt (no XML, or not the answer), limit, and for SOAP faults denied or unsupported.
[[nodiscard]] Result<std::vector<ProbeMatch>> read_probe_matches(std::string_view reply);
[[nodiscard]] Result<std::string> read_media_service(std::string_view reply);
[[nodiscard]] Result<std::vector<Profile>> read_profiles(std::string_view reply);
[[nodiscard]] Result<std::string> read_stream_uri(std::string_view reply);
[[nodiscard]] Result<std::chrono::sys_seconds> read_date_and_time(std::string_view reply);

}  // namespace regard::capture::onvif
