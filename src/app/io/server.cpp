#include "app/server.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "accounts/accounts.h"
#include "app/config.h"
#include "app/io/api.h"
#include "app/naming.h"
#include "app/networks.h"
#include "app/own_certificate.h"
#include "app/people_commands.h"
#include "app/stop_on_signal.h"
#include "app/terminal.h"
#include "serve/serve.h"
#include "store/accounts.h"

namespace regard::app {
namespace {

/// What brokers and endpoints get to take the last events; the rest waits in the journal for the next start.
constexpr Duration goodbye = std::chrono::seconds{5};
/// Requests answered at once; pictures take a second of a core each.
constexpr int handlers = 4;

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
    const std::string url = url_of({options_.listen.address, server_->port()}, scheme());
    terminal_.say(url);
    if (own_certificate_)
      terminal_.say("certificate of this server's own, SHA-256 " +
                    crypto::fingerprint_text(own_certificate_->summary.fingerprint) + ": compare it in the browser");
    if (const std::string token = doorkeeper_->first_token(); !token.empty())
      terminal_.say("first start: open " + url + "#setup=" + token + " once to become the administrator");
    wait_until_stopped();
    cameras_->stop();
    server_->stop(std::chrono::seconds{5});
    outlets_->finish(goodbye);
    return note(consent::EntryKind::stopped) ? 0 : failed;
  }

 private:
  [[nodiscard]] Scheme scheme() const {
    return options_.certificate.empty() && !own_certificate_ ? Scheme::http : Scheme::https;
  }

  Result<void> prepare() {
    auto data = DataFolder::open(options_.data);
    if (!data) return pass_on(std::move(data));
    data_ = std::move(*data);
    auto records = store::AccountRecords::open(data_->path() / "regard.db");
    if (!records) return pass_on(std::move(records));
    records_ = std::move(*records);
    // The receipts' key is sealed under the master key, and with it whatever is sealed under what is derived of it.
    auto doorkeeper = accounts::Doorkeeper::open(*records_, data_->facts(), data_->clock(),
                                                 crypto::derive(data_->receipt_key().seed(), "accounts"));
    if (!doorkeeper) return pass_on(std::move(doorkeeper));
    doorkeeper_ = std::move(*doorkeeper);
    auto networks = open_networks(options_.networks);
    if (!networks) return pass_on(std::move(networks));
    if (auto opened = open_outlets(); !opened) return opened;
    if (auto noted = note(consent::EntryKind::started); !noted) return noted;
    if (auto ready = prepare_certificate(); !ready) return ready;
    cameras_ = std::make_unique<Cameras>(
        CameraSurroundings{.networks = *networks,
                           .network_options = options_.networks,
                           .data = data_.get(),
                           .tell = [this](const events::Event& event) { return tell(event); },
                           .complain = [this](const std::string& words) { terminal_.complain(words); }});
    add_cameras();
    return listen();
  }

  /// Passwords never go over a network in clear: who gave no certificate gets one of the server's own.
  Result<void> prepare_certificate() {
    if (is_loopback(options_.listen.address) || !options_.certificate.empty() || options_.plain_http) return {};
    auto own = own_certificate(data_->path(), options_.listen.address, data_->clock().now());
    if (!own) return pass_on(std::move(own));
    own_certificate_ = std::move(*own);
    if (!own_certificate_->is_new) return {};
    return note(consent::EntryKind::configuration_changed, crypto::to_hex(own_certificate_->summary.fingerprint));
  }

