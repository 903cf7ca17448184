#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <fstream>
#include <map>
#include <system_error>
#include <vector>

#include "core/files.h"
#include "sinks/logic/home.h"
#include "sinks/outlets.h"

namespace regard::sinks {
namespace {

constexpr int keep_alive_s = 30;
constexpr int at_least_once = 1;  // quality of service
constexpr Duration patience = std::chrono::seconds{10};
constexpr int loop_step_ms = 50;
/// Owner of a message that no record made.
constexpr std::size_t nobody = SIZE_MAX;

struct ClientDeleter {
  void operator()(mosquitto* client) const { mosquitto_destroy(client); }
};
struct AddressDeleter {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
struct PropertyDeleter {
  void operator()(mosquitto_property* list) const { mosquitto_property_free_all(&list); }
};

/// Whether somebody listens there; "" or why not. The library's own attempt waits as long as the system likes.
std::string unreachable(const MqttAddress& address) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int problem = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &wanted, &found);
  if (problem != 0) return ::gai_strerror(problem);
  const std::unique_ptr<addrinfo, AddressDeleter> list{found};
  int last = ECONNREFUSED;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    const Descriptor socket{::socket(one->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (::connect(socket.number(), one->ai_addr, one->ai_addrlen) == 0) return "";
    last = errno;
    if (last != EINPROGRESS) continue;
    pollfd waiting{socket.number(), POLLOUT, 0};
    last = ETIMEDOUT;
    if (::poll(&waiting, 1, 5000) <= 0) continue;
    socklen_t length = sizeof last;
    ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &last, &length);
    if (last == 0) return "";
  }
  return std::generic_category().message(last);
}

class Mqtt final : public Outlet {
 public:
  Mqtt(MqttAddress address, const MqttOptions& options)
      : address_{std::move(address)},
        login_{options.login},
        authorities_{options.authorities},
        home_{address_.prefix, options.discovery},
        doing_{"telling the MQTT broker " + address_.host + ":" + std::to_string(address_.port)} {}
  Mqtt(const Mqtt&) = delete;
  Mqtt& operator=(const Mqtt&) = delete;
  ~Mqtt() override = default;

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] std::string address() const override {
    return (address_.tls ? "mqtts://" : "mqtt://") + address_.host + ":" + std::to_string(address_.port);
  }
  [[nodiscard]] Outcome deliver(std::span<const Journal::Record> records, const std::stop_token& stop) override;
  [[nodiscard]] Result<void> idle() override;
  void close() override;

 private:
  static void on_connect(mosquitto*, void* self, int reason, int, const mosquitto_property*) {
    static_cast<Mqtt*>(self)->answer_ = reason;
  }
  static void on_published(mosquitto*, void* self, int id, int reason, const mosquitto_property*) {
    static_cast<Mqtt*>(self)->take_acknowledgement(id, reason);
  }
  static void on_words(mosquitto*, void* self, int level, const char* words) {
    auto& said = static_cast<Mqtt*>(self)->complaints_;
    if (level == MOSQ_LOG_ERR && said.size() < 4096) said += std::string{words} + "\n";
  }
  static void on_disconnect(mosquitto*, void* self, int reason, const mosquitto_property*) {
    static_cast<Mqtt*>(self)->left_ = reason;
  }

  [[nodiscard]] Result<void> connect(const std::stop_token& stop);
  [[nodiscard]] Result<void> configure();
  [[nodiscard]] Result<void> publish(const Message& message, std::size_t owner, std::uint64_t number);
  [[nodiscard]] Result<void> wait_for_acknowledgements(const std::stop_token& stop);
  [[nodiscard]] Result<void> loop();
  void take_acknowledgement(int id, int reason);
  [[nodiscard]] tl::unexpected<Error> refused(int reason) const;
  [[nodiscard]] tl::unexpected<Error> down(const std::string& cause) const;
  [[nodiscard]] tl::unexpected<Error> not_connected(int problem) const;

  const MqttAddress address_;
  const std::optional<Login> login_;
  const std::string authorities_;
  Home home_;
  const std::string doing_;
  const std::string name_{"mqtt"};
  std::string complaints_;                              ///< of the library about the connection that is being made
  std::unique_ptr<mosquitto, ClientDeleter> client_;    ///< null while there is no connection
  std::optional<int> answer_;                           ///< to our wish to connect
  std::optional<int> left_;                             ///< why the connection ended
  std::map<int, std::size_t> pending_;                  ///< by message, the record that made it
  std::optional<std::pair<std::size_t, int>> refusal_;  ///< first record with a message that was refused, and why
};

