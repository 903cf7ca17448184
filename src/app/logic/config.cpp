#include "app/config.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <type_traits>

namespace regard::app {
/// As in infer/logic/manifest.cpp: toml++ 3.3 asserts where hostile text only breaks its expectations.
[[noreturn]] static void parser_of_config_was_surprised() { throw std::logic_error{"it is not TOML"}; }
}  // namespace regard::app
#define TOML_ASSERT(expression) ((expression) ? void() : ::regard::app::parser_of_config_was_surprised())
#include <toml++/toml.h>

#include "app/watch.h"
#include "core/text.h"

namespace regard::app {
namespace {

/// Far above any installation's: 256 cameras are some 50 kB.
constexpr std::size_t longest_config = 1U << 20U;

constexpr ConfigKey keys[] = {
    {"", "listen", "\"127.0.0.1:8080\"", "Address and port. Only this machine reaches 127.0.0.1 and [::1]."},
    {"", "plain_http", "false", "Serve another address than loopback without TLS: only behind a proxy that has it."},
    {"", "origin", "\"https://regard.example.org\"",
     "The page's address, which passkeys are made for. Needed for them, but on localhost."},
    {"", "data", "\"/var/lib/regard\"", "The data folder: keys, log, database."},
    {"", "passphrase_file", "\"/etc/regard/passphrase\"", "Its first line stretches to the master key."},
    {"", "models", "\"/usr/share/regard/models\"", "Folder of installed networks."},
    {"", "provider", "\"cpu\"", "Where networks run: cpu, cuda, openvino, coreml, as the installed library offers."},
    {"tls", "certificate", "\"/etc/regard/chain.pem\"",
     "Certificate chain, PEM. With it the server speaks HTTPS only."},
    {"tls", "key", "\"/etc/regard/key.pem\"", "Private key of the certificate, PEM."},
    {"notice", "controller", "\"Museum, 1 Example Street\"",
     "Who decides about these cameras. With it the page `/#/notice` is public."},
    {"notice", "contact", "\"privacy@museum.example\"", "Whom people in front of a camera may ask."},
    {"notice", "policy", "\"https://museum.example/privacy\"", "Address of the whole privacy notice."},
    {"notice", "site", "\"Museum, main entrance\"", "What the place is called."},
    {"journal", "folder", "\"/var/lib/regard/journal\"",
     "Where events lie until everybody has them; `journal` in the data folder when missing."},
    {"journal", "keep_events", "10000",
     "How many of the last events listeners who come back can be given; 1 to 100000."},
    {"journal", "keep_hours", "24", "None of them for longer than this, once every sink has it; up to 8760."},
    {"mqtt", "url", "\"mqtts://broker.example\"",
     "An MQTT 5 broker: mqtt://HOST[:PORT][/PREFIX], or mqtts:// with TLS. Needed."},
    {"mqtt", "credentials_file", "\"/etc/regard/mqtt.txt\"",
     "File whose first line is USER:PASSWORD; else REGARD_MQTT_USER and REGARD_MQTT_PASSWORD."},
    {"mqtt", "ca_file", "\"/etc/regard/broker-ca.pem\"",
     "PEM file of who vouches for the broker's certificate; whom the machine trusts when missing."},
    {"webhook", "url", "\"https://hooks.example/regard\"", "Each event is POSTed there, signed. Needed."},
    {"webhook", "secret_file", "\"/etc/regard/webhook.txt\"",
     "File whose first line is the secret of the signatures; else REGARD_WEBHOOK_SECRET."},
    {"webhook", "allow_private", "false", "Allow http:// and addresses of this machine and its network."},
    {"mail", "url", "\"smtp://mail.example.org\"",
     "A mail server for alerts: smtp://HOST[:PORT] with STARTTLS, or smtps://HOST[:PORT]. Needed."},
    {"mail", "from", "\"regard@example.org\"", "The sender. Needed."},
    {"mail", "to", "[\"guard@example.org\"]", "Whoever gets the alerts. Needed."},
    {"mail", "credentials_file", "\"/etc/regard/mail.txt\"",
     "File whose first line is USER:PASSWORD; else REGARD_MAIL_USER and REGARD_MAIL_PASSWORD."},
    {"mail", "ca_file", "\"/etc/regard/mail-ca.pem\"",
     "PEM file of who vouches for the mail server's certificate; whom the machine trusts when missing."},
    {"mail", "galleries", "[\"wanted\"]", "Somebody of these galleries was identified: an alert."},
    {"mail", "cameras", "true", "A camera that failed or stalled is an alert."},
    {"mail", "allow_plain", "false", "Send without TLS when there is none: only to a server on this machine."},
    {"camera", "name", "\"door\"", "Letters, digits, dots, - and _. Made up from the address when missing."},
    {"camera", "address", "\"rtsp://192.0.2.10/stream1\"", "As SOURCE of `regard watch`. Needed."},
    {"camera", "fps", "5", "Frames analysed a second; 5 for live cameras and 10 for files when missing."},
    {"camera", "classes", "[\"person\", \"face\"]", "What to follow."},
    {"camera", "rtsp_udp", "false", "RTSP over UDP instead of TCP."},
    {"camera", "credentials_file", "\"/etc/regard/door.txt\"", "File whose first line is USER:PASSWORD."},
    {"camera", "gallery", "\"staff\"", "People of this gallery are named; nobody is recognised when missing."},
    {"camera", "zone", "\"door\"", "Zone of the gallery that this camera is in. Needed with `gallery`."},
};

/// Thrown inside this file only, caught by config_from.
struct Refusal {
  std::string cause;
  std::string remedy;
};

std::string nearest(std::string_view table, std::string_view typed) {
  constexpr std::size_t longest_typed = 64;  // longer ones are no mistyped key, and comparing would cost
  typed = typed.substr(0, longest_typed);
  // A beginning of a key is nearer than anything else: "cert" means certificate, not key.
  const auto away = [&](std::string_view name) { return name.starts_with(typed) ? 0 : edit_distance(typed, name); };
  std::string_view best;
  for (const ConfigKey& key : keys) {
    if (key.table == table && (best.empty() || away(key.name) < away(best))) best = key.name;
  }
  return std::string{best};
}

/// One table of the file, which refuses keys that are not its own.
class Table {
 public:
  Table(const toml::table& table, std::string_view name) : table_{table}, name_{name} {
    for (const auto& pair : table) {
      const std::string_view key = pair.first.str();
      const bool is_known =
          std::ranges::any_of(keys, [&](const ConfigKey& one) { return one.table == name_ && one.name == key; });
      const bool is_table = name_.empty() && std::ranges::any_of(keys, [&](const ConfigKey& one) {
                              return !one.table.empty() && one.table == key;
                            });
      if (!is_known && !is_table)
        throw Refusal{"there is no key " + path(key.substr(0, 64)),
                      "the nearest is " + path(nearest(name_, key)) + "; docs/serve.md lists all"};
    }
  }

