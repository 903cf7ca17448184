// serve: HTTP/1.1, TLS, server-sent events, WebSocket, motion JPEG.  Bytes of clients -> Request, Response -> bytes.
// Decides nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/core.h"

namespace regard::serve {

enum class Method { get, head, post, put, patch, remove, options, other };

/// "GET"; `other` is "OTHER".
[[nodiscard]] std::string_view to_string(Method method);
/// Case-sensitive, as RFC 9110 section 9.1 has it; what is not known is `other`.
[[nodiscard]] Method method_from(std::string_view name);

/// Where a request goes to, decoded.
struct Target {
  std::string path;                          ///< starts with /, without the query
  std::map<std::string, std::string> query;  ///< the last of several values of one name counts
};

/// Reads "/a%20b?x=1&y". Errors: invalid_input (no / at the start, a broken escape, a NUL).
[[nodiscard]] Result<Target> target_from(std::string_view text);

/// Reads a Cookie header (RFC 6265 section 4.2); what does not look like name=value is left out.
[[nodiscard]] std::map<std::string, std::string> cookies_from(std::string_view header);

/// One request, complete and within the limits. Value.
struct Request {
  Method method{};
  std::string path;
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;  ///< names in lower case; several of one name joined by ", "
  std::string body;
  std::string peer;  ///< the client's address, without port

  /// The value of a header, by its name in lower case; empty when there is none.
  [[nodiscard]] std::string header(const std::string& name) const;
};

/// From which message on a listener wants to hear: the header Last-Event-ID, which browsers send when they come back,
/// else `after` of the query. Nothing when neither is a number: then only what is new.
[[nodiscard]] std::optional<std::uint64_t> resume_after(const Request& request);

/// One message of a channel. Immutable.
struct Message {
  std::uint64_t id = 0;  ///< grows with each message of the channel
  std::string type;      ///< "event" of server-sent events
  std::shared_ptr<const std::string> data;
};

/// What many listen to: events, or the pictures of one camera. Internally locked: any thread.
class Channel {
 public:
  /// What a listener gets who heard everything up to some message.
  struct Heard {
    std::vector<Message> messages;
    std::uint64_t missed = 0;  ///< messages in between that are no longer kept
  };
  /// `kept`: how many of the last messages a listener who comes back may ask for; at least 1.
  explicit Channel(std::size_t kept);

  /// With an id of its own: one above the newest.
  void publish(std::string type, std::string data);
  /// With an id that is kept elsewhere; one that is not above the newest is left out.
  void publish(std::uint64_t id, std::string type, std::string data);
  /// Messages after `id`, oldest first, at most `most`. An `id` of the future counts as 0: somebody else counted.
  [[nodiscard]] Heard after(std::uint64_t id, std::size_t most) const;
  [[nodiscard]] std::uint64_t newest() const;  ///< 0: none yet
  [[nodiscard]] std::size_t listeners() const;

  /// `wake` is called after each message, on the thread that publishes, until `unsubscribe` has returned. It must be
  /// quick and must not use the channel.
  [[nodiscard]] std::uint64_t subscribe(std::function<void()> wake);
  void unsubscribe(std::uint64_t subscription);

  /// Nothing more will come: feeds end when their listeners have what is there.
  void close();
  [[nodiscard]] bool is_closed() const;

 private:
  void add(Message message);  ///< under the lock
  mutable std::mutex mutex_;
  const std::size_t kept_;
  std::deque<Message> messages_;
  bool closed_ = false;
  std::uint64_t newest_ = 0;
  std::uint64_t next_subscription_ = 0;
  std::map<std::uint64_t, std::function<void()>> wakes_;
};

/// How a listener is fed; over WebSocket when the request asks for that upgrade: a text frame for each message with its
/// number, a binary frame for each picture.
enum class Feed {
  server_sent_events,  ///< all messages, each with its number
  motion_jpeg,         ///< multipart/x-mixed-replace; the newest picture wins
};

/// The type that the response of a feed has.
[[nodiscard]] std::string_view content_type(Feed feed);
/// One message as its feed writes it: WHATWG HTML 9.2 for server-sent events, RFC 2046 5.1 for pictures.
[[nodiscard]] std::string written(const Message& message, Feed feed);
/// What a listener is told who missed messages: an event "missed" with how many.
[[nodiscard]] std::string written_gap(std::uint64_t missed);
/// The same two over WebSocket: the text of one frame, JSON.
[[nodiscard]] std::string framed(const Message& message);
[[nodiscard]] std::string framed_gap(std::uint64_t missed);

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<Channel> channel;  ///< when set, the response goes on with its messages as `feed`
  Feed feed{};
  std::optional<std::uint64_t> after;  ///< of the channel: what the listener has; nothing: only what is new
  std::function<bool()> may_go_on{};   ///< asked before each write of a feed, on the network's thread: must be quick
  /// What a listener is told in place of a message's data, asked at each write; null: the data. As quick.
  std::function<std::string(const std::string& data)> told{};
};