tl::unexpected<Error> Mqtt::down(const std::string& cause) const {
  return fail(ErrorKind::unavailable, doing_, cause, "start the broker, or correct its address");
}

/// The library says only "a TLS error occurred" by its status; why, it tells its log.
tl::unexpected<Error> Mqtt::not_connected(int problem) const {
  const auto complains_of = [&](const char* words) { return complaints_.find(words) != std::string::npos; };
  if (complains_of("host name verification failed")) {
    return fail(ErrorKind::denied, doing_, "its certificate is for another host name",
                "address it by the name that its certificate has");
  }
  if (complains_of("certificate verify failed")) {
    return fail(ErrorKind::denied, doing_,
                authorities_.empty() ? "nobody whom this machine trusts vouches for its certificate"
                                     : "nobody in " + authorities_ + " vouches for its certificate",
                "name the PEM file of who does with --mqtt-ca or mqtt.ca_file");
  }
  return down(mosquitto_strerror(problem));
}

tl::unexpected<Error> Mqtt::refused(int reason) const {
  const std::string cause = std::string{"it refused: "} + mosquitto_reason_string(reason);
  if (reason == MQTT_RC_NOT_AUTHORIZED || reason == MQTT_RC_BAD_USERNAME_OR_PASSWORD) {
    return fail(ErrorKind::denied, doing_, cause,
                "correct the user and password, and let that user write the topics " + address_.prefix +
                    "/# and homeassistant/#");
  }
  return fail(ErrorKind::unavailable, doing_, cause, "look at the log of the broker");
}

Result<void> Mqtt::configure() {
  mosquitto* client = client_.get();
  mosquitto_log_callback_set(client, on_words);
  mosquitto_connect_v5_callback_set(client, on_connect);
  mosquitto_publish_v5_callback_set(client, on_published);
  mosquitto_disconnect_v5_callback_set(client, on_disconnect);
  int problem = mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
  if (problem == MOSQ_ERR_SUCCESS && login_) {
    problem = mosquitto_username_pw_set(client, login_->user.c_str(), login_->password.c_str());
  }
  if (problem == MOSQ_ERR_SUCCESS && address_.tls) {
    problem = authorities_.empty()
                  ? mosquitto_tls_set(client, nullptr, "/etc/ssl/certs", nullptr, nullptr, nullptr)
                  : mosquitto_tls_set(client, authorities_.c_str(), nullptr, nullptr, nullptr, nullptr);
  }
  const Message will = home_.offline();
  if (problem == MOSQ_ERR_SUCCESS) {
    problem = mosquitto_will_set_v5(client, will.topic.c_str(), static_cast<int>(will.payload.size()),
                                    will.payload.data(), at_least_once, will.retained, nullptr);
  }
  if (problem != MOSQ_ERR_SUCCESS) return down(mosquitto_strerror(problem));
  return {};
}

Result<void> Mqtt::connect(const std::stop_token& stop) {
  if (client_ && !left_) return {};
  pending_.clear();
  refusal_.reset();
  answer_.reset();
  left_.reset();
  client_.reset();
  complaints_.clear();
  if (const std::string cause = unreachable(address_); !cause.empty()) return down(cause);
  // Without an id the broker makes one up; with a clean start it keeps nothing for us: the journal does.
  client_.reset(mosquitto_new(nullptr, true, this));
  if (!client_) return down("the MQTT library did not start");
  auto connected = configure();
  if (connected) {
    const int problem =
        mosquitto_connect_bind_v5(client_.get(), address_.host.c_str(), address_.port, keep_alive_s, nullptr, nullptr);
    if (problem != MOSQ_ERR_SUCCESS) connected = not_connected(problem);
  }
  const std::unique_ptr<Clock> clock = system_clock();
  const Duration until = clock->elapsed() + patience;
  while (connected && !answer_) {
    connected = loop();
    if (connected && !answer_ && clock->elapsed() > until) connected = down("it does not answer");
  }
  if (answer_ && *answer_ != 0) connected = refused(*answer_);
  if (connected) connected = publish(home_.online(), nobody, 0);
  for (const Message& state : home_.states()) {
    if (connected) connected = publish(state, nobody, 0);
  }
  if (connected) connected = wait_for_acknowledgements(stop);
  if (!connected) client_.reset();
  return connected;
}

