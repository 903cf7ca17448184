// The network side, on Boost.Beast. One thread runs all connections as coroutines, so what they share needs no lock;
// handlers run on threads of their own, because they may read files.
// clang-format off: asio/awaitable.hpp of Boost 1.74 uses std::exchange without including what has it.
#include <utility>
// clang-format on

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <condition_variable>
#include <exception>
#include <limits>
#include <set>
#include <thread>

#include "serve/peer.h"
#include "serve/serve.h"

namespace regard::serve {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using Failure = boost::system::error_code;
template <typename T>
using Awaitable = asio::awaitable<T>;

auto into(Failure& failure) { return asio::redirect_error(asio::use_awaitable, failure); }

Error error_of(std::string doing, std::string cause, std::string remedy, ErrorKind kind = ErrorKind::invalid_input) {
  return {kind, std::move(doing), std::move(cause), std::move(remedy)};
}

/// What the parser of Beast found wrong, as the answer for it; nothing when the client just went.
std::optional<Response> answer_to(const Failure& failure, const ServerOptions& options) {
  const std::string doing = "reading a request";
  if (failure == http::error::body_limit)
    return problem(413, error_of(doing, "its body is too large", "send less, or log in first: see docs/serve.md",
                                 ErrorKind::limit));
  if (failure == http::error::header_limit || failure == http::error::buffer_overflow)
    return problem(431,
                   error_of(doing, "its header is too large",
                            "send at most " + std::to_string(options.longest_header) + " bytes", ErrorKind::limit));
  if (failure == http::error::end_of_stream || failure == http::error::partial_message) return std::nullopt;
  static const Failure any_of_parser = http::make_error_code(http::error::bad_method);
  if (failure.category() != any_of_parser.category()) return std::nullopt;
  return problem(400, error_of(doing, failure.message(), "write it as RFC 9112 says"));
}

/// A client's connection, with or without TLS. Confined to the network's thread.
class Stream {
 public:
  using executor_type = beast::tcp_stream::executor_type;

  Stream(tcp::socket socket, asio::ssl::context* tls) : tcp_{std::move(socket)} {
    if (tls != nullptr) tls_.emplace(tcp_, *tls);
  }
  executor_type get_executor() { return tcp_.get_executor(); }
  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    if (tls_) return tls_->async_read_some(buffers, std::forward<Token>(token));
    return tcp_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    if (tls_) return tls_->async_write_some(buffers, std::forward<Token>(token));
    return tcp_.async_write_some(buffers, std::forward<Token>(token));
  }
  /// At once when there is no TLS.
  Awaitable<bool> shake_hands() {
    Failure failure;
    if (tls_) co_await tls_->async_handshake(asio::ssl::stream_base::server, into(failure));
    co_return !failure;
  }
  Awaitable<void> say_goodbye() {
    Failure ignored;
    if (tls_) co_await tls_->async_shutdown(into(ignored));
    tcp_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }
  void expires_after(Duration time) { tcp_.expires_after(time); }
  void expires_never() { tcp_.expires_never(); }
  void cancel() { tcp_.cancel(); }
  void close() { tcp_.close(); }
  /// Past TLS: what a client still sends when it has been told goodbye.
  [[nodiscard]] beast::tcp_stream& plain() { return tcp_; }

 private:
  beast::tcp_stream tcp_;
  std::optional<asio::ssl::stream<beast::tcp_stream&>> tls_;
};

// How Beast ends a WebSocket on a stream that it does not know.
void beast_close_socket(Stream& stream) { stream.close(); }
template <typename Handler>
void async_teardown(beast::role_type role, Stream& stream, Handler&& handler) {
  websocket::async_teardown(role, stream.plain().socket(), std::forward<Handler>(handler));
}

struct Connection;

/// What all connections share. Confined to the network's thread but for what is said otherwise.
struct Shared {
  Shared(const ServerOptions& of, Handler by)
      : options{of}, handler{std::move(by)}, pool{static_cast<std::size_t>(std::max(1, of.threads))} {}

