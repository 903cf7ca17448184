#include <fmt/core.h>

#include <fstream>
#include <iterator>

#include "app/io/answers.h"
#include "app/io/data_command.h"
#include "app/people_commands.h"
#include "app/rights.h"

namespace regard::app {
namespace {

struct WatchlistOptions : DataCommand {
  std::string id;
  std::string gallery;
  std::string by;
  std::string basis;
  std::string reason;
  std::string document;
  std::string until = "90d";
  std::uint64_t cap = 200;
  std::vector<std::string> zones;
  double budget = 1e-3;
  bool wrong = false;
};

/// Who decides. On the command line everybody has the rights of the machine's user, so the name given is recorded
/// behind that user: "cli:1000/alice". Accounts of the server prove who they are.
Result<consent::Actor> decider(const std::string& by) {
  if (by.empty() || by.size() > 64 || by.find_first_of("/\"\\\n") != std::string::npos)
    return fail(ErrorKind::invalid_input, "reading --by \"" + by + "\"", "it is not a name",
                "say who decides, for example --by alice");
  return consent::Actor{command_line_actor().value + "/" + by};
}

Result<std::string> digest_of(const std::string& file) {
  std::ifstream stream{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  if (!stream.good() && text.empty())
    return fail(ErrorKind::not_found, "reading the document " + file, "it cannot be read, or it is empty",
                "name the file that holds the written legal basis");
  return crypto::to_hex(crypto::sha256(crypto::bytes_of(text)));
}

Result<int> tell(DataFolder& data, const WatchlistOptions& options, const consent::WatchlistId& id,
                 consent::EntryId entry) {
  auto list = data.database().watchlist(id);
  if (!list) return pass_on(std::move(list));
  if (options.json) {
    Json json = *list ? watchlist_json(**list, data.clock().now()) : Json{{"id", id.value}};
    json["entry"] = entry.value;
    print_json(json);
  } else if (*list) {
    fmt::print("watchlist {} is {}, {} of {} approvals, until {} (log entry {})\n", id.value,
               consent::to_string(consent::state_of(**list, data.clock().now())), (*list)->approvals.size(),
               consent::approvals_needed, to_rfc3339((*list)->until).substr(0, 10), entry.value);
  }
  return 0;
}

Result<int> propose(DataFolder& data, const WatchlistOptions& options) {
  auto actor = decider(options.by);
  if (!actor) return pass_on(std::move(actor));
  auto basis = consent::legal_basis_from(options.basis);
  if (!basis) return pass_on(std::move(basis));
  auto digest = digest_of(options.document);
  if (!digest) return pass_on(std::move(digest));
  auto until = time_from(options.until, data.clock().now());
  if (!until) return pass_on(std::move(until));
  consent::Watchlist list{.id = {crypto::random_id("watchlist_")},
                          .gallery = {options.gallery},
                          .basis = *basis,
                          .reason = options.reason,
                          .document_digest = *digest,
                          .until = *until,
                          .cap = options.cap,
                          .false_alert_budget = options.budget};
  for (const std::string& zone : options.zones) list.zones.insert({zone});
  auto entry = propose_watchlist(data, *actor, list);
  if (!entry) return pass_on(std::move(entry));
  return tell(data, options, list.id, *entry);
}

using Step = Result<consent::EntryId> (*)(DataFolder&, const consent::Actor&, const WatchlistOptions&);

/// One step in the life of a list: who takes it, the step, how the list stands after it.
template <Step step>
Result<int> take(DataFolder& data, const WatchlistOptions& options) {
  auto actor = decider(options.by);
  if (!actor) return pass_on(std::move(actor));
  auto entry = step(data, *actor, options);
  if (!entry) return pass_on(std::move(entry));
  return tell(data, options, {options.id}, *entry);
}

Result<consent::EntryId> approve(DataFolder& data, const consent::Actor& actor, const WatchlistOptions& options) {
  return data.facts().approve(actor, {options.id});
}

Result<consent::EntryId> renew(DataFolder& data, const consent::Actor& actor, const WatchlistOptions& options) {
  auto until = time_from(options.until, data.clock().now());
  if (!until) return pass_on(std::move(until));
  return data.facts().renew(actor, {options.id}, *until);
}

Result<consent::EntryId> close(DataFolder& data, const consent::Actor& actor, const WatchlistOptions& options) {
  return data.facts().close(actor, {options.id});
}

Result<consent::EntryId> judge(DataFolder& data, const consent::Actor& actor, const WatchlistOptions& options) {
  return data.facts().judge_alert(actor, {options.id},
                                  options.wrong ? consent::Verdict::wrong : consent::Verdict::right);
}

Result<int> show(DataFolder& data, const WatchlistOptions& options) {
  std::vector<consent::Watchlist> lists;
  if (options.id.empty()) {
    auto all = data.database().watchlists();
    if (!all) return pass_on(std::move(all));
    lists = std::move(*all);
  } else {
    auto versions = data.database().watchlist_versions({options.id});
    if (!versions) return pass_on(std::move(versions));
    if (versions->empty())
      return fail(ErrorKind::not_found, "looking for watchlist " + options.id, "there is none of that id",
                  "regard watchlist show lists them");
    lists = std::move(*versions);
  }
  Json all = Json::array();
  for (const consent::Watchlist& list : lists) all.push_back(watchlist_json(list, data.clock().now()));
  if (options.json) {
    print_json(Json{{options.id.empty() ? "watchlists" : "versions", all}});
    return 0;
  }
  for (const Json& one : all) fmt::print("{}\n", one.dump(2));
  if (all.empty()) fmt::print("none\n");
  return 0;
}

void ask_who(CLI::App& command, WatchlistOptions& options) {
  command.add_option("--by", options.by, "Name of the person who decides this")->required();
}

void add_propose(CLI::App& parent, int& exit_status) {
  const auto [command, options] =
      add_data_command(parent, "propose", "Propose a list, with its gallery; it does nothing until two others approve",
                       propose, exit_status);
  command->add_option("GALLERY", options->gallery, "Name of its new gallery")->required();
  ask_who(*command, *options);
  command
      ->add_option("--legal-basis", options->basis,
                   "contract, legal_obligation, vital_interests, public_task or legitimate_interests")
      ->required();
  command->add_option("--reason", options->reason, "The legal basis in writing")->required();
  command->add_option("--document", options->document, "File of the order or assessment; its SHA-256 is recorded")
      ->required();
  command->add_option("--zone", options->zones, "Zones in which it may be used, by commas")->delimiter(',')->required();
  command->add_option("--until", options->until, "End: date or duration, at most 90d away (default 90d)");
  command->add_option("--cap", options->cap, "Most people on it, at most 2000 (default 200)");
  command->add_option("--budget", options->budget, "False alerts per passer-by before it is suspended (default 0.001)");
}

}  // namespace

void add_watchlist_command(CLI::App& app, int& exit_status) {
  CLI::App* parent = app.add_subcommand("watchlist", "Lists of people looked for without their consent, fenced in");
  parent->require_subcommand(1);
  add_propose(*parent, exit_status);
  const auto about = [&](const char* name, const char* help,
                         Result<int> (*body)(DataFolder&, const WatchlistOptions&)) {
    auto added = add_data_command(*parent, name, help, body, exit_status);
    added.command->add_option("WATCHLIST", added.options->id, "Id")->required();
    ask_who(*added.command, *added.options);
    return added;
  };
  about("approve", "Approve it: two different people who did not propose it are needed", take<approve>);
  const auto [renewing, renewed] = about("renew", "Give it a new end; both approvals are needed again", take<renew>);
  renewing->add_option("--until", renewed->until, "New end, at most 90d away (default 90d)");
  about("close", "End it for good; the templates of its gallery are erased", take<close>);
  const auto [judging, judged] =
      about("judge", "Say whether an alert was right; too many wrong ones suspend it", take<judge>);
  judging->add_flag("--wrong", judged->wrong, "The alert was false");
  const auto [showing, shown] =
      add_data_command(*parent, "show", "All lists, or every version of one", show, exit_status);
  showing->add_option("WATCHLIST", shown->id, "Id");
}

}  // namespace regard::app