  void take(std::string_view key, std::string& value) const { take_as<std::string>(key, value, "a text in quotes"); }
  void take(std::string_view key, bool& value) const { take_as<bool>(key, value, "true or false"); }
  void take(std::string_view key, std::optional<double>& value) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    const auto read = node->value<double>();
    if (!read || node->is_boolean()) wrong(key, "a number");
    value = *read;
  }
  /// A whole number from `least` to `most`.
  void take(std::string_view key, std::uint64_t& value, std::uint64_t least, std::uint64_t most) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    const auto read = node->value_exact<std::int64_t>();
    const bool fits =
        read && *read >= 0 && static_cast<std::uint64_t>(*read) >= least && static_cast<std::uint64_t>(*read) <= most;
    if (!fits) wrong(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    value = static_cast<std::uint64_t>(*read);
  }
  void take(std::string_view key, std::vector<std::string>& value) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    if (node->as_array() == nullptr) wrong(key, "a list of texts");
    value.clear();
    for (const toml::node& one : *node->as_array()) {
      const auto text = one.value_exact<std::string>();
      if (!text) wrong(key, "a list of texts");
      value.push_back(*text);
    }
  }

 private:
  [[nodiscard]] std::string path(std::string_view key) const {
    return name_.empty() ? std::string{key} : std::string{name_} + "." + std::string{key};
  }
  [[noreturn]] void wrong(std::string_view key, const std::string& must) const {
    throw Refusal{path(key) + " is not " + must, "docs/serve.md shows an example"};
  }
  template <typename Value>
  void take_as(std::string_view key, Value& value, const std::string& must) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    const auto read = node->value_exact<Value>();
    if (!read) wrong(key, must);
    if constexpr (std::is_same_v<Value, std::string>) {
      if (read->find('\0') != std::string::npos) wrong(key, "a text without zero bytes");
    }
    value = *read;
  }

  const toml::table& table_;
  std::string_view name_;
};

