// Operations of sinks and their dead letters.
#include <algorithm>

#include "app/io/api.h"
#include "app/sinks.h"

namespace regard::app {
namespace {

using serve::Response;

constexpr std::uint64_t most_letters = 1000;  // in one answer
constexpr std::uint64_t no_limit = ~0ULL;

Result<WantedLetters> wanted_in(const Call& call) {
  if (auto known = call.only({"numbers", "all"}); !known) return pass_on(std::move(known));
  WantedLetters wanted;
  auto all = call.flag("all");
  if (!all) return pass_on(std::move(all));
  wanted.all = *all;
  const auto numbers = call.body.find("numbers");
  if (numbers == call.body.end()) return wanted;
  const bool is_list =
      numbers->is_array() && std::ranges::all_of(*numbers, [](const Json& one) { return one.is_number_unsigned(); });
  if (!is_list)
    return fail(ErrorKind::invalid_input, "reading the request's body", "numbers is not a list of numbers",
                "/openapi.json describes it");
  for (const Json& one : *numbers) wanted.numbers.push_back(one.get<std::uint64_t>());
  return wanted;
}

}  // namespace

void Api::add_sinks() {
  on("listSinks", [this](const Call&) -> Result<Response> {
    auto known = sinks::sinks_in(surroundings_.outlets.journal().folder());
    if (!known) return pass_on(std::move(known));
    const std::vector<OutletStatus> running = surroundings_.outlets.statuses();
    Json list = Json::array();
    for (const sinks::SinkFiles& sink : *known) {
      const auto status = std::ranges::find(running, sink.name, &OutletStatus::name);
      const bool delivers = status != running.end();
      list.push_back(Json{{"name", sink.name},
                          {"address", delivers ? status->address : ""},
                          {"delivers", delivers},
                          {"waiting", delivers ? status->waiting : sink.waiting},
                          {"lost", delivers ? status->lost : 0},
                          {"dead_letters", sink.dead_letters}});
    }
    return json_response({{"sinks", list}});
  });
  on("deadLetters", [this](const Call& call) -> Result<Response> {
    auto limit = call.query("limit", 100, most_letters);
    if (!limit) return pass_on(std::move(limit));
    auto cursor = call.query("cursor", 0, no_limit);
    if (!cursor) return pass_on(std::move(cursor));
    auto letters = letters_of(surroundings_.outlets.journal().folder(), call.parameters.at("sink"));
    if (!letters) return pass_on(std::move(letters));
    std::ranges::stable_sort(*letters, {}, &sinks::DeadLetter::number);
    Json list = Json::array();
    Json next = nullptr;
    for (const sinks::DeadLetter& letter : *letters) {
      if (letter.number <= *cursor) continue;
      if (list.size() == *limit) {
        if (*limit > 0) next = list.back()["number"];
        break;
      }
      list.push_back(letter_json(letter));
    }
    return json_response({{"dead_letters", list}, {"next", next}});
  });
  on("replayDeadLetters", [this](const Call& call) -> Result<Response> {
    auto wanted = wanted_in(call);
    if (!wanted) return pass_on(std::move(wanted));
    auto asked = ask_again(data_, call.who->actor, surroundings_.outlets.journal().folder(), call.parameters.at("sink"),
                           *wanted);
    if (!asked) return pass_on(std::move(asked));
    return json_response({{"asked", *asked}}, 202);
  });
}

}  // namespace regard::app
