#include "sinks/logic/home.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "crypto/crypto.h"

namespace regard::sinks {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint16_t mqtt_port = 1883;   // IANA
constexpr std::uint16_t mqtts_port = 8883;  // IANA: secure-mqtt

tl::unexpected<Error> bad_url(const std::string& cause) {
  return fail(ErrorKind::invalid_input, "reading the address of the MQTT broker", cause,
              "write mqtt://HOST[:PORT][/PREFIX] or mqtts://HOST[:PORT][/PREFIX]");
}

bool is_plain(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         letter == '_' || letter == '-';
}

std::string text_in(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::uint64_t number_in(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

Result<MqttAddress> mqtt_address_from(const std::string& url) {
  MqttAddress address;
  std::string_view rest = url;
  if (rest.starts_with("mqtts://")) {
    address.tls = true;
  } else if (!rest.starts_with("mqtt://")) {
    return bad_url("\"" + url.substr(0, url.find(':')) + "\" is another scheme");
  }
  rest.remove_prefix(rest.find("//") + 2);
  const std::string_view place = rest.substr(0, rest.find('/'));
  if (place.find('@') != std::string_view::npos) {
    return fail(ErrorKind::invalid_input, "reading the address of the MQTT broker", "it holds a user or a password",
                "leave them out: name a file with --mqtt-credentials or mqtt.credentials_file, or set "
                "REGARD_MQTT_USER and REGARD_MQTT_PASSWORD");
  }
  const std::string_view prefix = rest.size() > place.size() ? rest.substr(place.size() + 1) : std::string_view{};
  const std::size_t bracket = place.starts_with('[') ? place.find(']') : std::string_view::npos;
  const std::size_t colon = bracket == std::string_view::npos ? place.find(':') : place.find(':', bracket);
  address.host = bracket == std::string_view::npos ? place.substr(0, colon) : place.substr(1, bracket - 1);
  address.port = address.tls ? mqtts_port : mqtt_port;
  if (colon != std::string_view::npos) {
    const std::string_view digits = place.substr(colon + 1);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
    if (problem != std::errc{} || end != digits.data() + digits.size() || address.port == 0) {
      return bad_url("\"" + std::string{digits} + "\" is no port");
    }
  }
  if (address.host.empty()) return bad_url("it names no host");
  address.prefix = prefix.empty() ? "regard" : prefix;
  const bool fits = std::all_of(address.prefix.begin(), address.prefix.end(),
                                [](char letter) { return is_plain(letter) || letter == '/'; });
  if (!fits || address.prefix.starts_with('/') || address.prefix.ends_with('/') || address.prefix.size() > 128) {
    return bad_url("the prefix of the topics may hold letters, digits, _, - and / between them only");
  }
  return address;
}

std::string slug_of(std::string_view name) {
  std::string slug{name};
  std::replace_if(
      slug.begin(), slug.end(), [](char letter) { return !is_plain(letter); }, '_');
  if (slug == name && !slug.empty()) return slug;
  return slug + "_" + crypto::to_hex(crypto::sha256(crypto::bytes_of(name))).substr(0, 6);
}

std::string Home::topic_of(const std::string& camera) const { return prefix_ + "/cameras/" + slug_of(camera); }

void Home::put(const std::string& topic, const std::string& payload) {
  std::string& state = states_[topic];
  if (state == payload) return;
  state = payload;
  changed_.push_back({topic, payload, true});
}

/// https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery: <discovery>/<component>/<node>/<object>/config
void Home::announce(const std::string& camera, const std::string& component, const std::string& thing,
                    const std::string& label, const std::string& state, const std::string& device_class) {
  std::string node = "regard_" + (prefix_ == "regard" ? "" : prefix_ + "_") + slug_of(camera);
  std::replace(node.begin(), node.end(), '/', '_');
  Json config{
      {"name", label},
      {"unique_id", node + "_" + thing},
      {"object_id", node + "_" + thing},
      {"state_topic", topic_of(camera) + "/" + state},
      {"availability_topic", status_topic()},
      {"device",
       {{"identifiers", Json::array({node})}, {"name", camera}, {"manufacturer", "Regard"}, {"model", "camera"}}},
      {"origin", {{"name", "Regard"}}}};
  if (!device_class.empty()) config["device_class"] = device_class;
  if (component == "sensor") config["state_class"] = "measurement";
  put(discovery_ + "/" + component + "/" + node + "/" + thing + "/config",
      config.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Home::Camera& Home::meet(const std::string& name) {
  const auto [found, is_new] = cameras_.try_emplace(name);
  if (is_new) {
    announce(name, "binary_sensor", "connectivity", "Connection", "connectivity", "connectivity");
    announce(name, "binary_sensor", "occupancy", "Occupancy", "occupancy", "occupancy");
    found->second.classes.insert("person");
    announce(name, "sensor", "count_person", "person count", "count/person", "");
  }
  return found->second;
}

void Home::count(const std::string& name, const Camera& camera) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& one : camera.classes) counts[one] = 0;
  for (const auto& [track, one] : camera.tracks) ++counts[one];
  for (const auto& [one, number] : counts) put(topic_of(name) + "/count/" + slug_of(one), std::to_string(number));
  const bool occupied = counts["person"] > 0 || counts["face"] > 0;
  put(topic_of(name) + "/occupancy", occupied ? "ON" : "OFF");
}

std::vector<Message> Home::take(std::string_view line) {
  changed_.clear();
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return {};
  const std::string event = text_in(json, "event");
  const std::string name = text_in(json, "camera");
  changed_.push_back({prefix_ + "/events" + (name.empty() ? "" : "/" + slug_of(name)), std::string{line}, false});
  if (name.empty()) return std::exchange(changed_, {});
  Camera& camera = meet(name);
  if (event == "camera_state") {
    const std::string state = text_in(json, "state");
    put(topic_of(name) + "/state", state);
    put(topic_of(name) + "/connectivity", state == "live" ? "ON" : "OFF");
    // Numbers of tracks begin anew with a run or a connection, and who is there is not known meanwhile.
    if (state != "live") camera.tracks.clear();
  } else if (event == "track_started") {
    const std::string one = text_in(json, "class");
    camera.tracks[number_in(json, "track")] = one;
    if (camera.classes.insert(one).second) {
      announce(name, "sensor", "count_" + slug_of(one), one + " count", "count/" + slug_of(one), "");
    }
  } else if (event == "track_ended") {
    camera.tracks.erase(number_in(json, "track"));
  }
  count(name, camera);
  return std::exchange(changed_, {});
}

std::vector<Message> Home::states() const {
  std::vector<Message> messages;
  messages.reserve(states_.size());
  for (const auto& [topic, payload] : states_) messages.push_back({topic, payload, true});
  return messages;
}

}  // namespace regard::sinks
