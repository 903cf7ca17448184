#include "serve/serve.h"

namespace regard::serve {
namespace {

/// WHATWG HTML 9.2.5: each line of the data gets a field of its own; CR, LF and CRLF end a line.
std::string server_sent_event(const Message& message) {
  std::string text = "id: " + std::to_string(message.id) + "\nevent: " + message.type + "\ndata: ";
  const std::string& data = *message.data;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data[i] == '\r' && i + 1 < data.size() && data[i + 1] == '\n') continue;
    if (data[i] == '\n' || data[i] == '\r')
      text += "\ndata: ";
    else
      text += data[i];
  }
  return text + "\n\n";
}

}  // namespace

std::string_view content_type(Feed feed) {
  return feed == Feed::server_sent_events ? "text/event-stream" : "multipart/x-mixed-replace; boundary=picture";
}

std::string written(const Message& message, Feed feed) {
  if (feed == Feed::server_sent_events) return server_sent_event(message);
  return "--picture\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(message.data->size()) +
         "\r\n\r\n" + *message.data + "\r\n";
}

std::string written_gap(std::uint64_t missed) {
  return "event: missed\ndata: {\"messages\":" + std::to_string(missed) + "}\n\n";
}

std::string framed(const Message& message) {
  return "{\"id\":" + std::to_string(message.id) + ",\"type\":\"" + message.type + "\",\"data\":" + *message.data + "}";
}

std::string framed_gap(std::uint64_t missed) {
  return "{\"type\":\"missed\",\"data\":{\"messages\":" + std::to_string(missed) + "}}";
}

}  // namespace regard::serve
