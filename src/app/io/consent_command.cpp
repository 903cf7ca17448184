#include <fmt/core.h>

#include "app/io/answers.h"
#include "app/io/data_command.h"
#include "app/people_commands.h"
#include "app/rights.h"
#include "app/terminal.h"

namespace regard::app {
namespace {

struct ConsentOptions : DataCommand {
  std::string person;
  std::string consent;
  ConsentWishes wishes;
};

Result<int> grant(DataFolder& data, const ConsentOptions& options) {
  auto subject = data.database().find_subject(options.person);
  if (!subject) return pass_on(std::move(subject));
  auto granted = grant_consent(data, command_line_actor(), subject->id, options.wishes);
  if (!granted) return pass_on(std::move(granted));
  const consent::Consent& consent = granted->consent;
  if (options.json) {
    print_json(granted_json(*granted));
  } else {
    fmt::print("{} consented until {} ({})\nreceipt: regard consent receipt {}\n", subject->name,
               to_rfc3339(consent.expires).substr(0, 10), consent.id.value, consent.id.value);
  }
  if (options.wishes.controller.empty())
    Terminal{}.complain("the receipt names no controller but \"" + consent.controller +
                        "\"; say --controller and --policy");
  return 0;
}

/// The consents that one word means: a consent's id, or all that a person has not withdrawn yet.
Result<std::vector<consent::Consent>> meant(DataFolder& data, const std::string& word) {
  auto one = data.database().consent({word});
  if (!one) return pass_on(std::move(one));
  if (*one) return std::vector{std::move(**one)};
  auto subject = data.database().find_subject(word);
  if (!subject) return pass_on(std::move(subject));
  auto all = data.database().consents(subject->id);
  if (all) std::erase_if(*all, [](const consent::Consent& consent) { return consent.withdrawn.has_value(); });
  if (all && all->empty())
    return fail(ErrorKind::not_found, "looking for a consent of " + word, "there is none that is not withdrawn",
                "regard person show " + word + " lists them");
  return all;
}

Result<int> withdraw(DataFolder& data, const ConsentOptions& options) {
  auto consents = meant(data, options.consent);
  if (!consents) return pass_on(std::move(consents));
  Json withdrawn = Json::array();
  for (const consent::Consent& consent : *consents) {
    auto entry = data.facts().withdraw(command_line_actor(), consent.id);
    if (!entry) return pass_on(std::move(entry));
    withdrawn.push_back({{"id", consent.id.value}, {"entry", entry->value}});
    if (!options.json)
      fmt::print("{} is withdrawn; templates that no other consent covers are erased (log entry {})\n",
                 consent.id.value, entry->value);
  }
  if (options.json) print_json(Json{{"withdrawn", withdrawn}});
  return 0;
}

Result<int> receipt(DataFolder& data, const ConsentOptions& options) {
  auto consents = meant(data, options.consent);
  if (!consents) return pass_on(std::move(consents));
  Json receipts = Json::array();
  for (const consent::Consent& consent : *consents) {
    auto payload = crypto::verify_jws(data.receipt_key().public_key(), consent.receipt);
    if (!payload) return pass_on(std::move(payload));
    const Json content = Json::parse(*payload, nullptr, false);
    if (options.json)
      receipts.push_back({{"id", consent.id.value},
                          {"state", consent::to_string(consent::state_of(consent, data.clock().now()))},
                          {"content", content},
                          {"receipt", consent.receipt}});
    else
      fmt::print("{}\n\nsigned (check with {}):\n{}\n", content.dump(2), (data.path() / "receipts.pub").string(),
                 consent.receipt);
  }
  if (options.json) print_json(Json{{"receipts", receipts}});
  return 0;
}

void add_grant(CLI::App& parent, int& exit_status) {
  const auto [command, options] =
      add_data_command(parent, "grant", "Record that a person agreed, and sign a receipt", grant, exit_status);
  command->add_option("PERSON", options->person, "Id, or name when only one person has it")->required();
  command->add_option("--purpose", options->wishes.purposes, "access, authentication, association; several by commas")
      ->delimiter(',')
      ->required();
  command->add_option("--until", options->wishes.until, "Date, or duration such as 90d (default 365d)");
  command->add_option("--from", options->wishes.from, "Date from which it counts (default now)");
  command->add_option("--retention", options->wishes.retention,
                      "Templates are erased so long after the last match (default 365d)");
  command->add_option("--controller", options->wishes.controller, "Who decides: name and contact, for the receipt");
  command->add_option("--policy", options->wishes.policy, "Address of the privacy notice, for the receipt");
  command->add_option("--jurisdiction", options->wishes.jurisdiction, "Two letters: a country, or EU (default EU)");
  command->add_option("--method", options->wishes.method, "How it was given: paper, screen, web (default paper)");
  command->add_option("--legal-basis", options->wishes.basis, "GDPR article 6(1) ground (default consent)");
}

}  // namespace

void add_consent_command(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand("consent", "What people agreed to");
  command->require_subcommand(1);
  add_grant(*command, exit_status);
  const auto about = [&](const char* name, const char* help, Result<int> (*body)(DataFolder&, const ConsentOptions&)) {
    const auto [added, options] = add_data_command(*command, name, help, body, exit_status);
    added->add_option("CONSENT", options->consent, "Id of a consent, or a person for all of theirs")->required();
  };
  about("withdraw", "End a consent for good; templates that only it covered are erased", withdraw);
  about("receipt", "Show the signed receipt", receipt);
}

}  // namespace regard::app