  /// Listeners who come back after a restart find what the journal keeps for them.
  Result<void> open_outlets() {
    OutletWishes wishes = options_.outlets;
    if (wishes.journal.empty()) wishes.journal = data_->path() / "journal";
    naming_ = names_from(data_->database(), data_->clock());
    auto outlets = Outlets::open(
        wishes, data_->clock(), [this](const std::string& words) { terminal_.complain(words); }, naming_);
    if (!outlets) return pass_on(std::move(outlets));
    outlets_ = std::move(*outlets);
    sinks::Journal& journal = outlets_->journal();
    const std::uint64_t newest = journal.newest();
    auto tail = journal.after(newest - std::min(newest, wishes.kept_events), wishes.kept_events);
    if (!tail) return pass_on(std::move(tail));
    for (sinks::Journal::Record& record : *tail) {
      std::string type = event_type(std::string_view{record.text});
      events_->publish(record.number, std::move(type), std::move(record.text));
    }
    return {};
  }

  /// An event as a listener hears it now. Whoever cannot be asked for is not named.
  std::string told_now(const std::string& text) const {
    auto told = sinks::named(text, naming_);
    return told ? *told : sinks::named(text, {}).value_or("{}");
  }

  /// One camera that cannot be set up does not keep the others from it.
  void add_cameras() {
    const auto add = [this](const CameraSettings& camera, CameraOrigin origin) {
      if (auto added = cameras_->add(command_line_actor(), camera, origin); !added)
        terminal_.complain(added.error().message());
    };
    for (const CameraSettings& camera : options_.cameras) add(camera, CameraOrigin::configuration);
    const std::filesystem::path kept = data_->path() / "cameras.toml";
    if (!std::filesystem::exists(kept)) return;
    auto config = read_config(kept.string());
    if (!config) {
      terminal_.complain(config.error().message());
      return;
    }
    for (const CameraSettings& camera : config->cameras) add(camera, CameraOrigin::api);
  }

  Result<void> listen() {
    api_ = std::make_unique<Api>(ApiSurroundings{.data = *data_,
                                                 .cameras = *cameras_,
                                                 .doorkeeper = *doorkeeper_,
                                                 .networks = options_.networks,
                                                 .notice = options_.notice,
                                                 .events = events_,
                                                 .outlets = *outlets_,
                                                 .told = [this](const std::string& text) { return told_now(text); },
                                                 .metrics = [this] { return metrics(); },
                                                 .origin = options_.origin,
                                                 .scheme = scheme(),
                                                 .is_loopback = is_loopback(options_.listen.address)});
    serve::ServerOptions options;
    options.address = options_.listen.address;
    options.port = options_.listen.port;
    options.certificate = own_certificate_ ? own_certificate_->certificate : options_.certificate;
    options.key = own_certificate_ ? own_certificate_->key : options_.key;
    options.threads = handlers;
    options.longest_body_of = [this](const serve::Request& request) { return api_->longest_body(request); };
    auto server =
        serve::Server::start(options, [this](const serve::Request& request) { return api_->answer(request); });
    if (!server) return pass_on(std::move(server));
    server_ = std::move(*server);
    server_running_ = server_.get();
    return {};
  }

  Result<void> note(consent::EntryKind kind, const std::string& digest = "") {
    auto noted = data_->facts().note(
        {.kind = kind, .time = data_->clock().now(), .actor = command_line_actor(), .digest = digest});
    if (noted) return {};
    terminal_.complain(noted.error().message());
    return pass_on(std::move(noted));
  }

  /// Nobody hears of an event before it is on the disk.
  Result<void> tell(const events::Event& event) {
    std::string type = event_type(event);
    std::string text = events::to_json_without_names(event);
    const std::lock_guard in_order{telling_};
    auto number = outlets_->tell(text);
    if (!number) return pass_on(std::move(number));
    {
      const std::lock_guard lock{mutex_};
      ++told_[type];
    }
    events_->publish(*number, std::move(type), std::move(text));
    return {};
  }

