// What a broker is told: topics, payloads, retained states and Home Assistant's discovery, as docs/sinks.md says. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/core.h"

namespace regard::sinks {

/// mqtt://HOST[:PORT][/PREFIX] or mqtts://...
struct MqttAddress {
  std::string host;  ///< without the brackets of an IPv6 address
  std::uint16_t port = 0;
  bool tls = false;
  std::string prefix;  ///< of every topic but those of discovery
};
/// Errors: invalid_input; a user or password in the URL is refused, for command lines are seen by everybody.
[[nodiscard]] Result<MqttAddress> mqtt_address_from(const std::string& url);

struct Message {
  std::string topic;
  std::string payload;
  bool retained = false;
  friend bool operator==(const Message&, const Message&) = default;
};

/// `name` as a part of a topic and of an id: letters, digits, "_" and "-"; names that would become the same differ.
[[nodiscard]] std::string slug_of(std::string_view name);

/// Follows the events of all cameras and knows what the broker should hold. Value.
class Home {
 public:
  Home(std::string prefix, std::string discovery) : prefix_{std::move(prefix)}, discovery_{std::move(discovery)} {}

  /// What one event, a line of JSON, makes: itself, then the states that it changed.
  [[nodiscard]] std::vector<Message> take(std::string_view line);
  /// Every state as it is now, for a broker that forgot them.
  [[nodiscard]] std::vector<Message> states() const;

  /// "online", and what the broker says when it hears nothing more from us.
  [[nodiscard]] Message online() const { return {status_topic(), "online", true}; }
  [[nodiscard]] Message offline() const { return {status_topic(), "offline", true}; }

 private:
  struct Camera {
    std::map<std::uint64_t, std::string> tracks;  ///< class of each
    std::set<std::string> classes;                ///< that have been seen
  };
  [[nodiscard]] std::string status_topic() const { return prefix_ + "/status"; }
  [[nodiscard]] std::string topic_of(const std::string& camera) const;
  Camera& meet(const std::string& name);
  void announce(const std::string& camera, const std::string& component, const std::string& thing,
                const std::string& label, const std::string& state, const std::string& device_class);
  void count(const std::string& name, const Camera& camera);
  void put(const std::string& topic, const std::string& payload);

  std::string prefix_;
  std::string discovery_;
  std::map<std::string, Camera> cameras_;
  std::map<std::string, std::string> states_;  ///< by topic
  std::vector<Message> changed_;               ///< by the event that is being taken
};

}  // namespace regard::sinks
