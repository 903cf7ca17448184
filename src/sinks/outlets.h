// Outlets: where events leave to over the network, from a journal, each at its own pace.  MQTT 5, webhooks.
// Topics, payloads, headers and what happens when the other side is down: docs/sinks.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "core/core.h"
#include "sinks/journal.h"
#include "sinks/naming.h"

namespace regard::sinks {

/// A user and a password. Never printed.
struct Login {
  std::string user;
  std::string password;
};

/// One broker or endpoint. Confined to the thread that delivers.
class Outlet {
 public:
  virtual ~Outlet() = default;
  /// Its name as a sink of the journal; always the same for the same address.
  [[nodiscard]] virtual const std::string& name() const = 0;
  /// Where it delivers to, for people to read: without what may be secret.
  [[nodiscard]] virtual std::string address() const { return ""; }

  /// The other side will not take a record, however often it is asked.
  struct Refusal {
    int status = 0;  ///< that it answered
    std::string cause;
    int attempts = 0;
  };
  struct Outcome {
    std::size_t done = 0;              ///< so many of the first records need not be delivered again
    std::optional<Error> problem;      ///< why the next one was not delivered
    Duration wait{};                   ///< the other side asked for at least this pause
    std::optional<Refusal> refused{};  ///< for good: the record after those that are done becomes a dead letter
  };
  /// Delivers records in order and returns when the other side has them. Never longer than half a minute.
  [[nodiscard]] virtual Outcome deliver(std::span<const Journal::Record> records, const std::stop_token& stop) = 0;
  /// Called while there is nothing to deliver, several times a second: keeps a connection alive. Errors: unavailable,
  /// denied.
  [[nodiscard]] virtual Result<void> idle() { return {}; }
  /// Called once, at the end: says good-bye.
  virtual void close() {}
};

struct MqttOptions {
  std::string url;               ///< mqtt://HOST[:1883][/PREFIX] or mqtts://HOST[:8883][/PREFIX]; PREFIX: "regard"
  std::optional<Login> login{};  ///< never part of the URL
  std::string discovery = "homeassistant";  ///< topic under which Home Assistant looks for devices
  std::string authorities{};                ///< PEM file of who vouches for the broker; empty: those of the system
};
/// Does not connect yet. Errors: invalid_input (the URL), not_found (the authorities).
[[nodiscard]] Result<std::unique_ptr<Outlet>> open_mqtt(const MqttOptions& options);

struct WebhookOptions {
  std::string url;     ///< https://..., or http://... when private addresses are allowed
  std::string secret;  ///< of the signature; at least 16 bytes
  enum class Private { refused, allowed } private_addresses = Private::refused;
  int most_refusals = 5;  ///< of one event, until it becomes a dead letter
};
/// Does not connect yet. Errors: invalid_input (URL, secret).
[[nodiscard]] Result<std::unique_ptr<Outlet>> open_webhook(const WebhookOptions& options, const Clock& clock);

/// A thread that takes records from a journal to an outlet, and tries again, after growing pauses, until they are
/// there. What is refused for good becomes a dead letter; those that were asked again go first.
class Delivery {
 public:
  struct Options {
    Duration first_pause = std::chrono::seconds{1};  ///< doubled after each failure
    Duration longest_pause = std::chrono::minutes{5};
  };
  /// Is told, from the thread, when an outlet goes down, comes back or lost events.
  using Say = std::function<void(const std::string& words)>;

  /// Joins the journal and begins. `journal` must outlive it. `naming` is asked from the thread, at each delivery.
  /// Errors: those of Journal::join.
  [[nodiscard]] static Result<std::unique_ptr<Delivery>> start(Journal& journal, std::unique_ptr<Outlet> outlet,
                                                               const Options& options, Say say, Naming naming = {});
  /// Stops after the attempt that is under way. What was not delivered stays in the journal.
  virtual ~Delivery() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
  /// See Outlet::address.
  [[nodiscard]] virtual const std::string& address() const = 0;
};

}  // namespace regard::sinks
