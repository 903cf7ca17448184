#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "app/server.h"
#include "app/watch.h"

namespace regard::app {
namespace {

/// Prometheus text format: backslash, quote and line break are escaped in label values.
std::string label(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n')
      escaped += "\\n";
    else
      escaped += c;
  }
  return escaped;
}

std::string family(const std::string& name, const std::string& kind, const std::string& help) {
  return fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, kind);
}

template <typename Value>
std::string per_camera(const ServerStatus& status, const std::string& name, const std::string& kind,
                       const std::string& help, Value value) {
  std::string text = family(name, kind, help);
  for (const CameraStatus& camera : status.cameras)
    text += fmt::format("{}{{camera=\"{}\"}} {}\n", name, label(camera.name), value(camera));
  return text;
}

}  // namespace

Result<ListenAddress> listen_address_from(const std::string& text) {
  const auto wrong = [&](std::string cause) {
    return fail(ErrorKind::invalid_input, "reading the address to listen on, " + text, std::move(cause),
                "write it as 127.0.0.1:8080 or [::1]:8080");
  };
  ListenAddress listen;
  std::string port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string::npos) return wrong("its ] is missing");
    listen.address = text.substr(1, end - 1);
    if (end + 1 < text.size() && text[end + 1] != ':') return wrong("after ] comes a : and the port");
    port = end + 1 < text.size() ? text.substr(end + 2) : "8080";
  } else {
    const std::size_t colon = text.find(':');
    if (colon != 0 && !text.empty()) listen.address = text.substr(0, colon);
    port = colon == std::string::npos ? "8080" : text.substr(colon + 1);
  }
  const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
  if (failure != std::errc{} || end != port.data() + port.size()) return wrong("its port is not one of 0 to 65535");
  return listen;
}

bool is_loopback(const std::string& address) { return address.starts_with("127.") || address == "::1"; }

bool is_loopback_host(std::string_view host) {
  if (host.starts_with("[::1]")) return host.size() == 5 || host[5] == ':';
  const std::string_view name = host.substr(0, host.find(':'));
  if (name == "localhost") return true;
  return name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string_view::npos;
}

Result<void> check_origin(const std::string& origin) {
  const bool is_secure = origin.starts_with("https://");
  const bool is_local = origin == "http://localhost" || origin.starts_with("http://localhost:");
  const std::string rest = is_secure ? origin.substr(8) : "localhost";
  const bool is_plain = !rest.empty() && std::ranges::all_of(rest, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':';
  });
  const bool is_name = std::ranges::any_of(rest.substr(0, rest.find(':')), [](char c) { return c >= 'a' && c <= 'z'; });
  if ((is_secure || is_local) && is_plain && is_name) return {};
  return fail(ErrorKind::invalid_input, "reading the origin", "origin is not the address of a page with a name",
              "write it as https://regard.example.org, in lower case and without a path");
}

std::string url_of(const ListenAddress& address, Scheme scheme) {
  const bool is_ipv6 = address.address.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}/", scheme == Scheme::https ? "https" : "http", is_ipv6 ? "[" : "", address.address,
                     is_ipv6 ? "]" : "", address.port);
}