CameraSettings camera_from(const toml::table& table, const std::vector<CameraName>& taken) {
  const Table read{table, "camera"};
  CameraSettings camera;
  read.take("name", camera.name);
  read.take("address", camera.address);
  read.take("fps", camera.frames_per_second);
  read.take("classes", camera.classes);
  read.take("rtsp_udp", camera.rtsp_over_udp);
  read.take("credentials_file", camera.credentials_file);
  read.take("gallery", camera.gallery);
  read.take("zone", camera.zone);
  if (camera.name.empty() && !camera.address.empty()) camera.name = camera_name_for(camera.address, taken);
  if (std::ranges::find(taken, CameraName{camera.name}) != taken.end())
    throw Refusal{"two cameras are named " + camera.name, "name one of them otherwise"};
  if (auto checked = check(camera); !checked) throw Refusal{checked.error().message(), "mend this camera"};
  return camera;
}

Notice notice_from(const toml::node& node) {
  if (node.as_table() == nullptr) throw Refusal{"notice is not a table", "write [notice]"};
  const Table read{*node.as_table(), "notice"};
  Notice notice;
  read.take("controller", notice.controller);
  read.take("contact", notice.contact);
  read.take("policy", notice.policy);
  read.take("site", notice.site);
  if (notice.controller.empty())
    throw Refusal{"notice does not say who decides", "name notice.controller, or leave the table out"};
  return notice;
}

/// The table of that name. Nothing when it is missing.
const toml::table* table_in(const toml::table& root, const std::string& name) {
  const toml::node* found = root.get(name);
  if (found == nullptr) return nullptr;
  if (found->as_table() == nullptr) throw Refusal{name + " is not a table", "write [" + name + "]"};
  return found->as_table();
}

/// The list of tables of that name: no more than `most`.
std::vector<const toml::table*> tables_in(const toml::table& root, const std::string& name, std::size_t most,
                                          const std::string& too_many) {
  std::vector<const toml::table*> all;
  const toml::node* found = root.get(name);
  if (found == nullptr) return all;
  const Refusal no_list{name + " is not a list of tables", "write [[" + name + "]]"};
  if (found->as_array() == nullptr) throw no_list;
  for (const toml::node& one : *found->as_array()) {
    if (one.as_table() == nullptr) throw no_list;
    if (all.size() == most) throw Refusal{"there are more than " + std::to_string(most) + " tables " + name, too_many};
    all.push_back(one.as_table());
  }
  return all;
}

OutletWishes outlets_from(const toml::table& root) {
  OutletWishes wishes = kept_by_servers();
  if (const toml::table* journal = table_in(root, "journal")) {
    const Table read{*journal, "journal"};
    read.take("folder", wishes.journal);
    read.take("keep_events", wishes.kept_events, 1, 100'000);
    auto hours = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::hours>(wishes.kept_for).count());
    read.take("keep_hours", hours, 1, 8760);
    wishes.kept_for = std::chrono::hours{hours};
  }
  if (const toml::table* mqtt = table_in(root, "mqtt")) {
    const Table read{*mqtt, "mqtt"};
    read.take("url", wishes.mqtt);
    read.take("credentials_file", wishes.mqtt_credentials_file);
    read.take("ca_file", wishes.mqtt_authorities);
    if (wishes.mqtt.empty()) throw Refusal{"mqtt has no url", "write url = \"mqtts://HOST\""};
  }
  constexpr std::size_t most_webhooks = 64;  // each has a thread
  for (const toml::table* webhook : tables_in(root, "webhook", most_webhooks, "let one endpoint tell the others")) {
    const Table read{*webhook, "webhook"};
    WebhookWish wish;
    read.take("url", wish.url);
    read.take("secret_file", wish.secret_file);
    read.take("allow_private", wish.allow_private);
    if (wish.url.empty()) throw Refusal{"webhook has no url", "write url = \"https://HOST/PATH\""};
    wishes.webhooks.push_back(std::move(wish));
  }
  if (const toml::table* mail = table_in(root, "mail")) {
    const Table read{*mail, "mail"};
    read.take("url", wishes.mail.url);
    read.take("from", wishes.mail.from);
    read.take("to", wishes.mail.to);
    read.take("credentials_file", wishes.mail.credentials_file);
    read.take("ca_file", wishes.mail.authorities);
    read.take("galleries", wishes.mail.galleries);
    read.take("cameras", wishes.mail.cameras);
    read.take("allow_plain", wishes.mail.allow_plain);
    if (wishes.mail.url.empty()) throw Refusal{"mail has no url", "write url = \"smtp://HOST\""};
  }
  return wishes;
}

