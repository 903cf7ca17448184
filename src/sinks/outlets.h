// Outlets: where events leave to over the network, from a journal, each at its own pace.  MQTT 5, webhooks.
// Topics, payloads, headers and what happens when the other side is down: docs/sinks.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "core/core.h"
#include "sinks/journal.h"

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

  struct Outcome {
    std::size_t done = 0;          ///< so many of the first records need not be delivered again
    std::optional<Error> problem;  ///< why the next one was not delivered
    Duration wait{};               ///< the other side asked for at least this pause
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
};
/// Does not connect yet. Errors: invalid_input (the URL).
[[nodiscard]] Result<std::unique_ptr<Outlet>> open_mqtt(const MqttOptions& options);

struct WebhookOptions {
  std::string url;     ///< https://..., or http://... when private addresses are allowed
  std::string secret;  ///< of the signature; at least 16 bytes
  enum class Private { refused, allowed } private_addresses = Private::refused;
  /// Where the list of events goes that the endpoint refused for good.
  std::filesystem::path folder;
  int most_refusals = 5;  ///< of one event, until it goes to that list
};
/// Does not connect yet. Errors: invalid_input (URL, secret).
[[nodiscard]] Result<std::unique_ptr<Outlet>> open_webhook(const WebhookOptions& options, const Clock& clock);

/// A thread that takes records from a journal to an outlet, and tries again, after growing pauses, until they are
/// there.
class Delivery {
 public:
  struct Options {
    Duration first_pause = std::chrono::seconds{1};  ///< doubled after each failure
    Duration longest_pause = std::chrono::minutes{5};
  };
  /// Is told, from the thread, when an outlet goes down, comes back or lost events.
  using Say = std::function<void(const std::string& words)>;

  /// Joins the journal and begins. `journal` must outlive it. Errors: those of Journal::join.
  [[nodiscard]] static Result<std::unique_ptr<Delivery>> start(Journal& journal, std::unique_ptr<Outlet> outlet,
                                                               const Options& options, Say say);
  /// Stops after the attempt that is under way. What was not delivered stays in the journal.
  virtual ~Delivery() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
};

}  // namespace regard::sinks