std::string metrics_text(const ServerStatus& status) {
  std::string text =
      per_camera(status, "regard_frames_decoded_total", "counter", "Frames that came out of the decoder.",
                 [](const CameraStatus& camera) { return camera.counts.decoded; }) +
      per_camera(status, "regard_frames_analysed_total", "counter", "Frames in which people were looked for.",
                 [](const CameraStatus& camera) { return camera.counts.analysed; }) +
      per_camera(status, "regard_frames_still_total", "counter", "Frames left alone because nothing had moved.",
                 [](const CameraStatus& camera) { return camera.counts.still; }) +
      per_camera(status, "regard_frames_dropped_total", "counter", "Due frames lost because analysis was slower.",
                 [](const CameraStatus& camera) { return camera.counts.dropped; }) +
      per_camera(status, "regard_camera_reconnections_total", "counter", "Times the connection was made anew.",
                 [](const CameraStatus& camera) { return camera.counts.reconnections; }) +
      per_camera(status, "regard_camera_up", "gauge", "1 while pictures come.",
                 [](const CameraStatus& camera) { return camera.state == "live" ? 1 : 0; }) +
      per_camera(status, "regard_camera_viewers", "gauge", "Who looks at the camera's pictures now.",
                 [](const CameraStatus& camera) { return camera.viewers; });
  text += family("regard_tracks_total", "counter", "Confirmed tracks by class.");
  for (const CameraStatus& camera : status.cameras) {
    for (const auto& [name, count] : camera.counts.tracks)
      text +=
          fmt::format("regard_tracks_total{{camera=\"{}\",class=\"{}\"}} {}\n", label(camera.name), label(name), count);
  }
  text += family("regard_stage_seconds", "histogram", "How long each stage took with a frame.");
  for (const CameraStatus& camera : status.cameras) {
    for (const auto& [stage, took] : camera.took)
      text += took.text("regard_stage_seconds", fmt::format("camera=\"{}\",stage=\"{}\"", label(camera.name), stage));
  }
  text += family("regard_events_total", "counter", "Events told, by type.");
  for (const auto& [type, count] : status.events)
    text += fmt::format("regard_events_total{{type=\"{}\"}} {}\n", label(type), count);
  text += family("regard_sink_waiting_events", "gauge", "Events that a sink does not have yet.");
  for (const OutletStatus& one : status.outlets)
    text += fmt::format("regard_sink_waiting_events{{sink=\"{}\"}} {}\n", label(one.name), one.waiting);
  text +=
      family("regard_sink_lost_events_total", "counter", "Events that a sink will never get: the journal was full.");
  for (const OutletStatus& one : status.outlets)
    text += fmt::format("regard_sink_lost_events_total{{sink=\"{}\"}} {}\n", label(one.name), one.lost);
  return text + family("regard_log_entries", "gauge", "Entries of the transparency log.") +
         fmt::format("regard_log_entries {}\n", status.log_entries) +
         family("regard_memory_bytes", "gauge", "Resident memory of the process.") +
         fmt::format("regard_memory_bytes {}\n", status.memory_bytes) +
         family("regard_connections", "gauge", "Open HTTP connections.") +
         fmt::format("regard_connections {}\n", status.connections);
}

Result<void> check(const CameraSettings& settings) {
  const auto wrong = [&](std::string cause, std::string remedy) {
    return fail(ErrorKind::invalid_input, "setting up camera " + settings.name, std::move(cause), std::move(remedy));
  };
  constexpr std::size_t longest_name = 64;
  const bool is_plain = std::ranges::all_of(settings.name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
  if (settings.name.empty() || settings.name.size() > longest_name || !is_plain)
    return wrong("its name is not plain", "use 1 to 64 letters, digits, dots, - and _");
  if (settings.address.empty()) return wrong("it has no address", "name a file, rtsp://..., /dev/videoN or cast:SCENE");
  if (const auto wanted = wanted_from(settings.classes); !wanted) return tl::unexpected<Error>{wanted.error()};
  const double rate = settings.frames_per_second.value_or(1);
  if (!(rate >= 0.01 && rate <= 1000)) return wrong("its rate is out of reach", "use 0.01 to 1000 frames a second");
  if (settings.gallery.empty() != settings.zone.empty())
    return wrong("a gallery needs a zone, and a zone a gallery", "name both, or none: then nobody is recognised");
  return {};
}

std::string event_type(const events::Event& event) {
  if (const auto* track = std::get_if<events::TrackEvent>(&event))
    return track->type == events::TrackEvent::Type::started ? "track_started" : "track_ended";
  if (std::holds_alternative<events::CameraEvent>(event)) return "camera_state";
  if (std::holds_alternative<events::IdentifiedEvent>(event)) return "identified";
  return "summary";
}

std::string event_type(std::string_view json) {
  constexpr std::string_view begins = "{\"event\":\"";
  if (!json.starts_with(begins)) return "";
  json.remove_prefix(begins.size());
  return std::string{json.substr(0, json.find('"'))};
}

}  // namespace regard::app