  const ServerOptions options;
  const Handler handler;  ///< any thread of the pool
  const std::unique_ptr<Clock> clock = system_clock();
  asio::io_context context{1};
  asio::thread_pool pool;
  tcp::acceptor acceptor{context};
  std::optional<asio::ssl::context> tls;
  asio::steady_timer retry{context};
  bool stopping = false;
  std::set<Connection*> connections;
  std::map<std::string, std::size_t> connections_of;
  std::map<std::string, RateLimit> limits;

  std::mutex mutex;  ///< of what `stop` waits for
  std::condition_variable changed;
  std::size_t open = 0;

  bool may_ask(const std::string& peer);
};

bool Shared::may_ask(const std::string& peer) {
  constexpr std::size_t remembered = 10'000;  // addresses; who has been quiet long enough is forgotten first
  const Duration now = clock->elapsed();
  if (limits.size() > remembered) std::erase_if(limits, [&](const auto& one) { return one.second.is_full(now); });
  const double rate = options.requests_per_second_per_peer;
  return limits.try_emplace(peer, rate, 2 * rate, now).first->second.take(now);
}

/// One client. Lives as long as its coroutine.
struct Connection {
  Connection(Shared& of, tcp::socket socket, std::string address)
      : shared{of}, stream{std::move(socket), of.tls ? &*of.tls : nullptr}, peer{std::move(address)}, news{of.context} {
    shared.connections.insert(this);
    ++shared.connections_of[peer];
    const std::lock_guard lock{shared.mutex};
    ++shared.open;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    shared.connections.erase(this);
    if (--shared.connections_of[peer] == 0) shared.connections_of.erase(peer);
    const std::lock_guard lock{shared.mutex};
    --shared.open;
    shared.changed.notify_all();
  }

  /// The server stops: whoever waits for a request or for news need not wait any longer.
  void hurry() {
    news.cancel();
    if (is_idle) stream.cancel();
  }

  Shared& shared;
  Stream stream;
  std::string peer;
  asio::steady_timer news;  ///< of the channel that is followed
  beast::flat_buffer buffer;
  bool is_idle = false;  ///< waits for the first byte of a request
};
using ConnectionPointer = std::shared_ptr<Connection>;

/// Wakes a coroutine when its channel has news, from whatever thread. Confined but for the wake.
class Subscription {
 public:
  Subscription(const std::shared_ptr<Channel>& channel, const ConnectionPointer& connection) : channel_{channel} {
    number_ = channel_->subscribe([weak = std::weak_ptr{connection}, &context = connection->shared.context] {
      asio::post(context, [weak] {
        if (const ConnectionPointer still = weak.lock()) still->news.cancel();
      });
    });
  }
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;
  ~Subscription() { channel_->unsubscribe(number_); }

 private:
  std::shared_ptr<Channel> channel_;
  std::uint64_t number_ = 0;
};

Awaitable<bool> write(ConnectionPointer to, std::string bytes) {
  Failure failure;
  to->stream.expires_after(to->shared.options.idle_time);
  co_await asio::async_write(to->stream, asio::buffer(bytes), into(failure));
  co_return !failure;
}

enum class Body { sent, left_out };
enum class After { goes_on, closes };

Awaitable<bool> write_response(ConnectionPointer to, Response response, Body body, After after) {
  http::response<http::string_body> message{static_cast<http::status>(response.status), 11};
  if (!response.type.empty() && response.status != 204) message.set(http::field::content_type, response.type);
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.keep_alive(after == After::goes_on);
  const std::size_t length = response.body.size();
  if (body == Body::sent) message.body() = std::move(response.body);
  if (response.status != 204) message.content_length(length);
  http::response_serializer<http::string_body> serializer{message};
  Failure failure;
  to->stream.expires_after(to->shared.options.idle_time);
  if (body == Body::left_out)
    co_await http::async_write_header(to->stream, serializer, into(failure));
  else
    co_await http::async_write(to->stream, serializer, into(failure));
  co_return !failure;
}

/// Feeds end by closing the connection (RFC 9112 6.3): no length, no chunks.
std::string feed_header(const Response& response) {
  std::string text = "HTTP/1.1 200 OK\r\nContent-Type: " + std::string{content_type(response.feed)} +
                     "\r\nCache-Control: no-store\r\nConnection: close\r\n";
  for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
  return text + "\r\n";
}

