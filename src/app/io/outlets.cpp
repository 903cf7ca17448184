#include "app/outlets.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "app/credentials.h"
#include "crypto/crypto.h"
#include "sinks/mail.h"

namespace regard::app {
namespace {

/// An outlet that delivers nothing yet.
struct Prepared {
  std::string settings;  ///< digest of all that it was made of, secrets too: whether another one is the same
  std::unique_ptr<sinks::Outlet> outlet;
};

std::string digest_of(std::initializer_list<std::string> parts) {
  std::string all;
  for (const std::string& part : parts) all += std::to_string(part.size()) + ":" + part;
  return crypto::to_hex(crypto::sha256(crypto::bytes_of(all)));
}

Result<Prepared> prepared_mqtt(const OutletWishes& wishes) {
  auto login = mqtt_login(wishes.mqtt_credentials_file);
  if (!login) return pass_on(std::move(login));
  const std::string settings = digest_of(
      {"mqtt", wishes.mqtt, *login ? (*login)->user : "", *login ? (*login)->password : "", wishes.mqtt_authorities});
  auto outlet = sinks::open_mqtt({.url = wishes.mqtt, .login = *login, .authorities = wishes.mqtt_authorities});
  if (!outlet) return pass_on(std::move(outlet));
  return Prepared{settings, std::move(*outlet)};
}

Result<Prepared> prepared_webhook(const OutletWishes& wishes, const WebhookWish& wish, const Clock& clock) {
  auto secret = webhook_secret(wish.secret_file.empty() ? wishes.webhook_secret_file : wish.secret_file);
  if (!secret) return pass_on(std::move(secret));
  const bool allow_private = wish.allow_private || wishes.webhook_allow_private;
  const std::string settings = digest_of({"webhook", wish.url, *secret, allow_private ? "private" : ""});
  sinks::WebhookOptions options;
  options.url = wish.url;
  options.secret = std::move(*secret);
  if (allow_private) options.private_addresses = sinks::WebhookOptions::Private::allowed;
  auto outlet = sinks::open_webhook(options, clock);
  if (!outlet) return pass_on(std::move(outlet));
  return Prepared{settings, std::move(*outlet)};
}

Result<Prepared> prepared_mail(const MailWish& wish, const Clock& clock) {
  auto login = mail_login(wish.credentials_file);
  if (!login) return pass_on(std::move(login));
  std::string lists;
  for (const auto* list : {&wish.to, &wish.galleries}) {
    for (const std::string& one : *list) lists += one + ",";
    lists += ";";
  }
  const std::string settings =
      digest_of({"mail", wish.url, wish.from, lists, *login ? (*login)->user : "", *login ? (*login)->password : "",
                 wish.authorities, wish.cameras ? "cameras" : "", wish.allow_plain ? "plain" : ""});
  auto outlet = sinks::open_mail(
      {.url = wish.url,
       .from = wish.from,
       .to = wish.to,
       .login = *login,
       .authorities = wish.authorities,
       .galleries = wish.galleries,
       .cameras = wish.cameras,
       .plain = wish.allow_plain ? sinks::MailOptions::Plain::allowed : sinks::MailOptions::Plain::refused},
      clock);
  if (!outlet) return pass_on(std::move(outlet));
  return Prepared{settings, std::move(*outlet)};
}

Result<std::vector<Prepared>> prepared(const OutletWishes& wishes, const Clock& clock) {
  std::vector<Prepared> all;
  if (!wishes.mqtt.empty()) {
    auto mqtt = prepared_mqtt(wishes);
    if (!mqtt) return pass_on(std::move(mqtt));
    all.push_back(std::move(*mqtt));
  }
  for (const WebhookWish& wish : wishes.webhooks) {
    if (std::ranges::count(wishes.webhooks, wish.url, &WebhookWish::url) > 1)
      return fail(ErrorKind::invalid_input, "preparing the webhooks", "one address is given twice", "give it once");
    auto webhook = prepared_webhook(wishes, wish, clock);
    if (!webhook) return pass_on(std::move(webhook));
    all.push_back(std::move(*webhook));
  }
  if (!wishes.mail.url.empty()) {
    auto mail = prepared_mail(wishes.mail, clock);
    if (!mail) return pass_on(std::move(mail));
    all.push_back(std::move(*mail));
  }
  return all;
}

}  // namespace

void add_outlet_options(CLI::App& command, OutletWishes& wishes) {
  command.add_option("--mqtt", wishes.mqtt,
                     "Tell events, states and Home Assistant's discovery to this MQTT 5 broker: "
                     "mqtt://HOST[:PORT][/PREFIX] or mqtts://...");
  command.add_option(
      "--mqtt-credentials", wishes.mqtt_credentials_file,
      "File whose first line is USER:PASSWORD of the broker; else REGARD_MQTT_USER and REGARD_MQTT_PASSWORD");
  command.add_option("--mqtt-ca", wishes.mqtt_authorities,
                     "PEM file of who vouches for the broker's certificate (default: whom this machine trusts)");
  command
      .add_option_function<std::vector<std::string>>(
          "--webhook",
          [&wishes](const std::vector<std::string>& urls) {
            for (const std::string& url : urls) wishes.webhooks.push_back({.url = url});
          },
          "POST each event, signed, to this https:// address; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--webhook-secret", wishes.webhook_secret_file,
                     "File whose first line is the secret of the signatures; else REGARD_WEBHOOK_SECRET");
  command.add_flag("--webhook-allow-private", wishes.webhook_allow_private,
                   "Allow http:// and addresses of this machine and its network");
  command.add_option("--journal", wishes.journal,
                     "Folder in which events wait for --mqtt and --webhook (default: journal in the data folder)");
}

Result<void> check(const OutletWishes& wishes) {
  const std::unique_ptr<Clock> clock = system_clock();
  auto outlets = prepared(wishes, *clock);
  return outlets ? Result<void>{} : pass_on(std::move(outlets));
}

Result<std::unique_ptr<Outlets>> Outlets::open(const OutletWishes& wishes, const Clock& clock, const Say& say,
                                               const sinks::Naming& naming) {
  std::unique_ptr<Outlets> result{new Outlets{clock, say, naming}};
  if (auto checked = check(wishes); !checked) return pass_on(std::move(checked));
  sinks::Journal::Options options;
  if (wishes.kept_events > 0) {
    // A smaller file for each stretch of the tail, so that little more is kept than was asked for.
    options.segment_bytes = std::uint64_t{256} << 10;
    options.kept_records = wishes.kept_events;
    options.kept_for = wishes.kept_for;
  }
  auto journal = sinks::Journal::open(wishes.journal, options);
  if (!journal) return pass_on(std::move(journal));
  result->journal_ = std::move(*journal);
  if (auto begun = result->change(wishes); !begun) return pass_on(std::move(begun));
  return result;
}

Result<void> Outlets::change(const OutletWishes& wishes) {
  auto wanted = prepared(wishes, clock_);
  if (!wanted) return pass_on(std::move(wanted));
  const std::lock_guard lock{mutex_};
  std::erase_if(running_, [&](const Running& one) {
    return std::ranges::find(*wanted, one.settings, &Prepared::settings) == wanted->end();
  });
  for (Prepared& one : *wanted) {
    if (std::ranges::find(running_, one.settings, &Running::settings) != running_.end()) continue;
    auto delivery = sinks::Delivery::start(*journal_, std::move(one.outlet), {}, say_, naming_);
    if (!delivery) return pass_on(std::move(delivery));
    running_.push_back({std::move(one.settings), std::move(*delivery)});
  }
  return {};
}

std::vector<OutletStatus> Outlets::statuses() const {
  const std::lock_guard lock{mutex_};
  std::vector<OutletStatus> all;
  for (const Running& one : running_) {
    const sinks::Journal::Backlog backlog = journal_->backlog(one.delivery->name());
    all.push_back({.name = one.delivery->name(),
                   .address = one.delivery->address(),
                   .waiting = backlog.waiting,
                   .lost = backlog.lost});
  }
  return all;
}

void Outlets::finish(Duration patience) const {
  const std::lock_guard lock{mutex_};
  const Duration until = clock_.elapsed() + patience;
  for (const Running& one : running_) {
    const std::string& name = one.delivery->name();
    const Duration left = std::max(Duration{}, until - clock_.elapsed());
    if (journal_->wait_until_delivered(name, left)) continue;
    say_(fmt::format("{} events wait in the journal for {}; the next run delivers them",
                     journal_->backlog(name).waiting, name));
  }
}

}  // namespace regard::app
