// Where the events of a run go over the network: a journal, and what delivers from it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/core.h"
#include "events/events.h"
#include "sinks/outlets.h"

namespace CLI {
class App;
}

namespace regard::app {

/// As they are given to a command.
struct OutletWishes {
  std::string mqtt;                   ///< address of a broker; empty: none
  std::string mqtt_credentials_file;  ///< see mqtt_login
  std::vector<std::string> webhooks;
  std::string webhook_secret_file;  ///< see webhook_secret
  bool webhook_allow_private = false;
  std::string journal;  ///< its folder
  [[nodiscard]] bool any() const { return !mqtt.empty() || !webhooks.empty(); }
};

/// Adds --mqtt, --webhook and what belongs to them to a command.
void add_outlet_options(CLI::App& command, OutletWishes& wishes);

/// The journal and the outlets of one run. Any thread.
class Outlets {
 public:
  using Say = sinks::Delivery::Say;
  /// `say` is told when an outlet goes down, comes back or lost events. Errors: invalid_input, denied, unavailable.
  [[nodiscard]] static Result<std::unique_ptr<Outlets>> open(const OutletWishes& wishes, const Clock& clock,
                                                             const Say& say);
  /// The event is in the journal, on the disk, when this returns. Errors: unavailable (disk).
  [[nodiscard]] Result<void> tell(const events::Event& event);
  /// Gives every outlet `patience` together to deliver what waits; says what has to wait for the next run.
  void finish(Duration patience, const Say& say) const;

 private:
  Outlets() = default;
  std::unique_ptr<sinks::Journal> journal_;
  std::vector<std::unique_ptr<sinks::Delivery>> deliveries_;  // end before the journal
};

}  // namespace regard::app