/// Where a listener begins: pictures with the newest there is, events after what was heard, else with the next.
std::uint64_t beginning(const Response& response) {
  const std::uint64_t newest = response.channel->newest();
  if (response.feed == Feed::motion_jpeg) return newest == 0 ? 0 : newest - 1;
  return response.after.value_or(newest);
}

Message told(const Message& message, const Response& response) {
  if (!response.told) return message;
  return {message.id, message.type, std::make_shared<const std::string>(response.told(*message.data))};
}

std::string news_text(const Channel::Heard& heard, const Response& response) {
  if (response.feed == Feed::motion_jpeg) return written(heard.messages.back(), response.feed);
  std::string text = heard.missed > 0 ? written_gap(heard.missed) : "";
  for (const Message& message : heard.messages) text += written(told(message, response), response.feed);
  return text;
}

Awaitable<void> follow(ConnectionPointer to, Response response) {
  constexpr std::size_t most_at_once = 100;  // messages in one write
  std::uint64_t heard_until = beginning(response);
  const Subscription subscription{response.channel, to};
  if (!co_await write(to, feed_header(response))) co_return;
  while (!to->shared.stopping && (!response.may_go_on || response.may_go_on())) {
    const bool is_last = response.channel->is_closed();  // before reading, so that nothing is missed
    const bool pictures = response.feed == Feed::motion_jpeg;
    const Channel::Heard heard =
        response.channel->after(heard_until, pictures ? static_cast<std::size_t>(-1) : most_at_once);
    if (!heard.messages.empty()) {
      heard_until = heard.messages.back().id;
      if (!co_await write(to, news_text(heard, response))) co_return;
      continue;
    }
    if (is_last) co_return;
    Failure woken;
    to->news.expires_after(to->shared.options.heartbeat);
    co_await to->news.async_wait(into(woken));
    if (!woken && !pictures && !co_await write(to, ": still here\n\n")) co_return;
  }
}

/// A listener over WebSocket (RFC 6455): hears the same messages, one in each frame: events as text, pictures as the
/// bytes of a JPEG. What it says is not heeded.
struct SocketListener {
  explicit SocketListener(ConnectionPointer of) : connection{std::move(of)}, socket{connection->stream} {}
  ConnectionPointer connection;
  websocket::stream<Stream&> socket;
  bool is_gone = false;
};

/// Reads on, so that pings are answered and a goodbye is heard.
Awaitable<void> heed(std::shared_ptr<SocketListener> listener) {
  beast::flat_buffer heard;
  Failure failure;
  while (!failure) {
    heard.clear();
    co_await listener->socket.async_read(heard, into(failure));
  }
  listener->is_gone = true;
  listener->connection->news.cancel();
}

Awaitable<void> follow_over_socket(ConnectionPointer to, http::request<http::string_body> request, Response response) {
  constexpr std::size_t longest_word = 1024;  // of a client, who has nothing to say
  const ServerOptions& options = to->shared.options;
  auto listener = std::make_shared<SocketListener>(to);
  to->stream.expires_never();  // the socket has limits of its own
  listener->socket.set_option(websocket::stream_base::timeout{options.header_time, options.idle_time, true});
  listener->socket.read_message_max(longest_word);
  Failure failure;
  co_await listener->socket.async_accept(request, into(failure));
  if (failure) co_return;
  const bool pictures = response.feed == Feed::motion_jpeg;
  listener->socket.text(!pictures);
  asio::co_spawn(to->shared.context, heed(listener), asio::detached);
  std::uint64_t heard_until = beginning(response);
  const Subscription subscription{response.channel, to};
  while (!to->shared.stopping && !listener->is_gone && !failure && (!response.may_go_on || response.may_go_on())) {
    const bool is_last = response.channel->is_closed();
    const Channel::Heard heard = response.channel->after(heard_until, pictures ? static_cast<std::size_t>(-1) : 1);
    if (heard.missed > 0 && !pictures) {
      const std::string gap = framed_gap(heard.missed);
      co_await listener->socket.async_write(asio::buffer(gap), into(failure));
    }
    if (!heard.messages.empty() && !failure) {
      // Of pictures only the newest is worth sending.
      const Message message = told(pictures ? heard.messages.back() : heard.messages.front(), response);
      heard_until = message.id;
      const std::string text = pictures ? *message.data : framed(message);
      co_await listener->socket.async_write(asio::buffer(text), into(failure));
      continue;
    }
    if (is_last) break;
    Failure woken;
    to->news.expires_after(options.heartbeat);
    co_await to->news.async_wait(into(woken));
  }
  if (!failure && !listener->is_gone)
    co_await listener->socket.async_close(websocket::close_code::going_away, into(failure));
  // `heed` must have let go of the connection before anybody else touches it.
  to->stream.close();
  while (!listener->is_gone) {
    Failure woken;
    to->news.expires_at(asio::steady_timer::time_point::max());
    co_await to->news.async_wait(into(woken));
  }
}