  void wait_until_stopped() {
    // Consents end while nobody looks; the data folder asks to be told now and then.
    constexpr Duration expiry_pause = std::chrono::minutes{10};
    constexpr Duration glance = std::chrono::milliseconds{200};  // how soon SIGHUP is heeded
    ReloadOnSignal reload;
    Duration next_expiry = data_->clock().elapsed() + expiry_pause;
    while (!stop_.stop_requested()) {
      pause(glance, stop_);
      if (reload.was_asked()) read_again();
      if (data_->clock().elapsed() < next_expiry) continue;
      next_expiry = data_->clock().elapsed() + expiry_pause;
      outlets_->journal().forget();
      if (auto expired = data_->expire(); !expired) terminal_.complain(expired.error().message());
    }
  }

  /// Cameras and outlets come, go and change; everything else needs a new start. A file that is wrong changes nothing.
  void read_again() {
    if (options_.config.empty()) {
      terminal_.complain("there is no configuration to read again: start with --config");
      return;
    }
    auto config = read_config(options_.config);
    if (!config) {
      terminal_.complain(config.error().message());
      return;
    }
    if (auto checked = check(config->outlets); !checked) {
      terminal_.complain(checked.error().message());
      return;
    }
    if (auto noted = note(consent::EntryKind::configuration_changed); !noted) return;
    if (!(config->listen == options_.listen) || config->certificate != options_.certificate ||
        config->data.folder != options_.data.folder || config->outlets.journal != options_.outlets.journal ||
        config->outlets.kept_events != options_.outlets.kept_events ||
        config->outlets.kept_for != options_.outlets.kept_for)
      terminal_.complain("listen, tls, data and journal count after a new start");
    const auto complain = [this](const Result<void>& outcome) {
      if (!outcome) terminal_.complain(outcome.error().message());
    };
    complain(outlets_->change(config->outlets));
    for (const CameraSettings& old : cameras_->settings(CameraOrigin::configuration)) {
      const bool stays = std::ranges::find(config->cameras, old.name, &CameraSettings::name) != config->cameras.end();
      if (!stays) complain(cameras_->remove(old.name));
    }
    for (const CameraSettings& camera : config->cameras) {
      const auto present = cameras_->settings(CameraOrigin::configuration);
      const bool is_new = std::ranges::find(present, camera.name, &CameraSettings::name) == present.end();
      complain(is_new ? cameras_->add(command_line_actor(), camera, CameraOrigin::configuration)
                      : cameras_->change(command_line_actor(), camera));
    }
    terminal_.say("configuration read again: " + std::to_string(config->cameras.size()) + " cameras");
  }

  std::string metrics() {
    ServerStatus status{.cameras = cameras_->statuses(), .events = {}, .memory_bytes = resident_memory()};
    {
      const std::lock_guard lock{mutex_};
      status.events = told_;
    }
    status.outlets = outlets_->statuses();
    if (const auto head = data_->log().head()) status.log_entries = head->size;
    if (const serve::Server* server = server_running_) status.connections = server->connections();
    return metrics_text(status);
  }

  const ServeOptions& options_;
  std::stop_token stop_;
  Terminal terminal_;
  std::mutex mutex_;  ///< of `told_`
  std::map<std::string, std::uint64_t> told_;
  std::unique_ptr<DataFolder> data_;
  std::unique_ptr<store::AccountRecords> records_;
  std::unique_ptr<accounts::Doorkeeper> doorkeeper_;
  std::optional<CertificateFiles> own_certificate_;  ///< empty: there is another, or none is needed
  const std::shared_ptr<serve::Channel> events_ =
      std::make_shared<serve::Channel>(static_cast<std::size_t>(options_.outlets.kept_events));
  sinks::Naming naming_;
  std::mutex telling_;  ///< events reach listeners in the order of their numbers
  std::unique_ptr<Outlets> outlets_;
  std::unique_ptr<Cameras> cameras_;
  std::unique_ptr<Api> api_;
  std::atomic<const serve::Server*> server_running_ = nullptr;
  std::unique_ptr<serve::Server> server_;  // last: its handlers use everything above
};

}  // namespace

int serve(const ServeOptions& options, const std::stop_token& stop) { return Serving{options, stop}.run(); }

}  // namespace regard::app