ServeOptions options_from(const toml::table& root) {
  ServeOptions options;
  const Table top{root, ""};
  std::string listen = "127.0.0.1:8080";
  top.take("listen", listen);
  auto address = listen_address_from(listen);
  if (!address) throw Refusal{address.error().message(), "mend listen"};
  options.listen = *address;
  top.take("plain_http", options.plain_http);
  top.take("origin", options.origin);
  if (!options.origin.empty()) {
    if (auto checked = check_origin(options.origin); !checked)
      throw Refusal{checked.error().cause, checked.error().remedy};
  }
  top.take("data", options.data.folder);
  top.take("passphrase_file", options.data.passphrase_file);
  top.take("models", options.networks.folder);
  top.take("provider", options.networks.provider);
  if (const toml::table* tls = table_in(root, "tls")) {
    const Table read{*tls, "tls"};
    read.take("certificate", options.certificate);
    read.take("key", options.key);
    if (options.certificate.empty() != options.key.empty())
      throw Refusal{"tls has a certificate without key, or a key without certificate", "name both"};
  }
  if (const toml::node* notice = root.get("notice")) options.notice = notice_from(*notice);
  options.outlets = outlets_from(root);
  std::vector<CameraName> taken;
  for (const toml::table* camera : tables_in(root, "camera", Cameras::most, "run a second server")) {
    options.cameras.push_back(camera_from(*camera, taken));
    taken.push_back({options.cameras.back().name});
  }
  return options;
}

/// A basic string of TOML: quotes, backslashes and control characters escaped.
std::string quoted(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < ' ' || byte == 0x7F) {
      quoted += "\\u00";
      quoted += digits[byte >> 4U];
      quoted += digits[byte & 15U];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace

std::span<const ConfigKey> config_keys() { return keys; }

Result<ServeOptions> config_from(std::string_view text, const std::string& name) {
  const std::string doing = "reading the configuration " + name;
  if (text.size() > longest_config)
    return fail(ErrorKind::limit, doing, "it is longer than a megabyte", "name another file");
  try {
    return options_from(toml::parse(text));
  } catch (const Refusal& refusal) {
    return fail(ErrorKind::invalid_input, doing, refusal.cause, refusal.remedy);
  } catch (const toml::parse_error& wrong) {
    return fail(ErrorKind::invalid_input, doing,
                std::string{wrong.description()} + " (line " + std::to_string(wrong.source().begin.line) + ")",
                "write it as toml.io says");
  } catch (const std::logic_error& surprise) {
    return fail(ErrorKind::invalid_input, doing, surprise.what(), "write it as toml.io says");
  }
}

std::string config_text(std::span<const CameraSettings> cameras) {
  std::string text;
  for (const CameraSettings& camera : cameras) {
    text += "[[camera]]\nname = " + quoted(camera.name) + "\naddress = " + quoted(camera.address) + "\n";
    if (camera.frames_per_second) {
      text += "fps = " + std::to_string(*camera.frames_per_second) + "\n";
    }
    std::string classes;
    for (const std::string& one : camera.classes) classes += (classes.empty() ? "" : ", ") + quoted(one);
    text += "classes = [" + classes + "]\n";
    if (camera.rtsp_over_udp) text += "rtsp_udp = true\n";
    if (!camera.credentials_file.empty()) text += "credentials_file = " + quoted(camera.credentials_file) + "\n";
    if (!camera.gallery.empty())
      text += "gallery = " + quoted(camera.gallery) + "\nzone = " + quoted(camera.zone) + "\n";
    text += "\n";
  }
  return text;
}

}  // namespace regard::app