Response answered(const Handler& handler, const Request& request) {
  const std::string doing = "answering " + std::string{to_string(request.method)} + " " + request.path;
  try {
    return handler(request);
  } catch (const std::exception& thrown) {
    return problem(500, error_of(doing, thrown.what(), "report it with what the program printed"));
  }
}

// Takes everything by value or from what outlives it: it runs on another thread than its caller.
Awaitable<Response> answer(const Handler* handler, Request request) { co_return answered(*handler, request); }

/// Without the body. Errors: a target that cannot be read.
Result<Request> request_from(const http::request<http::string_body>& message, const std::string& peer) {
  const auto view = [](beast::string_view text) { return std::string_view{text.data(), text.size()}; };
  auto target = target_from(view(message.target()));
  if (!target) return pass_on(std::move(target));
  Request request{.method = method_from(view(message.method_string())),
                  .path = std::move(target->path),
                  .query = std::move(target->query),
                  .headers = {},
                  .body = {},
                  .peer = peer};
  for (const auto& field : message) {
    std::string name{view(field.name_string())};
    for (char& letter : name)
      if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    const auto [place, is_new] = request.headers.emplace(name, view(field.value()));
    if (!is_new) place->second += ", " + std::string{view(field.value())};
  }
  return request;
}

using Parser = http::request_parser<http::string_body>;

/// Waits for the first byte of a request. False when none comes in time, or the client or the server goes.
Awaitable<bool> first_byte(ConnectionPointer from, Duration patience) {
  if (from->buffer.size() > 0) co_return true;
  if (from->shared.stopping) co_return false;
  constexpr std::size_t at_once = 4096;
  Failure failure;
  from->stream.expires_after(patience);
  from->is_idle = true;
  const std::size_t count = co_await from->stream.async_read_some(from->buffer.prepare(at_once), into(failure));
  from->is_idle = false;
  from->buffer.commit(count);
  co_return !failure;
}

Awaitable<Failure> read(ConnectionPointer from, Parser& parser) {
  const ServerOptions& options = from->shared.options;
  Failure failure;
  from->stream.expires_after(options.header_time);
  co_await http::async_read_header(from->stream, from->buffer, parser, into(failure));
  if (failure || parser.is_done()) co_return failure;
  if (options.longest_body_of) {
    const auto header = request_from(parser.get(), from->peer);
    const std::size_t limit = header ? options.longest_body_of(*header) : options.longest_body;
    if (parser.content_length() && *parser.content_length() > limit)
      co_return http::make_error_code(http::error::body_limit);
    parser.body_limit(limit);
  }
  if (beast::iequals(parser.get()[http::field::expect], "100-continue") &&
      !co_await write(from, "HTTP/1.1 100 Continue\r\n\r\n"))
    co_return http::make_error_code(http::error::end_of_stream);
  from->stream.expires_after(options.body_time);
  co_await http::async_read(from->stream, from->buffer, parser, into(failure));
  co_return failure;
}