/// RFC 9457: a failure as application/problem+json, with the three parts of Regard's errors.
[[nodiscard]] Response problem(const Error& error);
[[nodiscard]] Response problem(int status, const Error& error);

using Handler = std::function<Response(const Request&)>;
using Parameters = std::map<std::string, std::string>;

/// Which handler answers what. "/v1/people/{id}" gives the handler `id` in its parameters. Immutable once serving.
class Router {
 public:
  using RouteHandler = std::function<Response(const Request&, const Parameters&)>;
  /// One pattern may have several methods; a pattern without parameters goes before one with.
  void add(Method method, const std::string& pattern, RouteHandler handler);
  /// 404 and 405 (with Allow) are problems too; HEAD is GET whose body the server leaves out; OPTIONS tells Allow.
  [[nodiscard]] Response operator()(const Request& request) const;

 private:
  struct Route {
    std::vector<std::string> parts;  ///< "{name}" is a parameter
    std::map<Method, RouteHandler> handlers;
  };
  std::vector<Route> routes_;
};

/// Lets `rate` requests a second through, and `burst` at once. Value: time is an argument.
class RateLimit {
 public:
  RateLimit(double rate, double burst, Duration now) : rate_{rate}, burst_{burst}, left_{burst}, at_{now} {}
  [[nodiscard]] bool take(Duration now);
  /// Nothing was taken for so long that a new one would be the same.
  [[nodiscard]] bool is_full(Duration now) const;

 private:
  [[nodiscard]] double left_at(Duration now) const;
  double rate_;
  double burst_;
  double left_;
  Duration at_;
};

struct ServerOptions {
  std::string address = "127.0.0.1";      ///< IPv4 or IPv6, as digits
  std::uint16_t port = 8080;              ///< 0: any free one
  std::string certificate{};              ///< file with a PEM chain: then only TLS 1.2 and later is spoken
  std::string key{};                      ///< file with its private key, PEM
  std::size_t longest_body = 64U << 10U;  ///< more gets 413
  /// When set: how long the body may be of a request whose header was read. Asked on the network's thread: quick.
  std::function<std::size_t(const Request&)> longest_body_of{};
  std::size_t longest_header = 16U << 10U;  ///< more gets 431
  Duration header_time = std::chrono::seconds{10};
  Duration body_time = std::chrono::seconds{30};
  Duration idle_time = std::chrono::seconds{75};  ///< between requests, and for a client that takes nothing
  Duration heartbeat = std::chrono::seconds{15};  ///< a comment into server-sent events, so that dead clients show
  std::size_t most_connections = 1024;            ///< more get 503
  std::size_t most_connections_per_peer = 256;
  double requests_per_second_per_peer = 200;  ///< more get 429 with Retry-After; twice as many at once
  int threads = 2;                            ///< that run handlers; the network has one of its own
};

/// Serves until it is destroyed or stopped. Any thread.
class Server {
 public:
  /// Errors: unavailable (address in use), denied (port below 1024), invalid_input (not an address of this machine; a
  /// certificate or key that cannot be used).
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler);
  virtual ~Server() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  [[nodiscard]] virtual std::size_t connections() const = 0;
  /// No new connections; requests in progress are finished within `patience`, feeds end at once.
  virtual void stop(Duration patience) = 0;
};

}  // namespace regard::serve
