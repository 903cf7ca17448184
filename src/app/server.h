// `regard serve`: cameras, people, consent and the log for whoever logs in, over HTTP.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/cameras.h"
#include "app/data_folder.h"
#include "app/outlets.h"
#include "core/core.h"

namespace CLI {
class App;
}

namespace regard::app {

/// Where to listen.
struct ListenAddress {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

/// Reads "127.0.0.1:8080", "[::1]:8080", "192.0.2.7" or ":8080". Errors: invalid_input.
[[nodiscard]] Result<ListenAddress> listen_address_from(const std::string& text);
/// Only programs of this machine reach it.
[[nodiscard]] bool is_loopback(const std::string& address);
/// Whether a request with this Host header was meant for a server on loopback. A page of another site can point a name
/// of its own at 127.0.0.1 (DNS rebinding) and would then read everything here; but its Host gives it away.
[[nodiscard]] bool is_loopback_host(std::string_view host);
/// Errors: invalid_input (not "https://", a host name, and perhaps a port; without TLS only localhost counts).
[[nodiscard]] Result<void> check_origin(const std::string& origin);
enum class Scheme { http, https };
/// "http://127.0.0.1:8080/"
[[nodiscard]] std::string url_of(const ListenAddress& address, Scheme scheme);

/// Who answers for the cameras, for the people in front of them: whoever asks may read it.
struct Notice {
  std::string controller;  ///< name and address; empty: nothing is published
  std::string contact;     ///< whom to ask
  std::string policy;      ///< address of the whole privacy notice
  std::string site;        ///< what the place is called
};

/// No outlets; the last events are kept for listeners who come back, some 5 MB of memory.
[[nodiscard]] inline OutletWishes kept_by_servers() {
  OutletWishes wishes;
  wishes.kept_events = 10'000;
  return wishes;
}

struct ServeOptions {
  std::string config;  ///< file that is read again when the program is told to (SIGHUP); empty: none
  std::vector<CameraSettings> cameras;
  Notice notice;
  ListenAddress listen;
  bool plain_http = false;  ///< on another address than loopback too
  std::string certificate;  ///< PEM chain; empty: no TLS
  std::string key;          ///< PEM
  std::string origin;       ///< of the page, which passkeys are for; empty: only on localhost
  NetworkOptions networks;
  DataOptions data;
  OutletWishes outlets = kept_by_servers();  ///< an empty journal: `journal` in the data folder
};

/// What the program as a whole is doing. Value.
struct ServerStatus {
  std::vector<CameraStatus> cameras;
  std::map<std::string, std::uint64_t> events;  ///< told so far, by type
  std::vector<OutletStatus> outlets{};
  std::uint64_t log_entries = 0;
  std::uint64_t memory_bytes = 0;  ///< resident
  std::uint64_t connections = 0;
};

/// Prometheus text format 0.0.4.
[[nodiscard]] std::string metrics_text(const ServerStatus& status);
/// "track_started", as in the event's JSON.
[[nodiscard]] std::string event_type(const events::Event& event);
/// The same of an event's JSON; empty when it is none.
[[nodiscard]] std::string event_type(std::string_view json);

/// The files of the page and the description of the API, as they were when the program was built.
struct PageFile {
  std::string_view name;  ///< "index.html"
  std::string_view text;
};
[[nodiscard]] std::span<const PageFile> page_files();
[[nodiscard]] std::string_view openapi_json();

/// Serves until `stop` is requested. Exit status: 0, or 2 when it could not begin.
[[nodiscard]] int serve(const ServeOptions& options, const std::stop_token& stop);

/// Adds `serve` to the command line; `exit_status` is set when it has run.
void add_serve_command(CLI::App& app, int& exit_status);

}  // namespace regard::app