/// One request and its response. True when another may follow.
Awaitable<bool> answer_one(ConnectionPointer with, Parser& parser) {
  Shared& shared = with->shared;
  const bool goes_on = parser.get().keep_alive() && !shared.stopping;
  const After after = goes_on ? After::goes_on : After::closes;
  const Body body = parser.get().method() == http::verb::head ? Body::left_out : Body::sent;
  if (!shared.may_ask(with->peer)) {
    Response refusal = problem(429, error_of("answering " + with->peer, "it asks too often", "wait a second"));
    refusal.headers.emplace_back("Retry-After", "1");
    co_return co_await write_response(with, std::move(refusal), body, after) && goes_on;
  }
  auto request = request_from(parser.get(), with->peer);
  if (!request) {
    const bool is_written = co_await write_response(with, problem(request.error()), body, after);
    co_return is_written&& goes_on;
  }
  request->body = std::move(parser.get().body());
  Response response =
      co_await asio::co_spawn(shared.pool, answer(&shared.handler, std::move(*request)), asio::use_awaitable);
  if (response.channel && websocket::is_upgrade(parser.get())) {
    co_await follow_over_socket(with, parser.get(), std::move(response));
    co_return false;
  }
  if (response.channel && body == Body::sent) {
    co_await follow(with, std::move(response));
    co_return false;
  }
  if (response.channel) response.type = content_type(response.feed);
  const bool is_written = co_await write_response(with, std::move(response), body, after);
  co_return is_written&& goes_on;
}

/// Says goodbye, and takes what the client still sends for a moment: closing with unread bytes resets the connection,
/// and the client might never see the answer.
Awaitable<void> close(ConnectionPointer with) {
  Failure failure;
  with->stream.expires_after(std::chrono::seconds{1});
  co_await with->stream.say_goodbye();
  constexpr int most_reads = 64;
  std::string rest(16U << 10U, '\0');
  for (int i = 0; i < most_reads && !failure && !with->shared.stopping; ++i)
    co_await with->stream.plain().async_read_some(asio::buffer(rest), into(failure));
  with->stream.close();
}

Awaitable<void> serve_client(ConnectionPointer client, bool is_too_many) {
  const ServerOptions& options = client->shared.options;
  client->stream.expires_after(options.header_time);
  if (!co_await client->stream.shake_hands()) {
    client->stream.close();
    co_return;
  }
  if (is_too_many) {
    Response refusal =
        problem(503, error_of("taking a connection from " + client->peer, "there are too many", "try again later"));
    refusal.headers.emplace_back("Retry-After", "5");
    co_await write_response(client, std::move(refusal), Body::sent, After::closes);
    co_await close(client);
    co_return;
  }
  bool goes_on = true;
  for (Duration patience = options.header_time; goes_on; patience = options.idle_time) {
    if (!co_await first_byte(client, patience)) break;
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(options.longest_header));
    if (options.longest_body_of)
      // Told when the header is read. No limit at all would do, but Beast 1.74 then finds every body too long.
      parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    else
      parser.body_limit(options.longest_body);
    if (const Failure failure = co_await read(client, parser); failure) {
      if (auto refusal = answer_to(failure, options))
        co_await write_response(client, std::move(*refusal), Body::sent, After::closes);
      break;
    }
    goes_on = co_await answer_one(client, parser);
  }
  co_await close(client);
}

std::string peer_of(const asio::ip::address& address) {
  return address.is_v6() ? serve::peer_of(address.to_v6().to_bytes()) : address.to_string();
}

Awaitable<void> accept_clients(Shared& shared) {
  while (!shared.stopping) {
    Failure failure;
    tcp::socket socket = co_await shared.acceptor.async_accept(into(failure));
    if (shared.stopping) break;
    if (failure) {
      // Out of descriptors, mostly: goes on when somebody has left.
      shared.retry.expires_after(std::chrono::milliseconds{100});
      Failure ignored;
      co_await shared.retry.async_wait(into(ignored));
      continue;
    }
    const tcp::endpoint from = socket.remote_endpoint(failure);
    if (failure) continue;
    socket.set_option(tcp::no_delay{true}, failure);
    auto client = std::make_shared<Connection>(shared, std::move(socket), peer_of(from.address()));
    const bool is_too_many = shared.connections.size() > shared.options.most_connections ||
                             shared.connections_of[client->peer] > shared.options.most_connections_per_peer;
    asio::co_spawn(shared.context, serve_client(std::move(client), is_too_many), asio::detached);
  }
}