Result<void> Mqtt::publish(const Message& message, std::size_t owner, std::uint64_t number) {
  mosquitto_property* properties = nullptr;
  if (!message.retained && number != 0) {
    mosquitto_property_add_string_pair(&properties, MQTT_PROP_USER_PROPERTY, "regard-number",
                                       std::to_string(number).c_str());
  }
  const std::unique_ptr<mosquitto_property, PropertyDeleter> owned{properties};
  int id = 0;
  const int problem =
      mosquitto_publish_v5(client_.get(), &id, message.topic.c_str(), static_cast<int>(message.payload.size()),
                           message.payload.data(), at_least_once, message.retained, properties);
  if (problem != MOSQ_ERR_SUCCESS) return down(mosquitto_strerror(problem));
  pending_[id] = owner;
  return {};
}

void Mqtt::take_acknowledgement(int id, int reason) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  // MQTT 5, 3.4.2.1: from 0x80 on a reason is a failure.
  if (reason >= 0x80 && (!refusal_ || found->second < refusal_->first)) refusal_ = {found->second, reason};
  pending_.erase(found);
}

Result<void> Mqtt::loop() {
  const int problem = mosquitto_loop(client_.get(), loop_step_ms, 1);
  if (problem != MOSQ_ERR_SUCCESS && !answer_) return not_connected(problem);
  if (problem != MOSQ_ERR_SUCCESS || left_) {
    left_ = left_.value_or(problem);
    return down("the connection ended");
  }
  return {};
}

Result<void> Mqtt::wait_for_acknowledgements(const std::stop_token& stop) {
  const std::unique_ptr<Clock> clock = system_clock();
  const Duration until = clock->elapsed() + patience;
  while (!pending_.empty()) {
    if (auto looped = loop(); !looped) return looped;
    if (stop.stop_requested() || clock->elapsed() > until) return down("it does not acknowledge what it is told");
  }
  return refusal_ ? Result<void>{refused(refusal_->second)} : Result<void>{};
}

Outlet::Outcome Mqtt::deliver(std::span<const Journal::Record> records, const std::stop_token& stop) {
  if (auto connected = connect(stop); !connected) return {0, connected.error(), {}};
  std::vector<Home> before;
  Result<void> delivered;
  for (std::size_t i = 0; i < records.size() && delivered; ++i) {
    before.push_back(home_);
    for (const Message& message : home_.take(records[i].text)) {
      if (delivered) delivered = publish(message, i, records[i].number);
    }
  }
  if (delivered) delivered = wait_for_acknowledgements(stop);
  if (delivered) return {records.size(), std::nullopt, {}};
  std::size_t done = before.size() - 1;
  for (const auto& [id, owner] : pending_) done = std::min(done, owner);
  if (refusal_) done = std::min(done, refusal_->first);
  home_ = before[done];
  // What is under way is told again over a new connection, in order.
  client_.reset();
  return {done, delivered.error(), {}};
}

Result<void> Mqtt::idle() {
  if (auto connected = connect({}); !connected) return connected;
  auto looped = loop();
  if (!looped) client_.reset();
  return looped;
}

void Mqtt::close() {
  if (!client_ || left_) return;
  if (publish(home_.offline(), nobody, 0)) static_cast<void>(wait_for_acknowledgements({}));
  mosquitto_disconnect_v5(client_.get(), MQTT_RC_NORMAL_DISCONNECTION, nullptr);
  client_.reset();
}

}  // namespace

Result<std::unique_ptr<Outlet>> open_mqtt(const MqttOptions& options) {
  static const int started = mosquitto_lib_init();
  if (started != MOSQ_ERR_SUCCESS) {
    return fail(ErrorKind::unavailable, "preparing MQTT", "libmosquitto did not start", "check its installation");
  }
  auto address = mqtt_address_from(options.url);
  if (!address) return pass_on(std::move(address));
  if (!options.authorities.empty() && !std::ifstream{options.authorities}) {
    return fail(ErrorKind::not_found, "reading who vouches for the MQTT broker, " + options.authorities,
                "it cannot be read", "check its name and rights");
  }
  return std::make_unique<Mqtt>(std::move(*address), options);
}

}  // namespace regard::sinks
