#include "app/outlets.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "app/credentials.h"

namespace regard::app {

void add_outlet_options(CLI::App& command, OutletWishes& wishes) {
  command.add_option("--mqtt", wishes.mqtt,
                     "Tell events, states and Home Assistant's discovery to this MQTT 5 broker: "
                     "mqtt://HOST[:PORT][/PREFIX] or mqtts://...");
  command.add_option(
      "--mqtt-credentials", wishes.mqtt_credentials_file,
      "File whose first line is USER:PASSWORD of the broker; else REGARD_MQTT_USER and REGARD_MQTT_PASSWORD");
  command
      .add_option("--webhook", wishes.webhooks, "POST each event, signed, to this https:// address; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--webhook-secret", wishes.webhook_secret_file,
                     "File whose first line is the secret of the signatures; else REGARD_WEBHOOK_SECRET");
  command.add_flag("--webhook-allow-private", wishes.webhook_allow_private,
                   "Allow http:// and addresses of this machine and its network");
  command.add_option("--journal", wishes.journal,
                     "Folder in which events wait for --mqtt and --webhook (default: journal in the data folder)");
}

Result<std::unique_ptr<Outlets>> Outlets::open(const OutletWishes& wishes, const Clock& clock, const Say& say) {
  const std::filesystem::path folder = wishes.journal;
  std::vector<std::unique_ptr<sinks::Outlet>> outlets;
  if (!wishes.mqtt.empty()) {
    auto login = mqtt_login(wishes.mqtt_credentials_file);
    if (!login) return pass_on(std::move(login));
    auto outlet = sinks::open_mqtt({.url = wishes.mqtt, .login = std::move(*login)});
    if (!outlet) return pass_on(std::move(outlet));
    outlets.push_back(std::move(*outlet));
  }
  for (const std::string& url : wishes.webhooks) {
    if (std::count(wishes.webhooks.begin(), wishes.webhooks.end(), url) > 1) {
      return fail(ErrorKind::invalid_input, "preparing the webhooks", "one address is given twice", "give it once");
    }
    auto secret = webhook_secret(wishes.webhook_secret_file);
    if (!secret) return pass_on(std::move(secret));
    sinks::WebhookOptions options;
    options.url = url;
    options.secret = std::move(*secret);
    if (wishes.webhook_allow_private) options.private_addresses = sinks::WebhookOptions::Private::allowed;
    options.folder = folder;
    auto outlet = sinks::open_webhook(options, clock);
    if (!outlet) return pass_on(std::move(outlet));
    outlets.push_back(std::move(*outlet));
  }
  auto journal = sinks::Journal::open(folder, {});
  if (!journal) return pass_on(std::move(journal));
  std::unique_ptr<Outlets> result{new Outlets};
  result->journal_ = std::move(*journal);
  for (std::unique_ptr<sinks::Outlet>& outlet : outlets) {
    auto delivery = sinks::Delivery::start(*result->journal_, std::move(outlet), {}, say);
    if (!delivery) return pass_on(std::move(delivery));
    result->deliveries_.push_back(std::move(*delivery));
  }
  return result;
}

Result<void> Outlets::tell(const events::Event& event) {
  auto kept = journal_->append(events::to_json(event));
  return kept ? Result<void>{} : pass_on(std::move(kept));
}

void Outlets::finish(Duration patience, const Say& say) const {
  const std::unique_ptr<Clock> clock = system_clock();
  const Duration until = clock->elapsed() + patience;
  for (const std::unique_ptr<sinks::Delivery>& delivery : deliveries_) {
    const Duration left = std::max(Duration{}, until - clock->elapsed());
    if (journal_->wait_until_delivered(delivery->name(), left)) continue;
    say(fmt::format("{} events wait in the journal for {}; the next run delivers them",
                    journal_->backlog(delivery->name()).waiting, delivery->name()));
  }
}

}  // namespace regard::app