class BeastServer final : public Server {
 public:
  BeastServer(const ServerOptions& options, Handler handler) : shared_{options, std::move(handler)} {}
  BeastServer(const BeastServer&) = delete;
  BeastServer& operator=(const BeastServer&) = delete;
  ~BeastServer() override { stop(Duration::zero()); }

  Result<void> begin() {
    const ServerOptions& options = shared_.options;
    const std::string doing = "listening on " + options.address + ":" + std::to_string(options.port);
    Failure failure;
    const asio::ip::address address = asio::ip::make_address(options.address, failure);
    if (failure)
      return fail(ErrorKind::invalid_input, doing, "that is no address",
                  "write digits, as 127.0.0.1:8080 or [::1]:8080");
    if (auto ready = prepare_tls(); !ready) return ready;
    const tcp::endpoint endpoint{address, options.port};
    tcp::acceptor& acceptor = shared_.acceptor;
    acceptor.open(endpoint.protocol(), failure);
    if (!failure) acceptor.set_option(asio::socket_base::reuse_address{true}, failure);
    if (!failure) acceptor.bind(endpoint, failure);
    if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (failure == boost::system::errc::address_in_use)
      return fail(ErrorKind::unavailable, doing, "another program listens there", "end it, or choose another port");
    if (failure == boost::system::errc::permission_denied)
      return fail(ErrorKind::denied, doing, failure.message(), "choose a port from 1024 on");
    if (failure) return fail(ErrorKind::invalid_input, doing, failure.message(), "choose an address of this machine");
    port_ = acceptor.local_endpoint().port();
    asio::co_spawn(shared_.context, accept_clients(shared_), asio::detached);
    network_ = std::thread{[this] { shared_.context.run(); }};
    return {};
  }

  std::uint16_t port() const override { return port_; }

  std::size_t connections() const override {
    const std::lock_guard lock{shared_.mutex};
    return shared_.open;
  }

  void stop(Duration patience) override {
    if (!network_.joinable()) return;
    asio::post(shared_.context, [this] {
      shared_.stopping = true;
      Failure ignored;
      shared_.acceptor.close(ignored);
      shared_.retry.cancel();
      for (Connection* connection : shared_.connections) connection->hurry();
    });
    {
      std::unique_lock lock{shared_.mutex};
      shared_.changed.wait_for(lock, patience, [this] { return shared_.open == 0; });
    }
    // Whatever still reads or writes fails now; the context has run dry when the last coroutine has ended.
    asio::post(shared_.context, [this] {
      for (Connection* connection : shared_.connections) connection->stream.close();
    });
    network_.join();
    shared_.pool.join();
  }

 private:
  Result<void> prepare_tls() {
    const ServerOptions& options = shared_.options;
    if (options.certificate.empty()) return {};
    using Context = asio::ssl::context;
    Context& tls = shared_.tls.emplace(Context::tls_server);
    Failure failure;
    tls.set_options(Context::default_workarounds | Context::no_sslv2 | Context::no_sslv3 | Context::no_tlsv1 |
                    Context::no_tlsv1_1);
    tls.use_certificate_chain_file(options.certificate, failure);
    if (failure)
      return fail(ErrorKind::invalid_input, "reading the certificate " + options.certificate, failure.message(),
                  "name a PEM file with the server's certificate first, then those that vouch for it");
    tls.use_private_key_file(options.key, Context::pem, failure);
    if (failure)
      return fail(ErrorKind::invalid_input, "reading the private key " + options.key, failure.message(),
                  "name the PEM file of the key that belongs to the certificate");
    return {};
  }

  mutable Shared shared_;
  std::uint16_t port_ = 0;
  std::thread network_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler) {
  auto server = std::make_unique<BeastServer>(options, std::move(handler));
  if (auto begun = server->begin(); !begun) return pass_on(std::move(begun));
  return server;
}

}  // namespace regard::serve
