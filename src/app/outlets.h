// Where the events of a run go over the network: a journal, and what delivers from it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/core.h"
#include "events/events.h"
#include "sinks/outlets.h"

namespace CLI {
class App;
}

namespace regard::app {

struct WebhookWish {
  std::string url;
  std::string secret_file{};  ///< empty: OutletWishes::webhook_secret_file
  bool allow_private = false;
};

struct MailWish {
  std::string url;  ///< of the mail server; empty: none
  std::string from{};
  std::vector<std::string> to{};
  std::string credentials_file{};        ///< see mail_login
  std::string authorities{};             ///< PEM file of who vouches for the server; empty: those of the system
  std::vector<std::string> galleries{};  ///< whoever is identified in these is an alert
  bool cameras = false;                  ///< cameras that fail are
  bool allow_plain = false;
};

/// As they are given to a command or in a configuration.
struct OutletWishes {
  std::string mqtt;                   ///< address of a broker; empty: none
  std::string mqtt_credentials_file;  ///< see mqtt_login
  std::string mqtt_authorities;       ///< PEM file of who vouches for the broker; empty: those of the system
  std::vector<WebhookWish> webhooks;
  MailWish mail;
  std::string webhook_secret_file;     ///< of those that have none of their own; see webhook_secret
  bool webhook_allow_private = false;  ///< all of them
  std::string journal;                 ///< its folder
  std::uint64_t kept_events = 0;       ///< see sinks::Journal::Options::kept_records
  Duration kept_for = std::chrono::hours{24};
  [[nodiscard]] bool any() const { return !mqtt.empty() || !webhooks.empty() || !mail.url.empty(); }
};

/// Adds --mqtt, --webhook and what belongs to them to a command.
void add_outlet_options(CLI::App& command, OutletWishes& wishes);

/// Whether they can be meant: addresses, files of secrets. Connects to nobody. Errors: invalid_input, not_found.
[[nodiscard]] Result<void> check(const OutletWishes& wishes);

/// One outlet, for people and programs to read. Value.
struct OutletStatus {
  std::string name;
  std::string address;  ///< without what may be secret
  std::uint64_t waiting = 0;
  std::uint64_t lost = 0;  ///< since the start
};

/// The journal and the outlets of one run. Any thread.
class Outlets {
 public:
  using Say = sinks::Delivery::Say;
  /// `say` is told when an outlet goes down, comes back or lost events; `naming` is asked at each delivery. Errors:
  /// invalid_input, not_found, denied, unavailable.
  [[nodiscard]] static Result<std::unique_ptr<Outlets>> open(const OutletWishes& wishes, const Clock& clock,
                                                             const Say& say, const sinks::Naming& naming);
  /// The event is in the journal, on the disk, when this returns; its number. `text` as
  /// events::to_json_without_names writes it. Errors: unavailable (disk).
  [[nodiscard]] Result<std::uint64_t> tell(const std::string& text) { return journal_->append(text); }
  /// From now on these. Outlets that are the same, secrets included, go on undisturbed; the journal stays as it is.
  /// Errors: those of `check`; then everything stays as it is.
  [[nodiscard]] Result<void> change(const OutletWishes& wishes);
  [[nodiscard]] std::vector<OutletStatus> statuses() const;
  [[nodiscard]] sinks::Journal& journal() { return *journal_; }
  /// Gives every outlet `patience` together to deliver what waits; says what has to wait for the next run.
  void finish(Duration patience) const;

 private:
  struct Running {
    std::string settings;  ///< digest of all that it was made of
    std::unique_ptr<sinks::Delivery> delivery;
  };
  Outlets(const Clock& clock, Say say, sinks::Naming naming)
      : clock_{clock}, say_{std::move(say)}, naming_{std::move(naming)} {}

  const Clock& clock_;
  const Say say_;
  const sinks::Naming naming_;
  std::unique_ptr<sinks::Journal> journal_;
  mutable std::mutex mutex_;      ///< of `running_`
  std::vector<Running> running_;  // ends before the journal
};

}  // namespace regard::app
