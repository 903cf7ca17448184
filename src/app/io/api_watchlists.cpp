// Operations of watchlists: proposed, approved by two others, renewed, closed, and judged by what they alerted to.
#include <cmath>

#include "app/io/answers.h"
#include "app/io/api.h"
#include "app/people_commands.h"
#include "app/rights.h"

namespace regard::app {
namespace {

using serve::Response;

/// Whoever decides does so as a person: a key of somebody's does not count as somebody else.
consent::Actor person_of(const accounts::Principal& who) { return {"user:" + who.user}; }

consent::WatchlistId id_of(const Call& call) { return {call.parameters.at("watchlist")}; }

tl::unexpected<Error> no_watchlist(const Call& call) {
  return fail(ErrorKind::not_found, "looking for watchlist " + id_of(call).value, "there is none of that id",
              "GET /v1/watchlists lists them");
}

/// How the list stands now, and the entry that says what was done.
Result<Response> told(DataFolder& data, const consent::WatchlistId& id, const consent::EntryId& entry, int status) {
  auto list = data.database().watchlist(id);
  if (!list) return pass_on(std::move(list));
  Json json = *list ? watchlist_json(**list, data.clock().now()) : Json{{"id", id.value}};
  json["entry"] = entry.value;
  return json_response(json, status);
}

/// What is proposed, but for what only the proposal of a file can say: the document is known by its digest alone.
Result<consent::Watchlist> list_from(const Call& call, Timestamp now) {
  const std::string doing = "proposing a watchlist";
  if (auto known = call.only(
          {"gallery", "legal_basis", "reason", "document_sha256", "zones", "until", "cap", "false_alert_budget"});
      !known)
    return pass_on(std::move(known));
  consent::Watchlist list;
  list.id = {crypto::random_id("watchlist_")};
  auto gallery = call.needed("gallery");
  auto word = call.needed("legal_basis");
  auto reason = call.needed("reason");
  auto digest = call.needed("document_sha256");
  auto until = call.text("until");
  for (auto* one : {&gallery, &word, &reason, &digest, &until})
    if (!*one) return pass_on(std::move(*one));
  auto basis = consent::legal_basis_from(*word);
  if (!basis) return pass_on(std::move(basis));
  auto end = time_from(until->empty() ? "90d" : *until, now);
  if (!end) return pass_on(std::move(end));
  auto zones = call.texts("zones");
  if (!zones) return pass_on(std::move(zones));
  auto cap = call.number("cap");
  if (!cap) return pass_on(std::move(cap));
  auto budget = call.number("false_alert_budget");
  if (!budget) return pass_on(std::move(budget));
  if (*cap && (!(**cap >= 1) || std::floor(**cap) != **cap || **cap > static_cast<double>(consent::largest_watchlist)))
    return fail(ErrorKind::invalid_input, doing, "its cap is no whole number that is allowed",
                "use 1 to " + std::to_string(consent::largest_watchlist));
  list.gallery = {*gallery};
  list.basis = *basis;
  list.reason = *reason;
  list.document_digest = *digest;
  list.until = *end;
  if (*cap) list.cap = static_cast<std::uint64_t>(**cap);
  if (*budget) list.false_alert_budget = **budget;
  for (const std::string& zone : *zones) list.zones.insert({zone});
  return list;
}

}  // namespace

void Api::add_watchlists() {
  on("listWatchlists", [this](const Call&) -> Result<Response> {
    auto lists = data_.database().watchlists();
    if (!lists) return pass_on(std::move(lists));
    Json all = Json::array();
    for (const consent::Watchlist& list : *lists) all.push_back(watchlist_json(list, data_.clock().now()));
    return json_response({{"watchlists", all}});
  });
  on("showWatchlist", [this](const Call& call) -> Result<Response> {
    auto versions = data_.database().watchlist_versions(id_of(call));
    if (!versions) return pass_on(std::move(versions));
    if (versions->empty()) return no_watchlist(call);
    Json all = Json::array();
    for (const consent::Watchlist& list : *versions) all.push_back(watchlist_json(list, data_.clock().now()));
    return json_response({{"versions", all}});
  });
  on("proposeWatchlist", [this](const Call& call) -> Result<Response> {
    auto list = list_from(call, data_.clock().now());
    if (!list) return pass_on(std::move(list));
    auto entry = propose_watchlist(data_, person_of(*call.who), *list);
    if (!entry) return pass_on(std::move(entry));
    return told(data_, list->id, *entry, 201);
  });
  // A step in the life of a list that is there.
  const auto step = [this](std::string_view id, auto take) {
    on(id, [this, take](const Call& call) -> Result<Response> {
      auto known = data_.database().watchlist(id_of(call));
      if (!known) return pass_on(std::move(known));
      if (!*known) return no_watchlist(call);
      Result<consent::EntryId> entry = take(call, person_of(*call.who));
      if (!entry) return pass_on(std::move(entry));
      return told(data_, id_of(call), *entry, 200);
    });
  };
  step("approveWatchlist", [this](const Call& call, const consent::Actor& actor) -> Result<consent::EntryId> {
    if (auto known = call.only({}); !known) return pass_on(std::move(known));
    return data_.facts().approve(actor, id_of(call));
  });
  step("renewWatchlist", [this](const Call& call, const consent::Actor& actor) -> Result<consent::EntryId> {
    if (auto known = call.only({"until"}); !known) return pass_on(std::move(known));
    auto text = call.needed("until");
    if (!text) return pass_on(std::move(text));
    auto until = time_from(*text, data_.clock().now());
    if (!until) return pass_on(std::move(until));
    return data_.facts().renew(actor, id_of(call), *until);
  });
  step("closeWatchlist",
       [this](const Call& call, const consent::Actor& actor) { return data_.facts().close(actor, id_of(call)); });
  step("judgeAlert", [this](const Call& call, const consent::Actor& actor) -> Result<consent::EntryId> {
    if (auto known = call.only({"wrong"}); !known) return pass_on(std::move(known));
    auto wrong = call.flag("wrong");
    if (!wrong) return pass_on(std::move(wrong));
    return data_.facts().judge_alert(actor, id_of(call), *wrong ? consent::Verdict::wrong : consent::Verdict::right);
  });
}

}  // namespace regard::app
