#include "app/server.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "app/credentials.h"
#include "app/networks.h"
#include "app/people_commands.h"
#include "app/terminal.h"
#include "app/watch.h"
#include "image/image.h"
#include "serve/serve.h"

namespace regard::app {
namespace {

/// How many events a listener who comes back can be given: some 5 MB of memory.
constexpr std::size_t kept_events = 10'000;
constexpr std::uint64_t most_log_entries = 1000;  // in one answer

std::uint64_t resident_memory() {
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  std::ifstream{"/proc/self/statm"} >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// One run of `regard serve`: owns what cameras and requests share.
class Serving {
 public:
  Serving(const ServeOptions& options, const std::stop_token& stop) : options_{options}, stop_{stop} {}

  int run() {
    if (auto ready = prepare(); !ready) {
      terminal_.complain(ready.error().message());
      return failed;
    }
    const ListenAddress bound{options_.listen.address, server_->port()};
    terminal_.say(url_of(bound));
    if (!is_loopback(bound.address))
      terminal_.complain("serving without TLS and without login, which are not there yet: whoever reaches " +
                         url_of(bound) + " sees the blurred pictures, the events and the log");
    wait_until_stopped();
    cameras_->stop();
    server_->stop(std::chrono::seconds{5});
    return 0;
  }

 private:
  Result<void> prepare() {
    auto data = DataFolder::open(options_.data);
    if (!data) return pass_on(std::move(data));
    data_ = std::move(*data);
    auto networks = open_networks(options_.networks);
    if (!networks) return pass_on(std::move(networks));
    add_routes();
    cameras_ = std::make_unique<Cameras>(
        CameraSurroundings{.networks = *networks,
                           .network_options = options_.networks,
                           .data = data_.get(),
                           .tell = [this](const events::Event& event) { tell(event); },
                           .complain = [this](const std::string& words) { terminal_.complain(words); }});
    for (const CameraSettings& camera : options_.cameras) {
      if (auto added = cameras_->add(command_line_actor(), camera); !added) return added;
    }
    auto server = serve::Server::start({.address = options_.listen.address, .port = options_.listen.port},
                                       [this](const serve::Request& request) { return answer(request); });
    if (!server) return pass_on(std::move(server));
    server_ = std::move(*server);
    server_running_ = server_.get();
    return {};
  }

  void tell(const events::Event& event) {
    const std::string type = event_type(event);
    {
      const std::lock_guard lock{mutex_};
      ++told_[type];
    }
    events_->publish(type, events::to_json(event));
  }

  void wait_until_stopped() {
    // Consents end while nobody looks; the data folder asks to be told now and then.
    constexpr auto pause = std::chrono::minutes{10};
    while (!stop_.stop_requested()) {
      {
        std::unique_lock lock{mutex_};
        stopped_.wait_for(lock, stop_, pause, [] { return false; });
      }
      if (stop_.stop_requested()) return;
      if (auto expired = data_->expire(); !expired) terminal_.complain(expired.error().message());
    }
  }

  serve::Response answer(const serve::Request& request) {
    serve::Response response = is_loopback(options_.listen.address) && !is_loopback_host(request.header("host"))
                                   ? serve::problem(421, {ErrorKind::denied, "answering " + request.path,
                                                          "the request names another host than this machine",
                                                          "open http://127.0.0.1 or http://localhost"})
                                   : router_(request);
    const auto add = [&](const char* name, const char* value) { response.headers.emplace_back(name, value); };
    add("X-Content-Type-Options", "nosniff");
    add("X-Frame-Options", "DENY");
    add("Referrer-Policy", "no-referrer");
    add("Cross-Origin-Resource-Policy", "same-origin");
    add("Content-Security-Policy",
        "default-src 'none'; img-src 'self'; connect-src 'self'; style-src 'self'; script-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    if (!response.channel) add("Cache-Control", "no-store");
    return response;
  }

  static serve::Response text(std::string type, std::string body) {
    serve::Response response;
    response.type = std::move(type);
    response.body = std::move(body);
    return response;
  }

  void add_routes() {
    const auto get = [this](const std::string& path, auto method) {
      router_.add(serve::Method::get, path,
                  [this, method](const serve::Request& request, const serve::Parameters& parameters) {
                    return (this->*method)(request, parameters);
                  });
    };
    get("/", &Serving::page);
    get("/page.css", &Serving::page_style);
    get("/page.js", &Serving::page_script);
    get("/openapi.json", &Serving::openapi);
    get("/healthz", &Serving::health);
    get("/readyz", &Serving::readiness);
    get("/metrics", &Serving::metrics);
    get("/v1/cameras", &Serving::cameras);
    get("/v1/cameras/{name}/live", &Serving::live);
    get("/v1/events", &Serving::listen);
    get("/v1/log/head", &Serving::log_head);
    get("/v1/log/entries", &Serving::log_entries);
  }

  serve::Response page(const serve::Request&, const serve::Parameters&) { return page_file("index.html"); }
  serve::Response page_style(const serve::Request&, const serve::Parameters&) { return page_file("page.css"); }
  serve::Response page_script(const serve::Request&, const serve::Parameters&) { return page_file("page.js"); }
  static serve::Response page_file(std::string_view name) {
    const std::string type = name.ends_with(".css")  ? "text/css"
                             : name.ends_with(".js") ? "text/javascript"
                                                     : "text/html";
    for (const PageFile& file : page_files()) {
      if (file.name == name) return text(type + "; charset=utf-8", std::string{file.text});
    }
    return serve::problem({ErrorKind::not_found, "showing the page", "it was not built in", "build the program anew"});
  }
  serve::Response openapi(const serve::Request&, const serve::Parameters&) {
    return text("application/json", std::string{openapi_json()});
  }
  serve::Response health(const serve::Request&, const serve::Parameters&) { return text("text/plain", "ok\n"); }

  serve::Response readiness(const serve::Request&, const serve::Parameters&) {
    for (const CameraStatus& camera : cameras_->statuses()) {
      if (camera.state == "live" || camera.state == "ended") return text("text/plain", "ready\n");
    }
    return serve::problem({ErrorKind::unavailable, "looking whether the cameras are ready", "none gives pictures",
                           "/v1/cameras says what is wrong with each"});
  }

  serve::Response metrics(const serve::Request&, const serve::Parameters&) {
    ServerStatus status{.cameras = cameras_->statuses(), .events = {}, .memory_bytes = resident_memory()};
    {
      const std::lock_guard lock{mutex_};
      status.events = told_;
    }
    auto head = data_->log().head();
    if (!head) return serve::problem(head.error());
    status.log_entries = head->size;
    if (const serve::Server* server = server_running_) status.connections = server->connections();
    return text("text/plain; version=0.0.4; charset=utf-8", metrics_text(status));
  }

  serve::Response cameras(const serve::Request&, const serve::Parameters&) {
    return text("application/json", cameras_json(cameras_->statuses()));
  }

  serve::Response live(const serve::Request&, const serve::Parameters& parameters) {
    const std::string& name = parameters.at("name");
    if (auto pictures = cameras_->pictures(name)) {
      serve::Response response;
      response.channel = std::move(pictures);
      response.feed = serve::Feed::motion_jpeg;
      return response;
    }
    return serve::problem(
        {ErrorKind::not_found, "showing camera " + name, "there is none of that name", "/v1/cameras lists them"});
  }

  serve::Response listen(const serve::Request& request, const serve::Parameters&) {
    serve::Response response;
    response.channel = events_;
    response.feed = serve::Feed::server_sent_events;
    response.after = serve::resume_after(request);
    return response;
  }

  serve::Response log_head(const serve::Request&, const serve::Parameters&) {
    auto head = data_->log().head();
    if (!head) return serve::problem(head.error());
    return text("application/json", events::to_json(*head) + "\n");
  }

  serve::Response log_entries(const serve::Request& request, const serve::Parameters&) {
    std::uint64_t from = 0;
    std::uint64_t count = 100;
    for (const auto& [name, value] : {std::pair{"from", &from}, std::pair{"count", &count}}) {
      const auto given = request.query.find(name);
      if (given == request.query.end()) continue;
      const char* end = given->second.data() + given->second.size();
      if (std::from_chars(given->second.data(), end, *value).ptr != end || given->second.empty())
        return serve::problem({ErrorKind::invalid_input, "reading entries of the log",
                               std::string{"\""} + name + "\" is not a number",
                               "write it as /v1/log/entries?from=0&count=100"});
    }
    auto head = data_->log().head();
    if (!head) return serve::problem(head.error());
    from = std::min(from, head->size);
    const std::uint64_t to = from + std::min({count, most_log_entries, head->size - from});
    std::string lines;
    auto read = data_->log().read(from, to, [&](consent::EntryId, std::string_view entry) {
      lines += entry;
      lines += '\n';
    });
    if (!read) return serve::problem(read.error());
    return text("application/jsonl", std::move(lines));
  }

  const ServeOptions& options_;
  std::stop_token stop_;
  const std::unique_ptr<Clock> clock_ = system_clock();
  Terminal terminal_;
  std::mutex mutex_;  ///< of `told_`
  std::condition_variable_any stopped_;
  std::map<std::string, std::uint64_t> told_;
  std::unique_ptr<DataFolder> data_;
  const std::shared_ptr<serve::Channel> events_ = std::make_shared<serve::Channel>(kept_events);
  std::unique_ptr<Cameras> cameras_;
  serve::Router router_;
  std::atomic<const serve::Server*> server_running_ = nullptr;
  std::unique_ptr<serve::Server> server_;  // last: its handlers use everything above
};

}  // namespace

int serve(const ServeOptions& options, const std::stop_token& stop) { return Serving{options, stop}.run(); }

}  // namespace regard::app
